use fastrs::prelude::*;

#[model]
#[schemars(tittle = "A size")]
enum Size {
    Small,
    Large,
}

fn main() {}
