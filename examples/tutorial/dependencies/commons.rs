//! Parameters that several path operations share.

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[dependency]
    async fn common_parameters(
        q: Option<String>,
        #[query(default = 0)] skip: i64,
        #[query(default = 100)] limit: i64,
    ) -> Value {
        json!({"q": q, "skip": skip, "limit": limit})
    }

    #[get("/items/")]
    async fn read_items(#[depends(common_parameters)] commons: Value) -> Value {
        commons
    }

    #[get("/users/")]
    async fn read_users(#[depends(common_parameters)] commons: Value) -> Value {
        commons
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items, read_users])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    const FAKE_ITEMS_DB: [&str; 3] = ["Foo", "Bar", "Baz"];

    struct CommonQueryParams {
        q: Option<String>,
        skip: i64,
        limit: i64,
    }

    #[dependency]
    async fn common_query_params(
        q: Option<String>,
        #[query(default = 0)] skip: i64,
        #[query(default = 100)] limit: i64,
    ) -> CommonQueryParams {
        CommonQueryParams { q, skip, limit }
    }

    #[get("/items/")]
    async fn read_items(#[depends(common_query_params)] commons: &CommonQueryParams) -> Value {
        let items: Value = FAKE_ITEMS_DB
            .iter()
            .skip(commons.skip.max(0) as usize)
            .take(commons.limit.max(0) as usize)
            .map(|item_name| json!({"item_name": item_name}))
            .collect();
        let mut response = json!({"items": items});
        if let Some(q) = commons.q.as_ref().filter(|q| !q.is_empty()) {
            response["q"] = json!(q);
        }
        response
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[dependency]
    async fn query_extractor(q: Option<String>) -> Option<String> {
        q
    }

    #[dependency]
    async fn query_or_cookie_extractor(
        #[depends(query_extractor)] q: Option<String>,
        #[cookie] last_query: Option<String>,
    ) -> Option<String> {
        q.filter(|q| !q.is_empty()).or(last_query)
    }

    #[get("/items/")]
    async fn read_query(
        #[depends(query_or_cookie_extractor)] query_or_default: Option<String>,
    ) -> Value {
        json!({"q_or_cookie": query_or_default})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_query])
    }
}
