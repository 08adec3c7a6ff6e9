use fastrs::prelude::*;

fn main() {
    let router = Router::new("/items").tag(["a"]);
    drop(router);
}
