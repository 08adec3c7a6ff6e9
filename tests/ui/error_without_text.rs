use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[status(404)]
    NotFound(u64),
}

fn main() {}
