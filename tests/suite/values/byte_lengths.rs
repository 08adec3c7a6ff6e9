//! The lengths of `Base64Bytes`, which count bytes. The expected errors come from FastAPI.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::document;

#[model]
struct Blob {
    #[field(min_length = 2, max_length = 4)]
    data: Base64Bytes,
    #[field(max_length = 1)]
    flag: Option<Base64Bytes>,
}

#[post("/blobs")]
async fn blobs(blob: Blob) -> usize {
    blob.data.len() + blob.flag.map_or(0, |flag| flag.len())
}

#[get("/query")]
async fn query(#[query(min_length = 2)] data: Base64Bytes) -> usize {
    data.len()
}

fn app() -> App {
    App::new("Bytes", "1").routes(routes![blobs, query])
}

#[tokio::test]
async fn a_length_counts_bytes() {
    let client = TestClient::start(app()).await;
    for (sent, length) in [("YWI", 2), ("YWI=", 2), ("YWJjZA", 4), ("YWJjZA==", 4)] {
        let answer = client.post("/blobs").json(&json!({"data": sent})).await;
        assert_eq!(answer.text(), length.to_string(), "{sent}");
    }
    let short = ("bytes_too_short", "least 2 bytes", json!({"min_length": 2}));
    let long = ("bytes_too_long", "most 4 bytes", json!({"max_length": 4}));
    for (sent, (kind, words, ctx)) in [
        ("YQ==", short.clone()),
        ("", short.clone()),
        ("YWJjZGU=", long.clone()),
        ("YWJjZGVm", long),
    ] {
        let answer = client.post("/blobs").json(&json!({"data": sent})).await;
        let expected = json!({"detail": [{
            "type": kind, "loc": ["body", "data"], "msg": format!("Data should have at {words}"),
            "input": sent, "ctx": ctx,
        }]});
        assert_eq!(answer.json::<Value>(), expected);
    }
    let two = json!({"data": "YWI=", "flag": "YWI="});
    let answer = client.post("/blobs").json(&two).await;
    let detail = &answer.json::<Value>()["detail"][0];
    assert_eq!(detail["msg"], "Data should have at most 1 byte");
    let answer = client.get("/query?data=YQ").await;
    let detail = &answer.json::<Value>()["detail"][0];
    assert_eq!(detail["type"], short.0);
    client.stop().await;
}

/// Every text that is accepted has an allowed length, and so has no text of more bytes than fit.
#[tokio::test]
async fn a_document_shows_the_lengths_of_the_text() {
    let document = document(app()).await;
    let data = &document["components"]["schemas"]["Blob"]["properties"]["data"];
    assert_eq!(
        (&data["minLength"], &data["maxLength"]),
        (&json!(3), &json!(8))
    );
    let query = &document["paths"]["/query"]["get"]["parameters"][0]["schema"];
    assert_eq!(query["minLength"], 3);
}
