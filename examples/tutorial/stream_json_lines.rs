//! FastAPI's tutorial, "Stream JSON Lines".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct Item {
        name: String,
        #[field(required)]
        description: Option<String>,
    }

    fn items() -> Vec<Item> {
        let item = |name: &str, description: &str| Item {
            name: name.into(),
            description: Some(description.into()),
        };
        vec![
            item("Plumbus", "A multi-purpose household device."),
            item("Portal Gun", "A portal opening device."),
            item("Meeseeks Box", "A box that summons a Meeseeks."),
        ]
    }

    #[get("/items/stream")]
    async fn stream_items() -> JsonLines<Item> {
        JsonLines::generate(|out| async move {
            for item in items() {
                out.send(item).await?;
            }
            Ok(())
        })
    }

    #[get("/items/stream-no-async")]
    async fn stream_items_no_async() -> JsonLines<Item> {
        stream_items().await
    }

    #[get("/items/stream-no-annotation")]
    async fn stream_items_no_annotation() -> JsonLines<Value> {
        JsonLines::generate(|out| async move {
            for item in items() {
                out.send(json!(item)).await?;
            }
            Ok(())
        })
    }

    #[get("/items/stream-no-async-no-annotation")]
    async fn stream_items_no_async_no_annotation() -> JsonLines<Value> {
        stream_items_no_annotation().await
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![
                stream_items,
                stream_items_no_async,
                stream_items_no_annotation,
                stream_items_no_async_no_annotation
            ])
    }
}
