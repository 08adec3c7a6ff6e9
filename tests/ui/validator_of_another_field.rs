use fastrs::prelude::*;

fn is_short(text: &str) -> std::result::Result<(), &'static str> {
    if text.len() < 3 {
        Ok(())
    } else {
        Err("too long")
    }
}

#[model]
struct Item {
    #[field(validate = is_short)]
    count: u64,
}

fn main() {}
