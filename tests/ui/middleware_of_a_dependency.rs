use fastrs::prelude::*;

#[dependency]
async fn user() -> String {
    "ada".into()
}

fn main() {
    let _ = App::new("Shop", "1.0.0").middleware::<user>();
}
