use fastrs::prelude::*;

use std::rc::Rc;

#[get("/items")]
async fn read_items(q: Rc<String>) -> bool {
    q.is_empty()
}

fn main() {}
