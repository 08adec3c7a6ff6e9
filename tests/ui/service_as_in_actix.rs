use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> u64 {
    1
}

fn main() {
    let _ = App::new("Shop", "1.0.0").service(read_items);
}
