use fastrs::prelude::*;

#[post("/notes", form_limits = 5)]
async fn create_note(#[form] text: String) -> String {
    text
}

fn main() {}
