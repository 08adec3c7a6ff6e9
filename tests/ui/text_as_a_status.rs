use fastrs::prelude::*;

fn main() {
    let _ = HttpError::new("404", "No such item");
}
