//! Streams in process: the data that is sent, its order, and which side waits for which.

use std::{
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll},
};

use fastrs::{HttpError, response::Sender, testing::TestClient};
use futures_core::Stream;

use super::*;

/// A stream of ready items.
struct Ready<T>(std::vec::IntoIter<T>);

impl<T: Unpin> Stream for Ready<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(self.0.next())
    }
}

fn ready<T>(items: impl Into<Vec<T>>) -> Ready<T> {
    Ready(items.into().into_iter())
}

async fn start(app: App) -> TestClient {
    TestClient::start(app).await
}

#[tokio::test]
async fn events_have_their_headers_and_fields() {
    let client = start(app().0).await;
    let mut events = client
        .get("/resumed")
        .header("last-event-id", 0)
        .sse()
        .await;
    let response = events.response();
    for (name, value) in [
        ("content-type", "text/event-stream; charset=utf-8"),
        ("cache-control", "no-cache"),
        ("x-accel-buffering", "no"),
    ] {
        assert_eq!(response.header(name), Some(value));
    }
    for expected in [1, 2] {
        let event = events.next().await.unwrap();
        assert_eq!(event.id, Some(expected.to_string()));
        assert_eq!(event.json::<u32>(), expected);
    }
    assert_eq!(events.next().await, None);
    let answer = client.get("/untyped").await;
    assert_eq!(
        answer.text(),
        ": hello\n\ndata: {\"a\":1}\n\nevent: text\ndata: two\ndata: lines\n\n"
    );
    let invalid = client.get("/resumed").header("last-event-id", "x").await;
    assert_eq!(invalid.status(), 422);
}

#[tokio::test]
async fn streams_yield_items_events_and_results() {
    #[get("/items")]
    async fn items() -> Sse<u8> {
        Sse::new(ready([1, 2]))
    }

    #[get("/results")]
    async fn results() -> Sse<u8> {
        Sse::new(ready([Ok(1), Err(HttpError::new(500, "lost"))]))
    }

    #[get("/events")]
    async fn events() -> Sse<u8> {
        Sse::new(ready([ServerSentEvent::new(1), ServerSentEvent::raw("x")]))
    }

    #[get("/event-results")]
    async fn event_results() -> Sse<u8> {
        Sse::new(ready([std::io::Result::Ok(ServerSentEvent::new(1))]))
    }

    #[get("/lines")]
    async fn lines() -> JsonLines<Item> {
        JsonLines::new(ready([item("a"), item("b")]))
    }

    #[get("/line-results")]
    async fn line_results() -> JsonLines<u8> {
        JsonLines::new(ready([Ok(1), Err("lost")]))
    }

    #[get("/bytes")]
    async fn bytes() -> Streaming {
        Streaming::new(ready(["a", "b"])).media_type("text/csv")
    }

    #[get("/byte-results")]
    async fn byte_results() -> Streaming {
        Streaming::new(ready([Ok("a"), Err("lost")]))
    }

    let routes = routes![
        items,
        results,
        events,
        event_results,
        lines,
        line_results,
        bytes,
        byte_results
    ];
    let client = start(App::new("Streams", "1").routes(routes)).await;
    for (path, content_type, text, is_whole) in [
        (
            "/items",
            "text/event-stream; charset=utf-8",
            "data: 1\n\ndata: 2\n\n",
            true,
        ),
        (
            "/results",
            "text/event-stream; charset=utf-8",
            "data: 1\n\n",
            false,
        ),
        (
            "/events",
            "text/event-stream; charset=utf-8",
            "data: 1\n\ndata: x\n\n",
            true,
        ),
        (
            "/event-results",
            "text/event-stream; charset=utf-8",
            "data: 1\n\n",
            true,
        ),
        (
            "/lines",
            "application/jsonl",
            "{\"name\":\"a\",\"price\":1.5}\n{\"name\":\"b\",\"price\":1.5}\n",
            true,
        ),
        ("/line-results", "application/jsonl", "1\n", false),
        ("/bytes", "text/csv", "ab", true),
        ("/byte-results", "application/octet-stream", "a", false),
    ] {
        let mut stream = client.get(path).stream().await;
        assert_eq!(stream.status(), 200, "{path}");
        assert_eq!(stream.header("content-type"), Some(content_type), "{path}");
        let mut received = String::new();
        let whole = loop {
            match stream.try_chunk().await {
                Ok(Some(chunk)) => received.push_str(std::str::from_utf8(&chunk).unwrap()),
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        assert_eq!((received.as_str(), whole), (text, is_whole), "{path}");
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_written_ends_the_stream_as_an_error() {
    #[get("/")]
    async fn forged(#[query] field: String) -> Sse<u8> {
        Sse::generate(move |out| async move {
            let event = ServerSentEvent::new(1);
            let event = match &*field {
                "id" => event.id("1\n\ndata: 2"),
                _ => event.event("a\rb"),
            };
            out.send(event).await
        })
    }

    let client = start(App::new("Forged", "1").routes(routes![forged])).await;
    for field in ["id", "event"] {
        let mut stream = client.get("/").query(&[("field", field)]).stream().await;
        assert!(stream.try_chunk().await.is_err(), "{field}");
    }
}

#[tokio::test]
async fn a_producer_does_not_run_ahead_of_its_client() {
    let (app, _, sent) = app();
    let client = start(app).await;
    let mut events = client.get("/endless").sse().await;
    for read in 1..5 {
        events.next().await.unwrap();
        let sent = sent.load(SeqCst);
        assert!(sent <= read + 1, "{sent} sent, {read} read");
    }
}

#[tokio::test]
async fn a_producer_does_not_run_for_a_head() {
    let (app, notes, sent) = app();
    let client = start(app).await;
    let head = client.head("/endless").await;
    assert_eq!(
        head.header("content-type"),
        Some("text/event-stream; charset=utf-8")
    );
    assert_eq!(sent.load(SeqCst), 0);
    client.head("/idle/lines").await;
    assert_eq!(notes.take(), ["sent: success"]);
}

#[tokio::test]
async fn a_producer_is_dropped_with_its_response() {
    for path in ["/idle/events", "/idle/lines", "/idle/bytes"] {
        let (app, notes, _) = app();
        let client = start(app).await;
        let mut stream = client.get(path).stream().await;
        assert!(stream.chunk().await.is_some());
        assert_eq!(notes.take(), [""; 0]);
        drop(stream);
        notes.until("sent: aborted").await;
        assert_eq!(notes.take(), ["dropped", "sent: aborted"], "{path}");
    }
}

/// A sender that a task keeps, for the test.
type Kept = Arc<Mutex<Option<Sender<JsonLines<u8>>>>>;

#[dependency(scope = "app")]
async fn kept() -> Kept;

#[get("/tasks")]
async fn tasks(#[depends(kept)] kept: Kept) -> JsonLines<u8> {
    JsonLines::generate(|out| async move {
        *kept.lock().unwrap() = Some(out.clone());
        out.send(1).await
    })
}

#[tokio::test]
async fn a_response_ends_with_its_last_sender() {
    let senders = Kept::default();
    let app = App::new("Tasks", "1").provide::<kept>(senders.clone());
    let client = start(app.routes(routes![tasks])).await;
    let mut lines = client.get("/tasks").stream().await;
    assert_eq!(lines.json_line::<u8>().await, Some(1));
    let sender = senders.lock().unwrap().take().unwrap();
    let sending = tokio::spawn(async move { sender.send(2).await });
    assert_eq!(lines.json_line::<u8>().await, Some(2));
    sending.await.unwrap().unwrap();
    assert_eq!(lines.line().await, None);

    let mut lines = client.get("/tasks").stream().await;
    assert_eq!(lines.json_line::<u8>().await, Some(1));
    let sender = senders.lock().unwrap().take().unwrap();
    assert!(!sender.is_closed());
    drop(lines);
    sender.closed().await;
    assert!(sender.is_closed());
    let error = sender.send(2).await.unwrap_err();
    assert!(
        error.to_string().contains("the client has disconnected"),
        "{error}"
    );
}

#[tokio::test]
async fn background_tasks_run_after_the_last_item() {
    #[get("/")]
    async fn lines(tasks: BackgroundTasks, #[depends(journal)] journal: Journal) -> JsonLines<u8> {
        let notes = journal.clone();
        tasks.add(async move { notes.write("task") });
        JsonLines::generate(|out| async move {
            out.send(1).await?;
            journal.write("end");
            Ok(())
        })
    }

    let notes = Journal::new();
    let app = App::new("Tasks", "1").provide::<journal>(notes.clone());
    let client = start(app.routes(routes![lines])).await;
    assert_eq!(client.get("/").await.text(), "1\n");
    assert_eq!(notes.take(), ["end", "task"]);
}

#[tokio::test]
async fn a_stream_has_the_status_of_its_route_and_the_headers_of_a_reply() {
    #[post("/", status = 202)]
    async fn made(reply: &mut Reply) -> JsonLines<u8> {
        reply.header("x-made", "yes");
        JsonLines::new(ready([1]))
    }

    let client = start(App::new("Made", "1").routes(routes![made])).await;
    let answer = client.post("/").await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("x-made")),
        (202, Some("yes"))
    );
}
