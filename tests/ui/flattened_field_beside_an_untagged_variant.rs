use fastrs::prelude::*;

#[model]
struct Inner {
    p: i64,
}

#[model]
#[serde(tag = "kind")]
enum Kind {
    One {
        #[serde(flatten)]
        inner: Option<Inner>,
    },
    #[serde(untagged)]
    Other(String),
}

fn main() {}
