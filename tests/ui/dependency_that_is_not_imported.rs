use fastrs::prelude::*;

mod users {
    use fastrs::prelude::*;

    #[dependency]
    pub async fn current_user() -> u64 {
        1
    }
}

#[get("/items")]
async fn read_items(#[depends(current_user)] user: &u64) -> u64 {
    *user
}

fn main() {}
