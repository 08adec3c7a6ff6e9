use fastrs::prelude::*;

#[get("/items")]
async fn read_items(page: u32) -> Result<Box<dyn IntoResponse>> {
    Ok(Box::new(Html(page.to_string())))
}

fn main() {
    let _ = App::new("Shop", "1.0.0").routes(routes![read_items]);
}
