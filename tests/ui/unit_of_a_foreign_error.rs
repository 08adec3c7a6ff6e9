use fastrs::prelude::*;

#[derive(Debug)]
struct Lost;

#[delete("/items/<id>", status = 204)]
async fn delete_item(id: u64) -> Result<(), Lost> {
    drop(id);
    Err(Lost)
}

fn main() {}
