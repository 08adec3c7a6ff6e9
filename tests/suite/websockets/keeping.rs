//! Clients that disconnect, or do not keep up.

use std::time::Duration;

use fastrs::{WebSocketConfig, prelude::*, testing::TestClient};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::{app, upgrade};
use crate::{
    journal::{Gate, Journal, gate, journal},
    wire::serve,
};

/// Records how its client left.
#[websocket("/watched")]
async fn watched(#[depends(journal)] journal: &Journal, mut socket: WebSocket) -> Result<()> {
    while socket.recv().await?.is_some() {}
    let (code, _) = socket.closed_by().unwrap_or_default();
    journal.write(format!("closed by {code}"));
    Ok(())
}

/// Sends as long as the client receives.
#[websocket("/flood")]
async fn flood(#[depends(journal)] journal: &Journal, mut socket: WebSocket) -> Result<()> {
    let sent = loop {
        if let Err(error) = socket.send(vec![0; 64 * 1024]).await {
            break error;
        }
        journal.write("sent");
    };
    journal.write(format!("closed: {}", sent.is_closed()));
    Ok(())
}

/// Waits for something other than its client.
#[websocket("/busy")]
async fn busy(#[depends(gate)] gate: &Gate, mut socket: WebSocket) -> Result<()> {
    gate.pass().await;
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

fn impatient(journal: &Journal) -> App {
    let config = WebSocketConfig::new().ping_interval(Duration::from_millis(100));
    app()
        .websockets(config)
        .provide::<crate::journal::journal>(journal.clone())
        .provide::<crate::journal::gate>(Gate::closed())
        .routes(routes![watched, flood, busy])
}

#[tokio::test]
async fn a_client_that_does_not_answer_pings_is_disconnected() {
    let journal = Journal::new();
    let server = serve(impatient(&journal)).await;
    let mut silent = TcpStream::connect(server.addr()).await.unwrap();
    upgrade(&mut silent, "/watched").await;
    let mut received = Vec::new();
    silent.read_to_end(&mut received).await.unwrap();
    // It was pinged once, and then dropped.
    assert_eq!(received, b"\x89\x00");
    journal.until("closed by 1006").await;
}

#[tokio::test]
async fn a_client_that_answers_pings_stays() {
    let journal = Journal::new();
    let server = serve(impatient(&journal)).await;
    let mut client = TcpStream::connect(server.addr()).await.unwrap();
    upgrade(&mut client, "/watched").await;
    for _ in 0..5 {
        let mut ping = [0; 2];
        client.read_exact(&mut ping).await.unwrap();
        assert_eq!(ping, [0x89, 0]);
        client.write_all(&[0x8a, 0x80, 1, 2, 3, 4]).await.unwrap();
    }
    assert_eq!(journal.take(), Vec::<String>::new());
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected_and_uses_little_memory() {
    let journal = Journal::new();
    let server = serve(impatient(&journal)).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut deaf = socket.connect(server.addr()).await.unwrap();
    upgrade(&mut deaf, "/flood").await;
    journal.until("closed: true").await;
    // What was sent is in the buffers of the operating system.
    let sent = journal.count("sent");
    assert!(sent < 200, "{sent} messages of 64 KiB");
    drop(deaf);
}

/// While a message waits for the handler, no pong is read. That does not mean that the client has disconnected.
#[tokio::test]
async fn a_handler_that_does_not_receive_keeps_its_client() {
    let journal = Journal::new();
    let gate = Gate::closed();
    let app = impatient(&journal).provide::<crate::journal::gate>(gate.clone());
    let client = TestClient::start(app).await;
    let mut socket = client.websocket("/busy").await;
    for number in 0..3 {
        socket.send(number.to_string()).await;
    }
    // Longer than two intervals: time itself is the subject.
    tokio::time::sleep(Duration::from_millis(300)).await;
    gate.open();
    for number in 0..3 {
        assert_eq!(socket.recv_text().await, number.to_string());
    }
}
