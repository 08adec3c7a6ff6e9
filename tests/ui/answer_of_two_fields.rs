use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[derive(IntoResponse)]
enum Upsert {
    #[status(200)]
    Updated(Item),
    #[status(201)]
    Created(Item, u64),
}

fn main() {}
