use fastrs::prelude::*;

fn is_short(text: &str) -> std::result::Result<(), &'static str> {
    if text.len() < 3 {
        Ok(())
    } else {
        Err("too long")
    }
}

#[get("/items")]
async fn read_items(#[query(validate = is_short)] limit: u64) -> u64 {
    limit
}

fn main() {}
