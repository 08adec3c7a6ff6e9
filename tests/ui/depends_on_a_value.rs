use fastrs::prelude::*;

#[dependency]
async fn verify() {}

fn main() {
    let _ = App::new("Shop", "1.0.0").depends(verify);
}
