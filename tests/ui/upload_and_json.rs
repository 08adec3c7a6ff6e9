use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_item(item: Item, image: UploadFile) -> Item {
    drop(image);
    item
}

fn main() {}
