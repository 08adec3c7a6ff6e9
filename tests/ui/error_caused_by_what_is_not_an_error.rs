use fastrs::prelude::*;

#[derive(Debug)]
struct Lost;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("the item is lost")]
    #[status(404)]
    Lost(#[from] Lost),
}

fn main() {}
