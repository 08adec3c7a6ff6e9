use fastrs::prelude::*;

async fn read_items() -> u64 {
    1
}

fn main() {
    let _ = App::new("Shop", "1.0.0").routes(routes![read_items]);
}
