use fastrs::prelude::*;

#[derive(Debug)]
struct Lost;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error(transparent)]
    Lost(#[from] Lost),
}

fn main() {}
