use fastrs::prelude::*;

#[get("/items")]
async fn read_items(age: std::time::Duration) -> bool {
    age.is_zero()
}

fn main() {}
