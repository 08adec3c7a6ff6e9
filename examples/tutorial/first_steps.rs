//! FastAPI's tutorial, "First Steps".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/")]
    async fn root() -> Value {
        json!({"message": "Hello World"})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![root])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[get("/", blocking)]
    fn root() -> Value {
        json!({"message": "Hello World"})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![root])
    }
}
