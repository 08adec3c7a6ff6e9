use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no item {0}")]
    #[status(404)]
    Missing(u64),
}

async fn missing(error: &ItemError, _: &Request) -> String {
    error.to_string()
}

fn main() {
    let app = App::new("Items", "1");
    drop(app.exception_handler(missing));
}
