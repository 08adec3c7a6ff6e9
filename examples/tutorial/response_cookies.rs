//! FastAPI's tutorial, "Response Cookies".

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[post("/cookie/")]
    async fn create_cookie() -> Result<Response> {
        let content = json!({"message": "Come to the dark side, we have cookies"});
        let cookie = Cookie::new("fakesession", "fake-cookie-session-value");
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("set-cookie", cookie.to_string());
        Ok(response.body(content.to_string().into())?)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_cookie])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[post("/cookie-and-object/")]
    async fn create_cookie(reply: &mut Reply) -> Value {
        reply.cookie(Cookie::new("fakesession", "fake-cookie-session-value"));
        json!({"message": "Come to the dark side, we have cookies"})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_cookie])
    }
}
