use fastrs::prelude::*;

use std::rc::Rc;

#[model]
struct Item {
    name: Rc<String>,
}

fn main() {}
