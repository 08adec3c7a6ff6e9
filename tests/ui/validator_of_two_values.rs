use fastrs::prelude::*;

fn is_shorter(text: &str, other: &str) -> std::result::Result<(), String> {
    if text.len() < other.len() { Ok(()) } else { Err("too long".to_owned()) }
}

#[model]
struct Item {
    #[field(validate = is_shorter)]
    name: String,
}

fn main() {}
