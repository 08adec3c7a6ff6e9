use fastrs::prelude::*;

#[model]
struct Item {
    #[serde(deserialize_with = "read")]
    price: u32,
}

fn read<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    serde::Deserialize::deserialize(from)
}

fn main() {}
