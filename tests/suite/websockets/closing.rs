//! The end of a socket: the code that its client receives, and when the exits of dependencies run.

use std::time::Duration;

use fastrs::{ServeConfig, prelude::*, testing::TestClient};

use super::app;
use crate::{
    journal::{Gate, Journal, gate, journal, told},
    waiting::soon,
    wire::serve,
};

#[derive(Debug, HttpError)]
enum ChatError {
    #[error("no room {0}")]
    #[status(404)]
    NoRoom(u32),
    #[error("the database is down")]
    #[status(503)]
    Database,
}

/// Ends in the way that the client asks for.
#[websocket("/ends")]
async fn ends(mut socket: WebSocket) -> Result<(), HttpError> {
    let message = socket.recv().await?;
    match message.as_ref().and_then(|message| message.text()) {
        Some("panic") => panic!("the secret"),
        Some("own") => Err(WebSocketError::new(4321, "your turn is over"))?,
        Some("long") => Err(WebSocketError::new(4000, "ä".repeat(100)))?,
        Some("impossible") => Err(WebSocketError::new(1006, "not this one"))?,
        Some("client") => Err(ChatError::NoRoom(7))?,
        Some("server") => Err(ChatError::Database)?,
        Some("other") => Err(std::io::Error::other("the secret"))?,
        Some("close") => socket.close(3999, "closed").await,
        _ => {}
    }
    Ok(())
}

#[tokio::test]
async fn the_code_says_how_the_handler_ended() {
    let long = "ä".repeat(61);
    let cases = [
        ("return", 1000, ""),
        ("panic", 1011, ""),
        ("own", 4321, "your turn is over"),
        ("long", 4000, &*long),
        ("impossible", 1011, "not this one"),
        ("client", 1008, "no room 7"),
        ("server", 1011, ""),
        ("other", 1011, ""),
        ("close", 3999, "closed"),
    ];
    let app = || App::new("Ends", "1").routes(routes![ends]);
    let (client, server) = (TestClient::start(app()).await, serve(app()).await);
    for (end, code, reason) in cases {
        let over_a_socket = server.websocket("/ends").await;
        for mut socket in [client.websocket("/ends").await, over_a_socket] {
            socket.send(end).await;
            let closed = socket.closed().await;
            assert_eq!((closed.code, &*closed.reason), (code, reason), "{end}");
        }
    }
    // One socket does not block the app.
    soon(client.stop()).await;
    soon(server.stop()).await;
}

#[dependency]
async fn transaction(
    #[depends(journal)] journal: Journal,
    #[query] commit: Option<String>,
    lend: Yield<u32>,
) -> Result<()> {
    let (_, outcome) = lend.until_done(1).await;
    journal.write(format!("transaction {}", told(&outcome)));
    match commit.as_deref() {
        Some("fails") => Err(HttpError::new(500, "the commit failed")),
        _ => Ok(()),
    }
}

#[dependency]
async fn presence(#[depends(journal)] journal: Journal, lend: Yield<u32>) -> Result<()> {
    let (_, outcome) = lend.until_sent(1).await;
    journal.write(format!("presence {}", told(&outcome)));
    Ok(())
}

#[websocket("/joined")]
async fn joined(
    #[depends(presence)] _presence: &u32,
    #[depends(transaction)] _transaction: &u32,
    #[depends(journal)] journal: &Journal,
    mut socket: WebSocket,
) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        if message.text() == Some("panic") {
            panic!("oh");
        }
    }
    let (code, reason) = socket.closed_by().unwrap_or_default();
    journal.write(format!("closed by {code} {reason}"));
    Ok(())
}

fn with_journal(journal: &Journal) -> App {
    app()
        .provide::<crate::journal::journal>(journal.clone())
        .routes(routes![joined])
}

#[tokio::test]
async fn exits_run_when_the_socket_ends() {
    let journal = Journal::new();
    let server = serve(with_journal(&journal)).await;
    let socket = server.websocket("/joined").await;
    assert_eq!(socket.close(4000, "bye").await.code, 4000);
    journal.until("presence success").await;
    let lines = [
        "closed by 4000 bye",
        "transaction success",
        "presence success",
    ];
    assert_eq!(journal.take(), lines);

    // The connection is lost.
    drop(server.websocket("/joined").await);
    journal.until("presence success").await;
    let lines = ["closed by 1006 ", "transaction success", "presence success"];
    assert_eq!(journal.take(), lines);

    let mut socket = server.websocket("/joined").await;
    socket.send("panic").await;
    assert_eq!(socket.closed().await.code, 1011);
    journal.until("presence panic").await;
    assert_eq!(journal.take(), ["transaction panic", "presence panic"]);
}

#[tokio::test]
async fn the_client_learns_of_an_exit_that_fails() {
    let app = with_journal(&Journal::new()).routes(routes![leaves]);
    let client = TestClient::start(app).await;
    let mut socket = client.websocket("/leaves?commit=fails").await;
    assert_eq!(socket.closed().await.code, 1011);
    let mut socket = client.websocket("/leaves").await;
    assert_eq!(socket.closed().await.code, 1000);
}

/// Returns at once.
#[websocket("/leaves")]
async fn leaves(#[depends(transaction)] _transaction: &u32, _socket: WebSocket) {}

#[tokio::test]
async fn a_shutdown_closes_every_socket() {
    let journal = Journal::new();
    let server = serve(with_journal(&journal)).await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(server.websocket("/joined").await);
    }
    let stopping = tokio::spawn(server.stop());
    for socket in &mut sockets {
        let closed = socket.closed().await;
        assert_eq!(
            (closed.code, &*closed.reason),
            (1001, "the server is shutting down")
        );
    }
    soon(stopping).await.unwrap();
    assert_eq!(journal.count("presence success"), 20);
}

/// Ignores its socket.
#[websocket("/hung")]
async fn hung(
    #[depends(presence)] _presence: &u32,
    #[depends(gate)] gate: &Gate,
    mut socket: WebSocket,
) -> Result<()> {
    socket.send("hung").await?;
    gate.pass().await;
    Ok(())
}

#[tokio::test]
async fn a_handler_that_ignores_the_shutdown_is_cut_off_at_its_deadline() {
    let journal = Journal::new();
    let app = with_journal(&journal)
        .provide::<crate::journal::gate>(Gate::closed())
        .routes(routes![hung])
        .config(ServeConfig::new().shutdown_timeout(Duration::from_millis(300)));
    let server = serve(app).await;
    let mut socket = server.websocket("/hung").await;
    assert_eq!(socket.recv_text().await, "hung");
    let stopping = tokio::spawn(server.stop());
    assert_eq!(socket.closed().await.code, 1001);
    soon(stopping).await.unwrap();
    assert_eq!(journal.take(), ["presence aborted"]);
}

/// Waits for something other than its client.
#[websocket("/ticks", cancel_on_disconnect)]
async fn ticks(
    #[depends(presence)] _presence: &u32,
    #[depends(gate)] gate: &Gate,
    mut socket: WebSocket,
) -> Result<()> {
    loop {
        socket.send("tick").await?;
        gate.pass().await;
    }
}

#[tokio::test]
async fn a_handler_can_be_dropped_when_its_socket_closes() {
    let journal = Journal::new();
    let app = || {
        with_journal(&journal)
            .provide::<crate::journal::gate>(Gate::closed())
            .routes(routes![ticks])
    };
    let server = serve(app()).await;
    let mut socket = server.websocket("/ticks").await;
    assert_eq!(socket.recv_text().await, "tick");
    assert_eq!(socket.close(1000, "").await.code, 1000);
    journal.until("presence aborted").await;
    journal.take();

    let mut socket = server.websocket("/ticks").await;
    assert_eq!(socket.recv_text().await, "tick");
    let stopping = tokio::spawn(server.stop());
    assert_eq!(socket.closed().await.code, 1001);
    soon(stopping).await.unwrap();
    assert_eq!(journal.take(), ["presence aborted"]);
}

#[tokio::test]
async fn a_test_that_has_received_everything_still_learns_the_code() {
    let app = || App::new("Ends", "1").routes(routes![ends]);
    let (client, server) = (TestClient::start(app()).await, serve(app()).await);
    let cases = [
        ("return", 1000, ""),
        ("panic", 1011, ""),
        ("own", 4321, "your turn is over"),
        ("close", 3999, "closed"),
    ];
    for (end, code, reason) in cases {
        let over_a_socket = server.websocket("/ends").await;
        for mut socket in [client.websocket("/ends").await, over_a_socket] {
            socket.send(end).await;
            for _ in 0..2 {
                assert_eq!(socket.recv().await, None);
                let closed = socket.closed().await;
                assert_eq!((closed.code, &*closed.reason), (code, reason), "{end}");
            }
        }
    }
}
