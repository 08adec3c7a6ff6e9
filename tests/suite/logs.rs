//! What is logged about a failure, and at which level.

use fastrs::{Broadcast, prelude::*, testing::TestClient};
use tower::ServiceExt as _;
use tracing::Level;

use crate::log::Log;

/// Misses three of five messages.
async fn lag() -> Result<u8> {
    let numbers = Broadcast::new(2);
    let mut subscription = numbers.subscribe();
    for number in 1..=5 {
        numbers.publish(number).await?;
    }
    Ok(subscription.recv().await?.expect("the broadcast lives"))
}

#[websocket("/slow")]
async fn slow_socket(mut socket: WebSocket) -> Result<()> {
    socket.send(lag().await?.to_string()).await?;
    Ok(())
}

#[get("/slow-events")]
async fn slow_events() -> Sse<u8> {
    Sse::generate(|out| async move { out.send(lag().await?).await })
}

#[get("/broken-lines")]
async fn broken_lines() -> JsonLines<u8> {
    JsonLines::generate(|out| async move {
        out.send(1).await?;
        Err(HttpError::new(404, "no rows"))
    })
}

#[get("/unread-lines")]
async fn unread_lines() -> JsonLines<u8> {
    JsonLines::generate(|_| async { Err(std::io::Error::other("the disk is full"))? })
}

#[websocket("/closes/<code>")]
async fn closes(code: u16, socket: WebSocket) -> Result<()> {
    drop(socket);
    Err(WebSocketError::new(code, "over"))?
}

fn app() -> App {
    App::new("Logs", "1").routes(routes![
        slow_socket,
        slow_events,
        broken_lines,
        unread_lines,
        closes
    ])
}

#[tokio::test]
async fn a_client_that_is_too_slow_is_not_an_error_of_the_server() {
    let (log, _guard) = Log::start(Level::WARN);
    let client = TestClient::start(app()).await;
    let mut socket = client.websocket("/slow").await;
    let closed = socket.closed().await;
    assert_eq!((closed.code, &*closed.reason), (1013, "missed 3 messages"));
    let text = "WARN a client did not keep up with a broadcast method=GET";
    // It is logged once the socket is closed.
    client.stop().await;
    assert_eq!(log.take(), [format!("{text} path=\"/slow\" missed=3")]);

    break_off("/slow-events").await;
    assert_eq!(
        log.take(),
        [format!("{text} path=\"/slow-events\" missed=3")]
    );
}

/// The client has received the head, and its status.
#[tokio::test]
async fn the_error_of_a_stream_has_one_status() {
    let (log, _guard) = Log::start(Level::WARN);
    let text = "ERROR a response failed after its head was sent method=GET path=";
    break_off("/broken-lines").await;
    assert_eq!(
        log.take(),
        [format!("{text}\"/broken-lines\" error=404: no rows")]
    );
    break_off("/unread-lines").await;
    assert_eq!(
        log.take(),
        [format!(
            "{text}\"/unread-lines\" error=500: the disk is full"
        )]
    );
}

/// Reads a response that breaks off.
async fn break_off(path: &str) {
    let service = app().into_service().await.unwrap();
    let mut request = http::Request::new(fastrs::Body::empty());
    *request.uri_mut() = path.parse().unwrap();
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.into_body().collect(100).await.is_err(), "{path}");
}

#[tokio::test]
async fn a_code_that_must_not_be_sent_is_logged() {
    let (log, _guard) = Log::start(Level::WARN);
    let client = TestClient::start(app()).await;
    for code in [0, 999, 1004, 1005, 1006, 1015, 5000] {
        let mut socket = client.websocket(&format!("/closes/{code}")).await;
        let closed = socket.closed().await;
        assert_eq!((closed.code, &*closed.reason), (1011, "over"), "{code}");
        let text = "ERROR a WebSocket cannot be closed with this code: 1011 is sent instead";
        assert_eq!(log.take(), [format!("{text} code={code}")]);
    }
    for code in [1000, 1008, 1013, 3000, 4999] {
        let mut socket = client.websocket(&format!("/closes/{code}")).await;
        assert_eq!(socket.closed().await.code, code);
        assert_eq!(log.take(), [""; 0]);
    }
    client.stop().await;
}
