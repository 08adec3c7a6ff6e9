use fastrs::prelude::*;

#[dependency]
async fn current_user() -> String {
    "ada".to_owned()
}

fn main() {
    let _ = routes![current_user];
}
