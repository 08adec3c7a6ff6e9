use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[derive(IntoResponse)]
enum Upsert {
    #[status(200)]
    Updated(Item),
    Created(Item),
}

fn main() {}
