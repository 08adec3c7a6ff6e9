use fastrs::prelude::*;

fn main() {
    let app = App::new("Shop", "1.0.0").layer(5);
    drop(app);
}
