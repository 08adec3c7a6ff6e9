use fastrs::prelude::*;

use std::time::Duration;

#[model]
struct Job {
    every: Option<Duration>,
}

fn main() {}
