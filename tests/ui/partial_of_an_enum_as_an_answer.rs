use fastrs::prelude::*;

#[model]
enum Kind {
    Toy,
    Book,
}

#[get("/kind")]
async fn read_kind() -> Partial<Kind> {
    panic!()
}

fn main() {}
