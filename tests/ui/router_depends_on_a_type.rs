use fastrs::prelude::*;

struct Verify;

fn main() {
    let _ = Router::new("/items").depends::<Verify>();
}
