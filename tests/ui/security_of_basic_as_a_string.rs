use fastrs::prelude::*;
use fastrs::security::HttpBasic;

const BASIC: HttpBasic = HttpBasic::new();

#[get("/items")]
async fn read_items(#[security(BASIC)] token: String) -> String {
    token
}

fn main() {}
