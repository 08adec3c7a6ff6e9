use fastrs::prelude::*;

mod upper {
    use fastrs::__private::serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&text.to_uppercase())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        String::deserialize(from)
    }
}

#[model]
struct Item {
    #[serde(with = "upper")]
    name: String,
}

fn main() {}
