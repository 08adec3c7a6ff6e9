use fastrs::prelude::*;

struct Address {
    street: String,
}

#[model]
#[serde(tag = "kind")]
enum Contact {
    Mail { to: String },
    Post { to: Option<Address> },
}

fn main() {}
