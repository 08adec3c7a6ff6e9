use fastrs::prelude::*;

use std::rc::Rc;

#[model]
struct Tag {
    name: Rc<String>,
}

#[model]
struct Item {
    tags: Vec<Tag>,
}

#[post("/items")]
async fn create_item(item: Item) -> Item {
    item
}

fn main() {}
