use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> u64 {
    1
}

fn app() -> App {
    App::new("Shop", "1.0.0").mount("/api", routes![read_items])
}

fn main() {}
