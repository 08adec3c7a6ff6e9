use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no items")]
    #[status(200)]
    Empty,
}

fn main() {}
