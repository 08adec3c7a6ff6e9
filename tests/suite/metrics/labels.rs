//! What requests are counted for.

use std::time::Duration;

use axum::routing::get;
use fastrs::{Metrics, ServeConfig, prelude::*, testing::TestClient};
use tokio::net::TcpStream;

use super::{home, scrape::Scrape};
use crate::{
    journal::{Journal, journal},
    waiting::{soon, until, until_idle},
    websockets::echo,
    wire::{Wire, serve},
};

#[get("/items/<id>")]
async fn read_item(id: u64) -> u64 {
    id
}

#[post("/items/<id>", body_limit = 10)]
async fn replace_item(id: u64, body: Bytes) -> usize {
    body.len() + id as usize
}

#[get("/panics")]
async fn panics() {
    panic!("on purpose")
}

#[get("/waits")]
async fn waits(#[depends(journal)] journal: &Journal) {
    journal.write("waits");
    std::future::pending().await
}

#[get("/cancels", cancel_on_disconnect)]
async fn cancels(#[depends(journal)] journal: &Journal) {
    journal.write("waits");
    std::future::pending().await
}

async fn app() -> App {
    let inner = App::new("Inner", "1").routes(routes![read_item]);
    let other = axum::Router::new().route("/{*any}", get(|| async { "axum" }));
    App::new("Counted", "1")
        .provide::<journal>(Journal::new())
        .routes(routes![
            home,
            read_item,
            replace_item,
            panics,
            waits,
            cancels,
            echo
        ])
        .mount("/inner", inner.into_service().await.unwrap())
        .mount("/axum", other)
        .metrics(Metrics::new())
        .root_path("/shop")
        .config(config())
}

fn config() -> ServeConfig {
    ServeConfig::new()
        .head_timeout(Duration::from_millis(50))
        .handler_timeout(Duration::from_millis(50))
}

const HOST: &str = "host: a\r\nconnection: close\r\n";

#[tokio::test]
async fn every_request_is_counted_once() {
    let long = "x".repeat(9_000);
    let longer = "x".repeat(40_000);
    let handshake = "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let requests = [
        (
            format!("GET /items/5 HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/items/{id}", 200),
        ),
        (
            format!("GET /shop/items/5 HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/items/{id}", 200),
        ),
        (
            format!("GET /%69tems/5 HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/items/{id}", 200),
        ),
        (
            format!("HEAD /items/5 HTTP/1.1\r\n{HOST}\r\n"),
            ("HEAD", "/items/{id}", 200),
        ),
        (
            format!("GET /items/x HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/items/{id}", 422),
        ),
        (
            format!("OPTIONS /items/5 HTTP/1.1\r\n{HOST}\r\n"),
            ("OPTIONS", "/items/{id}", 204),
        ),
        (
            format!("DELETE /items/5 HTTP/1.1\r\n{HOST}\r\n"),
            ("DELETE", "/items/{id}", 405),
        ),
        (
            format!("POST /items/5 HTTP/1.1\r\n{HOST}content-length: 3\r\n\r\nabc"),
            ("POST", "/items/{id}", 200),
        ),
        (
            format!("POST /items/5 HTTP/1.1\r\n{HOST}content-length: 99\r\n\r\n"),
            ("POST", "/items/{id}", 413),
        ),
        (
            format!("GET /items/5/ HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "", 307),
        ),
        (
            format!("GET /nowhere HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "", 404),
        ),
        (
            format!("BREW / HTTP/1.1\r\n{HOST}\r\n"),
            ("_OTHER", "/", 405),
        ),
        (
            format!("GET /panics HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/panics", 500),
        ),
        (
            format!("GET /waits HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/waits", 504),
        ),
        (
            format!("GET /inner/items/5 HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/inner/items/{id}", 200),
        ),
        (
            format!("GET /inner/nowhere HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/inner", 404),
        ),
        (
            format!("GET /axum/any/thing HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/axum", 200),
        ),
        (
            format!("GET /openapi.json HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "/openapi.json", 200),
        ),
        (
            format!("GET /echo HTTP/1.1\r\nhost: a\r\n{handshake}\r\n"),
            ("GET", "/echo", 101),
        ),
        (
            "GET /items/5 HTTP/1.1\r\n\r\n".to_owned(),
            ("GET", "/items/{id}", 400),
        ),
        (
            format!("GET /{long} HTTP/1.1\r\n{HOST}\r\n"),
            ("GET", "", 414),
        ),
        ("nonsense\r\n\r\n".to_owned(), ("_OTHER", "", 400)),
        (
            format!("GET / HTTP/1.1\r\nx: {longer}"),
            ("_OTHER", "", 431),
        ),
        ("GET / HT".to_owned(), ("_OTHER", "", 408)),
    ];
    for (bytes, (method, route, status)) in requests {
        let server = serve(app().await).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&bytes).await;
        let head = soon(wire.head()).await;
        let shown = &bytes[..bytes.len().min(60)];
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{shown:?}: {head}"
        );
        drop(wire);
        // hyper's own responses are counted at the end of the connection.
        until(async || Scrape::of(server.addr()).await.count(method, route, status) > 0.0).await;
        let mut counted = Scrape::of(server.addr()).await.by_labels();
        counted.retain(|(_, route, _), _| route != "/metrics");
        let expected = (method.to_owned(), route.to_owned(), status.to_string());
        assert_eq!(Vec::from_iter(counted), [(expected, 1.0)], "{shown:?}");
    }
}

#[tokio::test]
async fn a_client_that_disconnects_is_counted() {
    let notes = Journal::new();
    let app = app().await.provide::<journal>(notes.clone());
    let server = serve(app.config(ServeConfig::new())).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /cancels").await;
    soon(notes.until("waits")).await;
    let during = Scrape::of(server.addr()).await;
    assert_eq!(during.value("http_server_active_requests"), 2.0);
    assert_eq!(during.requests(), 0.0);
    drop(wire);
    until(async || {
        Scrape::of(server.addr())
            .await
            .count("GET", "/cancels", 499)
            > 0.0
    })
    .await;
    let after = Scrape::of(server.addr()).await;
    assert_eq!(after.count("GET", "/cancels", 499), 1.0);
    assert_eq!(after.value("http_server_active_requests"), 1.0);
}

#[tokio::test]
async fn a_handler_that_outlives_its_client_is_counted_with_its_own_status() {
    let notes = Journal::new();
    let app = app().await.provide::<journal>(notes.clone());
    let server = serve(app).await;
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let mut wire = Wire::over(stream);
    wire.request("GET /waits").await;
    soon(notes.until("waits")).await;
    drop(wire);
    until(async || Scrape::of(server.addr()).await.count("GET", "/waits", 504) > 0.0).await;
    assert_eq!(
        Scrape::of(server.addr()).await.count("GET", "/waits", 504),
        1.0
    );
}

/// Otherwise a client could fill the memory of the server and of Prometheus.
#[tokio::test]
async fn no_path_and_no_method_of_a_client_is_a_label() {
    let client = TestClient::start(app().await).await;
    for number in 0..200 {
        client.get(&format!("/{number}\"x/%22%0a")).await;
        client.get(&format!("/axum/{number}")).await;
        client.get(&format!("/inner/{number}")).await;
        client.get(&format!("/items/{number}")).await;
        client.request(&format!("M{number}"), "/").await;
        client
            .request(&format!("M{number}"), &format!("/{number}"))
            .await;
    }
    let scrape = Scrape::parse(&client.get("/metrics").await.text());
    let labels: Vec<_> = scrape.by_labels().into_keys().collect();
    let labels: Vec<_> = labels.iter().map(|(m, r, s)| (&**m, &**r, &**s)).collect();
    assert_eq!(
        labels,
        [
            ("GET", "", "404"),
            ("GET", "/axum", "200"),
            ("GET", "/inner", "404"),
            ("GET", "/items/{id}", "200"),
            ("_OTHER", "", "404"),
            ("_OTHER", "/", "405"),
        ]
    );
    assert_eq!(scrape.requests(), 1200.0);
}

#[tokio::test]
async fn streams_of_http2_are_counted_one_by_one() {
    let server = serve(app().await).await;
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    for path in ["/items/1", "/items/2", "/nowhere"] {
        client = client.ready().await.unwrap();
        let request = http::Request::get(server.url(path)).body(()).unwrap();
        let (response, _) = client.send_request(request, true).unwrap();
        soon(response).await.unwrap();
    }
    until_idle().await;
    let scrape = Scrape::of(server.addr()).await;
    assert_eq!(scrape.count("GET", "/items/{id}", 200), 2.0);
    assert_eq!(scrape.count("GET", "", 404), 1.0);
    assert_eq!(scrape.requests(), 3.0);
}
