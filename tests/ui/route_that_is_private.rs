use fastrs::prelude::*;

mod items {
    use fastrs::prelude::*;

    #[get("/items")]
    async fn read_items() -> bool {
        true
    }
}

fn main() {
    let _ = routes![items::read_items];
}
