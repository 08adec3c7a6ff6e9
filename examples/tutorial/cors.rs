//! FastAPI's tutorial, "CORS (Cross-Origin Resource Sharing)".

use fastrs::Value;
use fastrs::middleware::Cors;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    const ORIGINS: [&str; 4] = [
        "http://localhost.tiangolo.com",
        "https://localhost.tiangolo.com",
        "http://localhost",
        "http://localhost:8080",
    ];

    #[get("/")]
    async fn main() -> Value {
        json!({"message": "Hello World"})
    }

    pub(crate) fn app() -> App {
        let cors = Cors::new()
            .allow_origins(ORIGINS)
            .allow_credentials(true)
            .allow_methods(["*"])
            .allow_headers(["*"]);
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![main])
            .layer(cors)
    }
}
