use fastrs::prelude::*;

struct Point;

#[model]
struct Item {
    at: Point,
}

fn main() {}
