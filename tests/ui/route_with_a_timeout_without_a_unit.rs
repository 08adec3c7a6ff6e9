use fastrs::prelude::*;

#[get("/slow", timeout = "30")]
async fn slow() {}

fn main() {}
