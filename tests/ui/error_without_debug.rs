use fastrs::prelude::*;

#[derive(HttpError)]
enum ItemError {
    #[error("no item {0}")]
    #[status(404)]
    NotFound(u64),
}

fn main() {}
