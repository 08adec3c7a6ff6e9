use fastrs::prelude::*;

#[websocket("/numbers")]
async fn numbers(mut socket: WebSocket) -> Result<()> {
    socket.send(5).await?;
    Ok(())
}

fn main() {}
