use fastrs::prelude::*;

#[derive(IntoResponse)]
enum Deleted {
    #[status(StatusCode::NO_CONTENT)]
    Now(u64),
}

#[delete("/items/<id>")]
async fn delete_item(id: u64) -> Deleted {
    Deleted::Now(id)
}

fn main() {}
