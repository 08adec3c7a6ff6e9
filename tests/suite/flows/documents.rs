//! The documents of streams, in both dialects.

use fastrs::MediaType;

use super::*;
use crate::support::document;

struct Png;

impl MediaType for Png {
    const MEDIA_TYPE: Option<&'static str> = Some("image/png");
}

#[get("/image")]
async fn image() -> Streaming<Png> {
    Streaming::generate(|out| async move { out.send(vec![0x89]).await })
}

fn content<'d>(document: &'d Value, path: &str) -> &'d Value {
    &document["paths"][path]["get"]["responses"]["200"]["content"]
}

#[tokio::test]
async fn both_dialects_describe_items_and_events() {
    let event = |data: Value| {
        json!({
            "type": "object",
            "properties": {
                "data": data,
                "event": {"type": "string"},
                "id": {"type": "string"},
                "retry": {"type": "integer", "minimum": 0},
            },
        })
    };
    let reference = json!({"$ref": "#/components/schemas/Item"});
    let mut typed = event(json!({
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": reference,
    }));
    typed["required"] = json!(["data"]);
    let untyped = event(json!({"type": "string"}));
    for is_fastapi in [false, true] {
        let app = app().0.routes(routes![image]);
        let app = if is_fastapi {
            app.fastapi_documents()
        } else {
            app
        };
        let document = document(app).await;
        let content = |path| content(&document, path);
        // `itemSchema` is FastAPI's, although a document of OpenAPI 3.1 cannot contain it.
        let stream = |item: &Value| match is_fastapi {
            true => json!({ "itemSchema": item }),
            false => json!({ "x-itemSchema": item, "schema": {"type": "string"} }),
        };
        assert_eq!(
            *content("/idle/lines"),
            json!({ "application/jsonl": stream(&reference) })
        );
        assert_eq!(
            *content("/idle/events"),
            json!({ "text/event-stream": stream(&typed) })
        );
        assert_eq!(
            *content("/untyped"),
            json!({ "text/event-stream": stream(&untyped) })
        );
        assert_eq!(
            *content("/image"),
            json!({"image/png": {"schema": {"type": "string"}}})
        );
        let any = match is_fastapi {
            true => Value::Null,
            false => json!({"application/octet-stream": {
                "schema": {
                    "type": "string", "format": "binary",
                    "contentMediaType": "application/octet-stream"
                }
            }}),
        };
        assert_eq!(*content("/idle/bytes"), any);
        assert!(document["components"]["schemas"]["Item"].is_object());
    }
}
