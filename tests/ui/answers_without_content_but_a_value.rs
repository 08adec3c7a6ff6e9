use fastrs::prelude::*;

#[derive(IntoResponse)]
enum Gone {
    #[status(204)]
    Deleted(u64),
}

fn main() {}
