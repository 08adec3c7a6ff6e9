//! FastAPI's tutorial, "Server-Sent Events (SSE)".

use std::time::Duration;

use fastrs::json;
use fastrs::prelude::*;

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
    async fn sse_items() -> Sse<Item> {
        Sse::generate(|out| async move {
            for item in items() {
                out.send(item).await?;
            }
            Ok(())
        })
    }

    #[get("/items/stream-no-async")]
    async fn sse_items_no_async() -> Sse<Item> {
        sse_items().await
    }

    #[get("/items/stream-no-annotation")]
    async fn sse_items_no_annotation() -> Sse {
        Sse::generate(|out| async move {
            for item in items() {
                out.send(json!(item)).await?;
            }
            Ok(())
        })
    }

    #[get("/items/stream-no-async-no-annotation")]
    async fn sse_items_no_async_no_annotation() -> Sse {
        sse_items_no_annotation().await
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![
                sse_items,
                sse_items_no_async,
                sse_items_no_annotation,
                sse_items_no_async_no_annotation
            ])
    }
}

#[model]
struct Item {
    name: String,
    price: f64,
}

fn items() -> Vec<Item> {
    let item = |name: &str, price| Item {
        name: name.into(),
        price,
    };
    vec![
        item("Plumbus", 32.99),
        item("Portal Gun", 999.99),
        item("Meeseeks Box", 49.99),
    ]
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/items/stream")]
    async fn stream_items() -> Sse {
        Sse::generate(|out| async move {
            let comment = ServerSentEvent::empty().comment("stream of item updates");
            out.send(comment).await?;
            for (i, item) in items().into_iter().enumerate() {
                let event = ServerSentEvent::new(json!(item))
                    .event("item_update")
                    .id(i + 1)
                    .retry(Duration::from_secs(5));
                out.send(event).await?;
            }
            Ok(())
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![stream_items])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[get("/logs/stream")]
    async fn stream_logs() -> Sse {
        Sse::generate(|out| async move {
            for line in [
                "2025-01-01 INFO  Application started",
                "2025-01-01 DEBUG Connected to database",
                "2025-01-01 WARN  High memory usage detected",
            ] {
                out.send(ServerSentEvent::raw(line)).await?;
            }
            Ok(())
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![stream_logs])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[get("/items/stream")]
    async fn stream_items(#[header] last_event_id: Option<i64>) -> Sse {
        let start = last_event_id.map_or(0, |last| last + 1);
        Sse::generate(move |out| async move {
            for (i, item) in (0..).zip(items()) {
                if i >= start {
                    let event = ServerSentEvent::new(json!(item)).id(i);
                    out.send(event).await?;
                }
            }
            Ok(())
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![stream_items])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[model]
    struct Prompt {
        text: String,
    }

    #[post("/chat/stream")]
    async fn stream_chat(prompt: Prompt) -> Sse {
        Sse::generate(|out| async move {
            for word in prompt.text.split_whitespace() {
                out.send(ServerSentEvent::new(json!(word)).event("token"))
                    .await?;
            }
            out.send(ServerSentEvent::raw("[DONE]").event("done")).await
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![stream_chat])
    }
}
