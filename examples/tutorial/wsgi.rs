//! FastAPI's tutorial, "Including WSGI - Flask, Django, others". What FastAPI mounts is an app of Flask; here, it is one of
//! axum, and any other tower service is mounted in the same way.

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use std::collections::HashMap;

    use axum::extract::Query;

    use super::*;

    async fn axum_main(
        Query(args): Query<HashMap<String, String>>,
    ) -> axum::response::Html<String> {
        let name = args.get("name").map_or("World", String::as_str);
        axum::response::Html(format!("Hello, {} from Flask!", escape(name)))
    }

    fn escape(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }

    #[get("/v2")]
    async fn read_main() -> Value {
        json!({"message": "Hello World"})
    }

    pub(crate) fn app() -> App {
        let axum_app = axum::Router::new().route("/", axum::routing::get(axum_main));
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_main])
            .mount("/v1", axum_app)
    }
}
