use fastrs::prelude::*;

use std::rc::Rc;

#[post("/items")]
async fn create_items(#[body] names: Vec<Rc<String>>) -> bool {
    names.is_empty()
}

fn main() {}
