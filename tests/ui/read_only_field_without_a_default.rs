use fastrs::prelude::*;

#[model]
enum Kind {
    Book,
    Film,
}

#[model]
struct Item {
    #[field(read_only)]
    kind: Kind,
}

fn main() {}
