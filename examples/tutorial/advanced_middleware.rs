//! FastAPI's tutorial, "Advanced Middleware".

use fastrs::Value;
use fastrs::middleware::{HttpsRedirect, TrustedHost};
use fastrs::prelude::*;

#[get("/")]
async fn main() -> Value {
    json!({"message": "Hello World"})
}

pub(crate) mod tutorial001 {
    use super::*;

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![main])
            .layer(HttpsRedirect::new())
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![main])
            .layer(TrustedHost::new(["example.com", "*.example.com"]))
    }
}
