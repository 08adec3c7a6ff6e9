//! WebSockets: what a handler does with its socket, and what its client sees.

mod closing;
mod document;
mod halves;
mod handshake;
pub(crate) mod http2;
mod keeping;
mod messages;
mod wires;

use fastrs::prelude::*;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::wire::Wire;

/// Sends back what it receives.
#[websocket("/echo")]
pub(crate) async fn echo(mut socket: WebSocket) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

fn app() -> App {
    App::new("Sockets", "1").routes(routes![echo])
}

/// The head of a handshake, with these additional fields.
fn head(path: &str, fields: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: shop.example\r\nconnection: keep-alive, Upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{fields}\r\n"
    )
}

/// Pings from one number to another, each with its number as the payload, which is as long as it may be.
fn pings(from: u64, to: u64) -> Vec<u8> {
    let mut pings = Vec::new();
    for number in from..to {
        pings.extend_from_slice(&[0x89, 0x80 | 125, 0, 0, 0, 0]);
        pings.extend_from_slice(&pong(number)[2..]);
    }
    pings
}

/// The answer to a ping.
fn pong(number: u64) -> [u8; 127] {
    let mut pong = [0; 127];
    pong[..2].copy_from_slice(&[0x8a, 125]);
    pong[2..10].copy_from_slice(&number.to_be_bytes());
    pong
}

/// Opens a socket on a connection, whose next bytes are frames.
pub(crate) async fn upgrade(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), path: &str) {
    let mut wire = Wire::over(stream);
    wire.send(&head(path, "")).await;
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
}
