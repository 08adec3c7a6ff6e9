//! A large list that is read and validated, and a small response.

use fastrs::prelude::*;

#[model]
pub struct Point {
    #[field(ge = -1000.0, le = 1000.0)]
    x: f64,
    #[field(ge = -1000.0, le = 1000.0)]
    y: f64,
    #[field(min_length = 1, max_length = 32)]
    label: String,
}

#[model]
pub struct Sum {
    count: usize,
    sum: f64,
}

#[post("/points")]
pub async fn add_up(points: Vec<Point>) -> Sum {
    Sum {
        count: points.len(),
        sum: points.iter().map(|point| point.x + point.y).sum(),
    }
}
