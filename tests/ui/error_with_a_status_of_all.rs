use fastrs::prelude::*;

#[derive(Debug, HttpError)]
#[status(404)]
enum ItemError {
    #[error("no item {0}")]
    Item(u64),
    #[error("no shop")]
    Shop,
}

fn main() {}
