use fastrs::prelude::*;

#[settings(env_file = true)]
struct Settings {
    limit: u32,
}

fn main() {}
