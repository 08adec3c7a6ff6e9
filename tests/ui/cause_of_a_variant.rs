use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("storage")]
    #[status(500)]
    #[from]
    Storage(std::io::Error),
}

fn main() {}
