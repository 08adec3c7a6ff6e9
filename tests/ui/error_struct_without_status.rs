use fastrs::prelude::*;

#[derive(Debug, HttpError)]
#[error("no item")]
struct NotFound;

fn main() {}
