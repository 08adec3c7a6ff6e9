use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> HttpResponse {
    HttpResponse::Ok().json(1)
}

fn main() {}
