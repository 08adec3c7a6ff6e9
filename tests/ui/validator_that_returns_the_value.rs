use fastrs::prelude::*;

fn is_short(text: &str) -> Result<&str> {
    Ok(text)
}

#[get("/items")]
async fn read_items(#[query(validate = is_short)] q: String) -> String {
    q
}

fn main() {}
