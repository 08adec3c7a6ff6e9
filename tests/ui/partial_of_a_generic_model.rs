use fastrs::prelude::*;

#[model]
struct Page<T> {
    items: Vec<T>,
}

#[patch("/page")]
async fn update_page(#[body] page: Partial<Page<u64>>) {
    drop(page);
}

fn main() {}
