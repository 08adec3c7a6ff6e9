use fastrs::prelude::*;

#[dependency]
async fn limit() -> u64 {
    10
}

fn main() {
    let _ = App::new("Shop", "1.0.0").override_dependency::<limit>(1);
}
