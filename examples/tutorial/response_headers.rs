//! FastAPI's tutorial, "Response Headers".

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/headers/")]
    async fn get_headers() -> Result<Response> {
        let content = json!({"message": "Hello World"});
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("x-cat-dog", "alone in the world")
            .header("content-language", "en-US");
        Ok(response.body(content.to_string().into())?)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_headers])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/headers-and-object/")]
    async fn get_headers(reply: &mut Reply) -> Value {
        reply.header("x-cat-dog", "alone in the world");
        json!({"message": "Hello World"})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_headers])
    }
}
