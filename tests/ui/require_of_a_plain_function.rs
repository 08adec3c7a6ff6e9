use fastrs::prelude::*;

async fn current_user() -> String {
    "alice".into()
}

fn main() {
    let _ = Router::new("/items").require::<current_user>();
}
