use fastrs::prelude::*;

fn main() {
    let router = Router::new("/items").tags("a");
    drop(router);
}
