use fastrs::prelude::*;

#[model]
#[serde(untagged)]
enum Either<T> {
    One {
        #[serde(flatten)]
        inner: Option<T>,
    },
}

fn main() {}
