use fastrs::prelude::*;

#[model]
enum Kind {
    Toy,
    Book,
}

#[patch("/kind")]
async fn update_kind(kind: Partial<Kind>) {
    drop(kind);
}

fn main() {}
