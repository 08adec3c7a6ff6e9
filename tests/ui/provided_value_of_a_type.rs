use fastrs::prelude::*;

struct Settings;

#[dependency(scope = "app")]
async fn settings() -> Settings;

fn main() {
    let _ = App::new("Shop", "1.0.0").provide::<Settings>(Settings);
}
