use fastrs::prelude::*;

use std::rc::Rc;

#[model]
enum Item {
    Named(Rc<String>),
    Unnamed,
}

#[post("/items")]
async fn create_item(item: Item) -> Item {
    item
}

fn main() {}
