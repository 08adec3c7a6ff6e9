use fastrs::prelude::*;

mod users {
    use fastrs::prelude::*;

    #[dependency]
    async fn current_user() -> String {
        "ada".to_owned()
    }
}

#[get("/items")]
async fn read_items(#[depends(users::current_user)] user: &String) -> bool {
    user.is_empty()
}

fn main() {}
