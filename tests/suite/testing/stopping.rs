//! Stopping a client while its app is still at work.

use std::{
    convert::Infallible,
    future::pending,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use fastrs::{ServeConfig, prelude::*, testing::TestClient};
use futures_core::Stream;

use crate::{
    journal::{Journal, journal, told},
    waiting::soon,
};

#[dependency]
async fn presence(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_sent(()).await;
    journal.write(format!("presence {}", told(&outcome)));
}

/// Ignores its socket.
#[websocket("/hung", depends = [presence])]
async fn hung(mut socket: WebSocket) -> Result<()> {
    socket.send("hung").await?;
    pending().await
}

/// Ends with the shutdown.
#[get("/ticks", depends = [presence])]
async fn ticks() -> Sse<u32> {
    Sse::generate(|out| async move {
        for tick in 1.. {
            out.send(tick).await?;
            if tick == 2 {
                pending::<()>().await;
            }
        }
        Ok(())
    })
}

/// Sends the same chunk until it is dropped.
struct Endless;

impl Stream for Endless {
    type Item = std::result::Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(Bytes::from_static(&[b'x'; 1000]))))
    }
}

#[get("/endless", depends = [presence])]
async fn endless() -> Response {
    Response::new(Body::from_stream(Endless))
}

#[get("/task")]
async fn task(#[depends(journal)] journal: &Journal, tasks: BackgroundTasks) {
    let journal = journal.clone();
    tasks.add(async move {
        journal.write("task");
        pending().await
    });
}

#[dependency(scope = "app")]
async fn stuck(lend: Yield<u8>) {
    lend.until_done(1).await;
    pending().await
}

#[get("/stuck")]
async fn stuck_value(#[depends(stuck)] value: &u8) -> u8 {
    *value
}

/// Returns an app whose deadlines are shorter than those of the test.
fn app(journal: &Journal) -> App {
    let deadline = Duration::from_millis(200);
    let config = ServeConfig::new().shutdown_timeout(deadline);
    App::new("Stopping", "1")
        .provide::<crate::journal::journal>(journal.clone())
        .routes(routes![hung, ticks, endless, task])
        .config(config.teardown_timeout(deadline))
}

#[tokio::test]
async fn a_socket_whose_handler_ignores_it_is_cut_off() {
    let journal = Journal::new();
    let client = TestClient::start(app(&journal)).await;
    let mut socket = client.websocket("/hung").await;
    assert_eq!(socket.recv_text().await, "hung");
    soon(client.stop()).await;
    assert_eq!(socket.closed().await.code, 1001);
    assert_eq!(journal.take(), ["presence aborted"]);
}

/// Records how its client closes the socket.
#[websocket("/polite")]
async fn polite(#[depends(journal)] journal: &Journal, mut socket: WebSocket) -> Result<()> {
    socket.send("hello").await?;
    while socket.recv().await?.is_some() {}
    let (code, _) = socket.closed_by().unwrap_or_default();
    journal.write(format!("closed by {code}"));
    Ok(())
}

#[tokio::test]
async fn a_socket_that_the_test_does_not_read_is_closed() {
    let journal = Journal::new();
    let app = app(&journal).config(ServeConfig::new());
    let client = TestClient::start(app.routes(routes![polite])).await;
    let mut socket = client.websocket("/polite").await;
    soon(client.stop()).await;
    assert_eq!(journal.take(), ["closed by 1001"]);
    assert_eq!(socket.recv_text().await, "hello");
    assert_eq!(socket.closed().await.code, 1001);
}

#[tokio::test]
async fn a_socket_of_a_mounted_app_is_cut_off() {
    let journal = Journal::new();
    let inner = app(&journal).into_service().await.unwrap();
    let deadline = ServeConfig::new().shutdown_timeout(Duration::from_millis(200));
    let outer = App::new("Outer", "1")
        .mount("/inner", inner)
        .config(deadline);
    let client = TestClient::start(outer).await;
    let mut socket = client.websocket("/inner/hung").await;
    assert_eq!(socket.recv_text().await, "hung");
    soon(client.stop()).await;
    assert_eq!(socket.closed().await.code, 1001);
    assert_eq!(journal.take(), ["presence aborted"]);
}

#[tokio::test]
async fn events_end_whether_or_not_they_are_read() {
    let journal = Journal::new();
    let client = TestClient::start(app(&journal)).await;
    let mut unread = client.get("/ticks").sse().await;
    let mut read = client.get("/ticks").sse().await;
    for events in [&mut unread, &mut read] {
        assert_eq!(events.next().await.unwrap().json::<u32>(), 1);
    }
    let reading = async {
        let event = read.next().await.unwrap();
        (event.json::<u32>(), read.next().await)
    };
    let ((), read) = soon(async { tokio::join!(client.stop(), reading) }).await;
    assert_eq!(read, (2, None));
    assert_eq!(journal.take(), ["presence success", "presence success"]);
    assert_eq!(unread.next().await.unwrap().json::<u32>(), 2);
    assert_eq!(unread.next().await, None);
}

#[tokio::test]
async fn a_stream_that_ignores_the_shutdown_is_cut_off() {
    let journal = Journal::new();
    let client = TestClient::start(app(&journal)).await;
    let mut stream = client.get("/endless").stream().await;
    let left = client.get("/endless").stream().await;
    soon(client.stop()).await;
    assert_eq!(journal.take(), ["presence aborted", "presence aborted"]);
    drop(left);
    let mut count = 0;
    let error = loop {
        match stream.try_chunk().await {
            Ok(chunk) => count += chunk.expect("the stream is endless").len(),
            Err(error) => break error,
        }
    };
    assert_eq!(count, 66_000);
    let cause = error.source().unwrap().to_string();
    assert_eq!(cause, "the response was cut off by the shutdown deadline");
    assert!(stream.try_chunk().await.is_err());
}

#[tokio::test]
async fn a_stream_that_the_test_drops_does_not_delay_the_stop() {
    let journal = Journal::new();
    let client = TestClient::start(app(&journal).config(ServeConfig::new())).await;
    let stream = client.get("/endless").stream().await;
    let leaving = async {
        tokio::task::yield_now().await;
        drop(stream);
    };
    soon(async { tokio::join!(client.stop(), leaving) }).await;
    assert_eq!(journal.take(), ["presence aborted"]);
}

#[tokio::test]
async fn a_background_task_that_never_ends_is_cut_off() {
    let journal = Journal::new();
    let client = TestClient::start(app(&journal)).await;
    tokio::select! {
        response = client.get("/task") => panic!("{response:?}"),
        () = journal.until("task") => {}
    }
    soon(client.stop()).await;
}

#[tokio::test]
async fn an_app_scoped_value_that_does_not_close_is_abandoned() {
    let client = TestClient::start(app(&Journal::new()).routes(routes![stuck_value])).await;
    assert_eq!(client.get("/stuck").await.json::<u8>(), 1);
    soon(client.stop()).await;
}
