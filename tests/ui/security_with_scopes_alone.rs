use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[security(scopes = ["items"])] token: String) -> String {
    token
}

fn main() {}
