//! WebSockets: what a handler does with its socket, and what its client sees.

mod closing;
mod document;
mod handshake;
mod http2;
mod keeping;
mod messages;
mod wires;

use fastrs::prelude::*;

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
