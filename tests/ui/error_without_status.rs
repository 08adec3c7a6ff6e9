use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no item {0}")]
    NotFound(u64),
}

fn main() {}
