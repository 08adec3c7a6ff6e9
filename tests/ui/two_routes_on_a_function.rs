use fastrs::prelude::*;

#[get("/items")]
#[post("/items")]
async fn items() -> bool {
    true
}

fn main() {
    let _ = routes![items];
}
