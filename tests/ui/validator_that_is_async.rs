use fastrs::prelude::*;

async fn is_short(_: &str) -> std::result::Result<(), String> {
    Ok(())
}

#[model]
struct Item {
    #[field(validate = is_short)]
    name: String,
}

fn main() {}
