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
use tokio::net::TcpStream;

use crate::wire::Wire;

/// Sends back what it receives.
#[websocket("/echo")]
async fn echo(mut socket: WebSocket) -> Result<()> {
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

/// Opens a socket on a connection, whose next bytes are frames.
pub(crate) async fn upgrade(stream: &mut TcpStream, path: &str) {
    let mut wire = Wire::over(stream);
    wire.send(&head(path, "")).await;
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
}
