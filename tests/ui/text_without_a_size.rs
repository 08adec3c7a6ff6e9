use fastrs::prelude::*;

#[dependency]
async fn shout(text: str) -> String {
    text.to_uppercase()
}

fn main() {}
