//! Tasks that own the halves of a socket.

use std::time::Duration;

use fastrs::{prelude::*, testing::TestServer};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::{app, upgrade};
use crate::{
    journal::{Gate, Journal, gate, journal},
    wire::serve,
};

/// Moves its halves to two tasks, which end when they are told that the socket is closed.
#[websocket("/split")]
async fn split(
    #[depends(journal)] journal: Journal,
    #[depends(gate)] gate: &Gate,
    socket: WebSocket,
) -> Result<()> {
    let (mut sender, mut receiver) = socket.split();
    let reports = journal.clone();
    tokio::spawn(async move {
        let ended = loop {
            match receiver.recv().await {
                Ok(Some(_)) => {}
                Ok(None) => break "ended",
                Err(_) => break "failed",
            }
        };
        let (code, _) = receiver.closed_by().unwrap_or_default();
        reports.write(format!("receiver {ended}, closed by {code}"));
    });
    let reports = journal.clone();
    tokio::spawn(async move {
        let error = loop {
            match sender.send(vec![0; 64 * 1024]).await {
                Ok(()) => reports.write("sent"),
                Err(error) => break error,
            }
        };
        reports.write(format!("sender failed, closed: {}", error.is_closed()));
    });
    gate.pass().await;
    Ok(())
}

/// Moves the sending half to a task, which closes the socket.
#[websocket("/closed")]
async fn closed(#[depends(journal)] journal: &Journal, socket: WebSocket) -> Result<()> {
    let (mut sender, mut receiver) = socket.split();
    tokio::spawn(async move { sender.close(4000, "enough").await });
    while receiver.recv().await?.is_some() {}
    let (code, _) = receiver.closed_by().unwrap_or_default();
    journal.write(format!("closed by {code}"));
    Ok(())
}

async fn start(journal: &Journal, gate: &Gate) -> TestServer {
    serve(
        app()
            .provide::<crate::journal::journal>(journal.clone())
            .provide::<crate::journal::gate>(gate.clone())
            .routes(routes![split, closed]),
    )
    .await
}

/// Waits for a line, for longer than a server waits for the close frame of a client, which is five seconds.
async fn until(journal: &Journal, line: &str) {
    let written = timeout(Duration::from_secs(10), journal.until(line));
    written.await.expect(line);
}

/// Opens a socket that reads little more than the handshake.
async fn connect_without_reading(server: &TestServer, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut stream = socket.connect(server.addr()).await.unwrap();
    upgrade(&mut stream, path).await;
    stream
}

/// The client answers no close frame, so that the server closes the connection on its own after five seconds.
#[tokio::test]
async fn tasks_end_when_the_server_drops_the_connection() {
    let (journal, gate) = (Journal::new(), Gate::closed());
    let server = start(&journal, &gate).await;
    let silent = connect_without_reading(&server, "/split").await;
    until(&journal, "sent").await;
    gate.open();
    until(&journal, "receiver ended, closed by 1006").await;
    until(&journal, "sender failed, closed: true").await;
    drop(silent);
}

#[tokio::test]
async fn tasks_end_when_the_client_disconnects() {
    let (journal, gate) = (Journal::new(), Gate::closed());
    let server = start(&journal, &gate).await;
    let client = connect_without_reading(&server, "/split").await;
    until(&journal, "sent").await;
    // The handler is still running.
    drop(client);
    until(&journal, "receiver ended, closed by 1006").await;
    until(&journal, "sender failed, closed: true").await;
}

/// Long before the next ping, which is due after twenty seconds.
#[tokio::test]
async fn a_client_that_does_not_answer_a_task_is_disconnected() {
    let (journal, gate) = (Journal::new(), Gate::closed());
    let server = start(&journal, &gate).await;
    let silent = connect_without_reading(&server, "/closed").await;
    until(&journal, "closed by 1006").await;
    drop(silent);
}
