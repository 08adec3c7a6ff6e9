use fastrs::prelude::*;

#[model]
#[serde(bound = "")]
struct Page<T: serde::Serialize + serde::de::DeserializeOwned> {
    #[serde(flatten)]
    inner: Option<T>,
}

fn main() {}
