//! What the server counts, and that no count is lost.

use std::time::Duration;

use fastrs::{Metrics, ServeConfig, prelude::*};
use tokio::{net::TcpStream, task::JoinSet};

use super::{app, scrape::Scrape};
use crate::{
    journal::{Gate, gate},
    waiting::{soon, until},
    websockets::{echo, upgrade},
    wire::{Wire, serve},
};

#[post("/upload")]
async fn upload(body: Bytes) -> usize {
    body.len()
}

#[get("/later")]
async fn later(tasks: BackgroundTasks, #[depends(gate)] gate: Gate) {
    tasks.add(async move { gate.pass().await });
}

#[tokio::test]
async fn connections_are_counted() {
    let server = serve(app(Metrics::new())).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /").await;
        soon(wire.answer()).await;
        open.push(wire);
    }
    let scrape = Scrape::of(server.addr()).await;
    assert_eq!(scrape.value("fastrs_connections"), 4.0);
    assert_eq!(scrape.value("fastrs_connections_accepted_total"), 4.0);
    drop(open);
    until(async || Scrape::of(server.addr()).await.value("fastrs_connections") == 1.0).await;
    let scrape = Scrape::of(server.addr()).await;
    assert!(scrape.value("fastrs_connections_accepted_total") >= 5.0);
}

#[tokio::test]
async fn overload_and_slow_bodies_are_counted() {
    let config = ServeConfig::new()
        .max_in_flight(0)
        .body_timeout(Duration::from_millis(20));
    let server = serve(app(Metrics::new()).config(config)).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /").await;
    assert_eq!(soon(wire.answer()).await.status(), "503");
    let scrape = Scrape::of(server.addr()).await;
    assert_eq!(scrape.value("fastrs_requests_shed_total"), 1.0);
    assert_eq!(scrape.count("GET", "/", 503), 1.0);

    let config = ServeConfig::new().body_timeout(Duration::from_millis(20));
    let app = app(Metrics::new()).routes(routes![upload]).config(config);
    let server = serve(app).await;
    for _ in 0..2 {
        let mut wire = Wire::to(server.addr()).await;
        wire.send("POST /upload HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc")
            .await;
        assert_eq!(soon(wire.answer()).await.status(), "408");
    }
    let scrape = Scrape::of(server.addr()).await;
    assert_eq!(scrape.value("fastrs_body_timeouts_total"), 2.0);
    assert_eq!(scrape.count("POST", "/upload", 408), 2.0);
}

#[tokio::test]
async fn what_requests_leave_running_is_counted() {
    let gate_ = Gate::closed();
    let app = app(Metrics::new())
        .provide::<gate>(gate_.clone())
        .routes(routes![later, echo]);
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /later").await;
    soon(wire.answer()).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    upgrade(&mut stream, "/echo").await;
    let running = async |tasks: f64, sockets: f64| {
        until(async || {
            let scrape = Scrape::of(server.addr()).await;
            scrape.value("fastrs_background_tasks") == tasks
                && scrape.value("fastrs_websockets") == sockets
        })
        .await;
    };
    running(1.0, 1.0).await;
    gate_.open();
    drop(stream);
    running(0.0, 0.0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_is_lost_or_counted_twice() {
    const CLIENTS: usize = 16;
    const REQUESTS: usize = 100;
    let server = serve(app(Metrics::new())).await;
    let address = server.addr();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(async move {
            let mut wire = Wire::to(address).await;
            for turn in 0..REQUESTS {
                let path = if (number + turn) % 2 == 0 {
                    "/"
                } else {
                    "/nowhere"
                };
                wire.request(&format!("GET {path}")).await;
                wire.answer().await;
            }
        });
    }
    clients.join_all().await;
    let scrape = Scrape::of(address).await;
    let half = (CLIENTS * REQUESTS / 2) as f64;
    assert_eq!(scrape.count("GET", "/", 200), half);
    assert_eq!(scrape.count("GET", "", 404), half);
    assert_eq!(scrape.requests(), 2.0 * half);
    assert_eq!(scrape.value("http_server_active_requests"), 1.0);
}
