//! Messages: text, bytes, and models as JSON.

use fastrs::{Value, prelude::*, testing::TestClient};

use super::app;
use crate::wire::serve;

#[model]
struct Order {
    #[field(min_length = 1)]
    item: String,
    #[field(ge = 1)]
    count: u32,
}

#[model]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    Ordered { total: u32 },
    Refused { fields: Vec<String> },
}

/// Counts what is ordered, and continues after an order that is not valid.
#[websocket("/orders")]
async fn orders(mut socket: WebSocket<Order, Said>) -> Result<()> {
    let mut total = 0;
    loop {
        let said = match socket.recv().await {
            Ok(Some(order)) => {
                total += order.count;
                Said::Ordered { total }
            }
            Ok(None) => return Ok(()),
            Err(error) => Said::Refused {
                fields: error
                    .errors()
                    .unwrap_or_default()
                    .iter()
                    .map(|error| format!("{:?} {}", error.loc, error.kind))
                    .collect(),
            },
        };
        socket.send(&said).await?;
    }
}

/// Ends at the first order that is not valid.
#[websocket("/strict")]
async fn strict(mut socket: WebSocket<Order, u32>) -> Result<()> {
    while let Some(order) = socket.recv().await? {
        socket.send(&order.count).await?;
    }
    Ok(())
}

/// Sends and receives in two tasks.
#[websocket("/halves")]
async fn halves(socket: WebSocket) -> Result<()> {
    let (mut sender, mut receiver) = socket.split();
    let (forward, mut forwarded) = tokio::sync::mpsc::channel(1);
    let sending = tokio::spawn(async move {
        while let Some(message) = forwarded.recv().await {
            sender.send(message).await?;
        }
        Ok::<_, WebSocketError>(())
    });
    while let Some(message) = receiver.recv().await? {
        forward.send(message).await?;
    }
    drop(forward);
    sending.await??;
    Ok(())
}

async fn client() -> TestClient {
    TestClient::start(app().routes(routes![orders, strict, halves])).await
}

#[tokio::test]
async fn text_and_bytes_arrive_as_they_were_sent() {
    let (client, server) = (client().await, serve(app()).await);
    let over_a_socket = server.websocket("/echo").await;
    for mut socket in [client.websocket("/echo").await, over_a_socket] {
        socket.send("grüße").await;
        assert_eq!(socket.recv_text().await, "grüße");
        socket.send(vec![0, 255]).await;
        let message = socket.recv().await.unwrap();
        assert_eq!((message.text(), message.bytes()), (None, &[0, 255][..]));
        let long = "x".repeat(1024 * 1024);
        socket.send(long.clone()).await;
        assert_eq!(socket.recv_text().await, long);
        assert_eq!(socket.close(1000, "").await.code, 1000);
    }
}

#[tokio::test]
async fn models_are_read_like_the_body_of_a_request() {
    let client = client().await;
    let mut socket = client.websocket("/orders").await;
    let cases = [
        (
            r#"{"item": "tea", "count": 2}"#,
            json!({"type": "ordered", "total": 2}),
        ),
        (
            r#"{"item": "tea", "count": "3"}"#,
            json!({"type": "ordered", "total": 5}),
        ),
        (
            r#"{"item": "", "count": 0}"#,
            json!({"type": "refused", "fields": [r#"[Key("item")] string_too_short"#, r#"[Key("count")] greater_than_equal"#]}),
        ),
        (
            r#"{"item": "tea""#,
            json!({"type": "refused", "fields": ["[Index(14)] json_invalid"]}),
        ),
        ("", json!({"type": "refused", "fields": ["[] missing"]})),
        (
            "null",
            json!({"type": "refused", "fields": ["[] model_attributes_type"]}),
        ),
        (
            r#"{"item": "tea", "count": 1}"#,
            json!({"type": "ordered", "total": 6}),
        ),
    ];
    for (sent, expected) in cases {
        socket.send(sent).await;
        assert_eq!(socket.recv_json::<Value>().await, expected, "{sent}");
    }
    socket.send(b"{}".to_vec()).await;
    let refused = json!({"type": "refused", "fields": []});
    assert_eq!(socket.recv_json::<Value>().await, refused);
}

#[tokio::test]
async fn a_message_that_is_not_valid_closes_the_socket_unless_the_handler_continues() {
    let client = client().await;
    let cases = [
        (
            fastrs::Message::from(r#"{"item": "tea"}"#),
            1007,
            "count: Field required",
        ),
        ("{".into(), 1007, "1: JSON decode error"),
        (b"{}".to_vec().into(), 1003, "JSON must be sent as text"),
    ];
    for (sent, code, reason) in cases {
        let mut socket = client.websocket("/strict").await;
        socket.send(r#"{"item": "tea", "count": 7}"#).await;
        assert_eq!(socket.recv_text().await, "7");
        socket.send(sent).await;
        let closed = socket.closed().await;
        assert_eq!((closed.code, &*closed.reason), (code, reason));
    }
}

#[tokio::test]
async fn halves_work_in_two_tasks() {
    let client = client().await;
    let mut socket = client.websocket("/halves").await;
    for number in 0..100 {
        socket.send(number.to_string()).await;
    }
    for number in 0..100 {
        assert_eq!(socket.recv_text().await, number.to_string());
    }
    assert_eq!(socket.close(3001, "done").await.code, 3001);
}
