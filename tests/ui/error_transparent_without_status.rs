use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error(transparent)]
    Disk(#[from] std::io::Error),
}

fn main() {}
