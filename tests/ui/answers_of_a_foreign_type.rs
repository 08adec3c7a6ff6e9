use fastrs::prelude::*;

struct Item;

#[derive(IntoResponse)]
enum Upsert {
    #[status(201)]
    Created(Item),
}

fn main() {}
