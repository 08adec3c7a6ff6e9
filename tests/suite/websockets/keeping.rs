//! Clients that disconnect, or do not keep up.

use std::time::Duration;

use fastrs::{WebSocketConfig, prelude::*, testing::TestClient};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::{app, pings, pong, upgrade};
use crate::{
    journal::{Gate, Journal, gate, journal},
    wire::serve,
};

/// Records how its client disconnected.
#[websocket("/watched")]
async fn watched(#[depends(journal)] journal: &Journal, mut socket: WebSocket) -> Result<()> {
    while socket.recv().await?.is_some() {}
    let (code, _) = socket.closed_by().unwrap_or_default();
    journal.write(format!("closed by {code}"));
    Ok(())
}

/// Sends for as long as the client receives.
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

/// So many pings that the buffers of the operating system cannot hold the pongs.
const LAST_PING: u64 = 100_000;

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
    let mut client = socket.connect(server.addr()).await.unwrap();
    upgrade(&mut client, "/flood").await;
    journal.until("closed: true").await;
    // What was sent is in the buffers of the operating system.
    let sent = journal.count("sent");
    assert!(sent < 200, "{sent} messages of 64 KiB");
    drop(client);
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
    // Longer than two intervals: the test is about time.
    tokio::time::sleep(Duration::from_millis(300)).await;
    gate.open();
    for number in 0..3 {
        assert_eq!(socket.recv_text().await, number.to_string());
    }
}

/// Sends nothing, and receives nothing until the gate is open.
#[tokio::test]
async fn a_client_that_does_not_read_pongs_receives_only_the_latest() {
    let gate = Gate::closed();
    let journal = Journal::new();
    let app = app()
        .provide::<crate::journal::journal>(journal.clone())
        .provide::<crate::journal::gate>(gate.clone())
        .routes(routes![busy]);
    let server = serve(app).await;
    for path in ["/echo", "/busy"] {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(16 * 1024).unwrap();
        let mut client = socket.connect(server.addr()).await.unwrap();
        upgrade(&mut client, path).await;
        let mut received = Vec::new();
        for from in (0..=LAST_PING).step_by(1000) {
            let to = (from + 1000).min(LAST_PING + 1);
            client.write_all(&pings(from, to)).await.unwrap();
            // It does read, but far fewer pongs than its pings cause.
            let mut some = [0; 127];
            client.read_exact(&mut some).await.unwrap();
            received.push(some);
        }
        while received.last() != Some(&pong(LAST_PING)) {
            let mut some = [0; 127];
            client.read_exact(&mut some).await.unwrap();
            received.push(some);
        }
        // These were in the buffers of the operating system.
        let most = usize::try_from(LAST_PING / 2).unwrap();
        assert!(received.len() < most, "{} pongs", received.len());
        assert!(received.is_sorted(), "{path}");

        gate.open();
        let hello = b"\x81\x85\0\0\0\0hello";
        client.write_all(hello).await.unwrap();
        let mut echo = [0; 7];
        client.read_exact(&mut echo).await.unwrap();
        assert_eq!(echo, *b"\x81\x05hello");
    }
}

/// A close frame is not lost among the pongs that wait to be sent.
#[tokio::test]
async fn a_client_that_does_not_read_pongs_can_close_its_socket() {
    let server = serve(app()).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut client = socket.connect(server.addr()).await.unwrap();
    upgrade(&mut client, "/echo").await;
    for from in (0..LAST_PING).step_by(1000) {
        client.write_all(&pings(from, from + 1000)).await.unwrap();
    }
    let close = b"\x88\x82\0\0\0\0\x0f\xa0";
    client.write_all(close).await.unwrap();
    let mut received = Vec::new();
    client.read_to_end(&mut received).await.unwrap();
    assert!(received.ends_with(b"\x88\x02\x0f\xa0"));
}

/// Returns the memory of a process, in KiB.
#[cfg(target_os = "linux")]
fn memory(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let size = line.and_then(|line| line.split_whitespace().nth(1));
    size.unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_idle_socket_does_not_keep_the_buffers_of_its_largest_message() {
    use tokio::io::{AsyncBufReadExt, BufReader};

    const MESSAGE: usize = 1_000_000;
    let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_served"))
        .args(["sockets", "127.0.0.1:0"])
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut log = BufReader::new(program.stderr.take().unwrap()).lines();
    let address = loop {
        let line = log.next_line().await.unwrap().unwrap();
        if let Some(rest) = line.strip_prefix("fastrs is listening on http://") {
            break rest.split(',').next().unwrap().to_owned();
        }
    };
    // In one frame, and in fragments.
    let head = |first: u8, length: usize| {
        let length = u64::try_from(length).unwrap().to_be_bytes();
        [&[first, 0xff][..], &length, &[0; 4]].concat()
    };
    let half = vec![1; MESSAGE / 2];
    let whole = [head(0x82, MESSAGE), half.clone(), half.clone()].concat();
    let fragments = [
        head(0x02, MESSAGE / 2),
        half.clone(),
        head(0x80, MESSAGE / 2),
        half,
    ];
    let mut idle = Vec::new();
    let mut first = 0;
    for number in 0..40 {
        let mut client = TcpStream::connect(&address).await.unwrap();
        upgrade(&mut client, "/echo").await;
        let message = match number % 2 {
            0 => whole.clone(),
            _ => fragments.concat(),
        };
        let (mut reader, mut writer) = client.split();
        let mut echo = vec![0; 10 + MESSAGE];
        let (sent, received) =
            tokio::join!(writer.write_all(&message), reader.read_exact(&mut echo));
        sent.unwrap();
        received.unwrap();
        idle.push(client);
        if number == 9 {
            first = memory(program.id().unwrap());
        }
    }
    let more = memory(program.id().unwrap()).saturating_sub(first);
    assert!(more < 30 * 200, "{more} KiB more for 30 sockets");
}
