use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    NotFound,
}

#[get("/items")]
async fn read_items() -> Result<bool, ItemError> {
    Err(ItemError::NotFound)
}

fn main() {}
