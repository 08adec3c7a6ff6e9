use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no items")]
    #[status(StatusCode::OK)]
    Empty,
}

fn main() {}
