//! FastAPI's tutorial, "Form Data".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[post("/login/")]
    async fn login(#[form] username: String, #[form] password: String) -> Value {
        let _ = password;
        json!({"username": username})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![login])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[post("/preferences/")]
    async fn update_preferences(#[form(default = false)] subscribe: bool) -> Value {
        json!({"subscribe": subscribe})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_preferences])
    }
}
