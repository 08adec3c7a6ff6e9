//! FastAPI's tutorial, "Cookie Parameter Models".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct Cookies {
        session_id: String,
        fatebook_tracker: Option<String>,
        googall_tracker: Option<String>,
    }

    #[get("/items/")]
    async fn read_items(#[cookie] cookies: Cookies) -> Value {
        json!(cookies)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[model]
    #[serde(deny_unknown_fields)]
    struct Cookies {
        session_id: String,
        fatebook_tracker: Option<String>,
        googall_tracker: Option<String>,
    }

    #[get("/items/")]
    async fn read_items(#[cookie] cookies: Cookies) -> Value {
        json!(cookies)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[model]
    struct Preferences {
        theme: String,
        locale: String,
    }

    #[get("/items/")]
    async fn read_items(#[cookie] preferences: Option<Preferences>) -> Value {
        json!(preferences)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
