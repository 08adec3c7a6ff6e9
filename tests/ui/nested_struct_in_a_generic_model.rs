use fastrs::prelude::*;

struct Address {
    street: String,
}

#[model]
struct Page<T> {
    items: Vec<T>,
    address: Option<Address>,
}

#[get("/items")]
async fn read_items() -> Page<u64> {
    Page {
        items: vec![],
        address: None,
    }
}

fn main() {}
