use fastrs::prelude::*;

#[model]
enum Color {
    #[serde(renam = "red")]
    Red,
    Green,
}

#[get("/items")]
async fn read_items(color: Color) -> Color {
    color
}

fn main() {}
