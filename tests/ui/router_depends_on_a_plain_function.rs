use fastrs::prelude::*;

async fn verify() {}

fn main() {
    let _ = Router::new("/items").depends::<verify>();
}
