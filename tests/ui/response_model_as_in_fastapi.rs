use fastrs::prelude::*;

#[get("/items", response_model = Vec<String>)]
async fn read_items() -> Vec<String> {
    Vec::new()
}

fn main() {}
