use fastrs::prelude::*;

#[get("/items")]
struct Items;

fn main() {}
