//! More connections than the server may have.

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use fastrs::{ServeConfig, prelude::*};
use tokio::{io::AsyncReadExt as _, net::TcpStream};
use tracing::Level;

use crate::{
    log::Log,
    waiting::{soon, until_idle},
    wire::{Wire, serve},
};

#[get("/")]
async fn home() -> u8 {
    1
}

fn app(most: usize) -> App {
    App::new("Connections", "1")
        .routes(routes![home])
        .config(ServeConfig::new().max_connections(most))
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_until_another_ends() {
    let (log, _guard) = Log::start(Level::WARN);
    let server = serve(app(2)).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /").await;
        assert_eq!(soon(wire.answer()).await.status(), "200");
        open.push(wire);
    }
    let mut third = TcpStream::connect(server.addr()).await.unwrap();
    Wire::over(&mut third).request("GET /").await;
    for wire in &mut open {
        wire.request("GET /").await;
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
    until_idle().await;
    let nothing = third.try_read(&mut [0]).expect_err("nothing was sent");
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    let lines = log.take();
    assert!(
        lines.len() == 1 && lines[0].contains("max_connections=2"),
        "{lines:?}"
    );
    drop(open.pop());
    assert_eq!(soon(Wire::over(third).answer()).await.status(), "200");
}

/// The test is about time: five seconds.
#[tokio::test]
async fn idle_connections_end_sooner_when_there_are_many() {
    let server = serve(app(5)).await;
    let begun = Instant::now();
    let mut open = Vec::new();
    for _ in 0..5 {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let mut wire = Wire::over(&mut stream);
        wire.request("GET /").await;
        wire.answer().await;
        open.push(stream);
    }
    let limit = Duration::from_secs(20);
    let mut byte = [0];
    let ended = tokio::time::timeout(limit, open[0].read(&mut byte)).await;
    assert_eq!(ended.expect("it is closed").unwrap(), 0);
    assert!(begun.elapsed() >= Duration::from_secs(5));
    // One was enough.
    for stream in &mut open[1..] {
        let mut wire = Wire::over(stream);
        wire.request("GET /").await;
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
}
