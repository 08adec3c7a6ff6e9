//! FastAPI's tutorial, "Header Parameter Models".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    pub(super) struct CommonHeaders {
        host: String,
        save_data: bool,
        if_modified_since: Option<String>,
        traceparent: Option<String>,
        #[field(default)]
        x_tag: Vec<String>,
    }

    #[get("/items/")]
    async fn read_items(#[header] headers: CommonHeaders) -> Value {
        json!(headers)
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
    struct CommonHeaders {
        host: String,
        save_data: bool,
        if_modified_since: Option<String>,
        traceparent: Option<String>,
        #[field(default)]
        x_tag: Vec<String>,
    }

    #[get("/items/")]
    async fn read_items(#[header] headers: CommonHeaders) -> Value {
        json!(headers)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial003 {
    use super::tutorial001::CommonHeaders;
    use super::*;

    #[get("/items/")]
    async fn read_items(#[header(convert_underscores = false)] headers: CommonHeaders) -> Value {
        json!(headers)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[model]
    struct ClientHeaders {
        x_client_name: String,
        x_client_version: String,
    }

    #[get("/items/")]
    async fn read_items(#[header] client: Option<ClientHeaders>) -> Value {
        json!(client)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
