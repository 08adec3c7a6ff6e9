use fastrs::prelude::*;

#[derive(fastrs::__private::serde::Deserialize, fastrs::JsonSchema)]
#[serde(crate = "fastrs::__private::serde")]
#[schemars(crate = "fastrs::__private::schemars")]
struct Point(u64, u64);

#[get("/items")]
async fn read_items(#[body(ge = 1)] at: Point) -> u64 {
    at.0 + at.1
}

fn main() {}
