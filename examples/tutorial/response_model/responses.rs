//! Answers that are no JSON.

use fastrs::json;
use fastrs::prelude::*;

pub(crate) mod tutorial003_02 {
    use super::*;

    #[get("/portal")]
    async fn get_portal(#[query(default = false)] teleport: bool) -> Response {
        if teleport {
            return Redirect::temporary("https://www.youtube.com/watch?v=dQw4w9WgXcQ")
                .into_response();
        }
        json!({"message": "Here's your interdimensional portal."}).into_response()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_portal])
    }
}

pub(crate) mod tutorial003_03 {
    use super::*;

    #[get("/teleport")]
    async fn get_teleport() -> Redirect {
        Redirect::temporary("https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_teleport])
    }
}
