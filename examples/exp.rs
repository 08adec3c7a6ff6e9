use fastrs::prelude::*;
#[get("/a")]
async fn a() -> String { "x".into() }
fn main() { let _ = routes![a]; }
