use fastrs::prelude::*;

fn main() {
    let _ = App::new("Shop", "1.0.0").include_router(Router::new("/items"));
}
