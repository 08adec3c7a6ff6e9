//! `Base64Bytes`, and a byte order mark before JSON.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{document, raw_json};

#[model]
struct Data {
    description: String,
    data: Base64Bytes,
}

#[post("/data")]
async fn data(it: Data) -> Data {
    assert_eq!(it.description, format!("{}", it.data.len()));
    it
}

#[get("/query")]
async fn query(data: Base64Bytes) -> Vec<u8> {
    data.into()
}

#[post("/embedded")]
async fn embedded(#[body(embed)] it: Vec<i32>) -> Vec<i32> {
    it
}

fn app() -> App {
    App::new("Data", "1").routes(routes![data, query, embedded])
}

#[tokio::test]
async fn bytes_are_base64() {
    let client = TestClient::start(app()).await;
    for (sent, len) in [("-__-Pw==", 4), ("+//+Pw", 4), ("", 0)] {
        let answer = client
            .post("/data")
            .json(&json!({"description": len.to_string(), "data": sent}))
            .await;
        let expected = if len == 4 { "-__-Pw==" } else { "" };
        assert_eq!(
            answer.json::<Value>()["data"],
            expected,
            "{}",
            answer.text()
        );
    }
    let answer = client
        .post("/data")
        .json(&json!({"description": "1", "data": "abc!"}))
        .await;
    let expected = json!({"detail": [{
        "type": "bytes_invalid_encoding", "loc": ["body", "data"],
        "msg": "Data should be valid base64: Invalid symbol 33, offset 3.", "input": "abc!",
        "ctx": {"encoding": "base64", "encoding_error": "Invalid symbol 33, offset 3."}
    }]});
    assert_eq!(answer.json::<Value>(), expected);
    let answer = client
        .post("/data")
        .json(&json!({"description": "1", "data": 5}))
        .await;
    let expected = json!({"detail": [
        {"type": "bytes_type", "loc": ["body", "data"], "msg": "Input should be a valid bytes", "input": 5}
    ]});
    assert_eq!(answer.json::<Value>(), expected);
    assert_eq!(client.get("/query?data=aGk").await.text(), "[104,105]");
    let schema = &document(app()).await["components"]["schemas"]["Data"]["properties"]["data"];
    let expected = json!({
        "type": "string", "contentEncoding": "base64", "contentMediaType": "application/octet-stream"
    });
    assert_eq!(*schema, expected);
}

#[tokio::test]
async fn a_byte_order_mark_is_ignored() {
    let client = TestClient::start(app()).await;
    let body = "\u{feff}{\"description\":\"0\",\"data\":\"\"}";
    let answer = raw_json(client.post("/data"), body).await;
    assert_eq!(answer.text(), r#"{"description":"0","data":""}"#);
    let answer = raw_json(client.post("/embedded"), "\u{feff}{\"it\":[1]}").await;
    assert_eq!(answer.text(), "[1]");
    // Error positions are counted from after the mark, as in Python.
    let answer = raw_json(client.post("/data"), "\u{feff}{\"a\" 1}").await;
    assert_eq!(
        answer.json::<Value>()["detail"][0]["loc"],
        json!(["body", 5])
    );
}
