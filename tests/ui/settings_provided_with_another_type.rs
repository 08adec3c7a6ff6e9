use fastrs::prelude::*;

#[settings]
struct Settings {
    limit: u32,
}

fn main() {
    let _ = App::new("Shop", "1.0.0").provide::<Settings>(5);
}
