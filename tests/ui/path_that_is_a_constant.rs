use fastrs::prelude::*;

const ITEMS: &str = "/items";

#[get(ITEMS)]
async fn read_items() -> bool {
    ITEMS.is_empty()
}

fn main() {}
