use fastrs::prelude::*;

#[get("/items")]
async fn read_items<'a>(name: Option<&'a str>) -> bool {
    name.is_some()
}

fn main() {}
