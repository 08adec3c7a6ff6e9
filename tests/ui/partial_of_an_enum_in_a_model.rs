use fastrs::prelude::*;

#[model]
enum Kind {
    Toy,
    Book,
}

#[model]
struct Item {
    kind: Partial<Kind>,
}

fn main() {}
