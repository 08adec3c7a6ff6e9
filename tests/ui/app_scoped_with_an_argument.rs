use fastrs::prelude::*;

#[dependency(scope = "app")]
async fn settings(#[arg] name: &'static str) -> String {
    name.to_owned()
}

fn main() {}
