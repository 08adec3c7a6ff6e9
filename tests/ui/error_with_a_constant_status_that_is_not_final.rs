use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("wait")]
    #[status(StatusCode::CONTINUE)]
    Wait,
}

fn main() {}
