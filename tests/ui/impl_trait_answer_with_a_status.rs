use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> (StatusCode, impl IntoResponse) {
    (StatusCode::CREATED, Html(String::new()))
}

fn main() {
    let _ = App::new("Shop", "1.0.0").routes(routes![read_items]);
}
