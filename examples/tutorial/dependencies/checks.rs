//! Dependencies that check the request.

use fastrs::prelude::*;
use fastrs::{Value, json};

#[dependency]
async fn verify_token(#[header] x_token: String) -> Result<()> {
    if x_token != "fake-super-secret-token" {
        return Err(HttpError::new(400, "X-Token header invalid"));
    }
    Ok(())
}

#[dependency]
async fn verify_key(#[header] x_key: String) -> Result<String> {
    if x_key != "fake-super-secret-key" {
        return Err(HttpError::new(400, "X-Key header invalid"));
    }
    Ok(x_key)
}

pub(crate) mod tutorial006 {
    use super::*;

    #[get("/items/", depends = [verify_token, verify_key])]
    async fn read_items() -> Value {
        json!([{"item": "Foo"}, {"item": "Bar"}])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial011 {
    use super::*;

    #[dependency]
    async fn fixed_content_query_checker(
        #[arg] fixed_content: &'static str,
        #[query(default = "")] q: String,
    ) -> bool {
        q.contains(fixed_content)
    }

    #[get("/query-checker/")]
    async fn read_query_check(
        #[depends(fixed_content_query_checker(fixed_content = "bar"))] fixed_content_included: bool,
    ) -> Value {
        json!({"fixed_content_in_query": fixed_content_included})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_query_check])
    }
}

pub(crate) mod tutorial012 {
    use super::*;

    #[get("/items/")]
    async fn read_items() -> Value {
        json!([{"item": "Portal Gun"}, {"item": "Plumbus"}])
    }

    #[get("/users/")]
    async fn read_users() -> Value {
        json!([{"username": "Rick"}, {"username": "Morty"}])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .depends::<verify_token>()
            .depends::<verify_key>()
            .routes(routes![read_items, read_users])
    }
}
