use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no item {1}")]
    #[status(404)]
    NotFound(u64),
}

fn main() {}
