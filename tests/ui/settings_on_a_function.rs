use fastrs::prelude::*;

#[settings]
async fn read_settings() -> u32 {
    1
}

fn main() {}
