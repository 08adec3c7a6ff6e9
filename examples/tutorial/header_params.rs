//! FastAPI's tutorial, "Header Parameters".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[header] user_agent: Option<String>) -> Value {
        json!({"User-Agent": user_agent})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/items/")]
    async fn read_items(
        #[header(convert_underscores = false)] strange_header: Option<String>,
    ) -> Value {
        json!({"strange_header": strange_header})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[header] x_token: Option<Vec<String>>) -> Value {
        json!({"X-Token values": x_token})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
