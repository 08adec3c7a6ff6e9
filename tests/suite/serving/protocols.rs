//! HTTP/1.1 and HTTP/2 on one port.

use bytes::Bytes;
use fastrs::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional, duplex},
    net::TcpStream,
};

use crate::{
    waiting::until_idle,
    wire::{Wire, serve},
};

#[get("/echo/<word>")]
async fn echo(word: &str, req: &Request, client: ClientAddr) -> String {
    format!("{word} {:?} {}", req.version(), client.ip())
}

#[post("/add")]
async fn add(#[body] numbers: Vec<u32>) -> u32 {
    numbers.iter().sum()
}

fn app() -> App {
    App::new("Protocols", "1").routes(routes![echo, add])
}

#[tokio::test]
async fn pipelined_requests_get_responses_in_order() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    let body = "POST /add HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n[1,2]";
    let requests: String = (0..20)
        .map(|n| format!("GET /echo/{n} HTTP/1.1\r\nhost: test\r\n\r\n{body}"))
        .collect();
    wire.send(&requests).await;
    for n in 0..20 {
        assert_eq!(
            wire.answer().await.body,
            format!("\"{n} HTTP/1.1 127.0.0.1\"")
        );
        assert_eq!(wire.answer().await.body, "3");
    }
    wire.send("GET /echo/last HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\nGET /echo/never HTTP/1.1\r\nhost: test\r\n\r\n").await;
    let rest = wire.rest().await;
    assert!(
        rest.contains("last HTTP/1.1") && !rest.contains("never"),
        "{rest}"
    );
    server.stop().await;
}

#[tokio::test]
async fn http_1_0_gets_a_response_and_is_closed() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send("GET /echo/old HTTP/1.0\r\n\r\n").await;
    let answer = wire.rest().await;
    assert!(answer.ends_with("\"old HTTP/1.0 127.0.0.1\""), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn cleartext_http_2_serves_many_streams_on_one_connection() {
    let server = serve(app()).await;
    let socket = TcpStream::connect(server.addr()).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();

    let mut gets = Vec::new();
    for n in 0..10 {
        let request = http::Request::get(server.url(&format!("/echo/{n}")))
            .body(())
            .unwrap();
        gets.push(client.send_request(request, true).unwrap().0);
        client = client.ready().await.unwrap();
    }
    let request = http::Request::post(server.url("/add"))
        .header("content-type", "application/json")
        .body(())
        .unwrap();
    let (added, mut body) = client.send_request(request, false).unwrap();
    body.send_data(Bytes::from_static(b"[1,2,"), false).unwrap();
    for (n, get) in gets.into_iter().enumerate() {
        assert_eq!(
            read(get).await,
            (200, format!("\"{n} HTTP/2.0 127.0.0.1\"")),
            "while a body is arriving"
        );
    }
    body.send_data(Bytes::from_static(b"3]"), true).unwrap();
    assert_eq!(read(added).await, (200, "6".to_owned()));

    let mut client = client.ready().await.unwrap();
    let request = http::Request::head(server.url("/echo/x")).body(()).unwrap();
    let head = client.send_request(request, true).unwrap().0;
    assert_eq!(read(head).await, (200, String::new()));
    let mut client = client.ready().await.unwrap();
    let request = http::Request::get(server.url("/nowhere")).body(()).unwrap();
    let nothing = client.send_request(request, true).unwrap().0;
    assert_eq!(
        read(nothing).await,
        (404, r#"{"detail":"Not Found"}"#.to_owned())
    );

    // `stop` sends GOAWAY to the client, and does not wait for connections with nothing in flight.
    server.stop().await;
    drop(client);
    connection.await.unwrap().unwrap();
}

/// The server recognizes HTTP/2 by the first 24 bytes of a connection.
#[tokio::test]
async fn an_http_2_preface_may_arrive_in_parts() {
    let server = serve(app()).await;
    for first in [1, 3, 10, 23] {
        let mut socket = TcpStream::connect(server.addr()).await.unwrap();
        let (client, mut wire) = duplex(4096);
        let relay = tokio::spawn(async move {
            let mut part = vec![0; first];
            wire.read_exact(&mut part).await.unwrap();
            socket.write_all(&part).await.unwrap();
            until_idle().await;
            copy_bidirectional(&mut wire, &mut socket).await
        });
        let (mut client, connection) = h2::client::handshake(client).await.unwrap();
        let connection = tokio::spawn(connection);
        let request = http::Request::get(server.url("/echo/x")).body(()).unwrap();
        let (answer, _) = client.send_request(request, true).unwrap();
        assert_eq!(
            read(answer).await,
            (200, "\"x HTTP/2.0 127.0.0.1\"".to_owned())
        );
        drop(client);
        connection.await.unwrap().unwrap();
        relay.await.unwrap().unwrap();
    }
    server.stop().await;
}

#[tokio::test]
async fn a_line_that_ends_without_cr_is_refused_when_it_arrives_in_parts() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /echo/x").await;
    assert_eq!(wire.answer().await.status(), "200");
    for part in ["GET / HTTP/1.1\r\nHo", "st: a\r\n", "\n"] {
        wire.send(part).await;
        until_idle().await;
    }
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(
        answer.ends_with("{\"detail\":\"Invalid line ending\"}"),
        "{answer}"
    );
    server.stop().await;
}

async fn read(answer: h2::client::ResponseFuture) -> (u16, String) {
    let (head, mut body) = answer.await.unwrap().into_parts();
    let mut text = Vec::new();
    while let Some(data) = body.data().await {
        text.extend_from_slice(&data.unwrap());
    }
    (head.status.as_u16(), String::from_utf8(text).unwrap())
}
