use fastrs::prelude::*;

#[dependency]
async fn settings<T: Default>() -> T {
    T::default()
}

#[get("/items")]
async fn read_items(#[depends(settings)] debug: bool) -> bool {
    debug
}

fn main() {}
