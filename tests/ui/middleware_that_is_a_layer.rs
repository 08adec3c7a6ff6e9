use fastrs::prelude::*;

#[get("/", middleware = [tower_http::cors::CorsLayer::new()])]
async fn home() {}

fn main() {}
