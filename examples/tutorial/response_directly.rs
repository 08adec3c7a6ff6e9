//! FastAPI's tutorial, "Return a Response Directly".

use chrono::NaiveDateTime;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct Item {
        title: String,
        timestamp: NaiveDateTime,
        description: Option<String>,
    }

    #[put("/items/<id>")]
    async fn update_item(id: String, item: Item) -> Result<Response> {
        drop(id);
        let response = Response::builder().header("content-type", "application/json");
        Ok(response.body(json!(item).to_string().into())?)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/legacy/")]
    async fn get_legacy_data() -> Result<Response> {
        let data = r#"<?xml version="1.0"?>
    <shampoo>
    <Header>
        Apply shampoo here.
    </Header>
    <Body>
        You'll have to use soap here.
    </Body>
    </shampoo>
    "#;
        let response = Response::builder().header("content-type", "application/xml");
        Ok(response.body(data.into())?)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_legacy_data])
    }
}
