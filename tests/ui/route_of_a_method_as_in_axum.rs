use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> u64 {
    1
}

fn main() {
    let _ = Router::new("/shop").route("/items", get(read_items));
}
