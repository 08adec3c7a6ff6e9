use fastrs::prelude::*;

struct TooLong;

fn is_short(text: &str) -> std::result::Result<(), TooLong> {
    if text.len() < 3 { Ok(()) } else { Err(TooLong) }
}

#[model]
struct Item {
    #[field(validate = is_short)]
    name: String,
}

fn main() {}
