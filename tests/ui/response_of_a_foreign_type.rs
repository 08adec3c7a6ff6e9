use fastrs::prelude::*;

struct Problem;

#[get("/items", responses((409, Problem)))]
async fn read_items() -> bool {
    let Problem = Problem;
    true
}

fn main() {}
