use fastrs::prelude::*;

use std::rc::Rc;

#[model]
struct Item {
    name: Rc<String>,
}

#[post("/items")]
async fn create_item(item: Item) -> Item {
    item
}

fn main() {}
