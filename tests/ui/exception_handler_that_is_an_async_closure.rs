use fastrs::prelude::*;

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no item {0}")]
    #[status(404)]
    Missing(u64),
}

fn main() {
    let app = App::new("Items", "1");
    drop(app.exception_handler(async |error: &ItemError, _: &Request| error.to_string()));
}
