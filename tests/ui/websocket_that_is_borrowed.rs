use fastrs::prelude::*;

#[websocket("/chat")]
async fn chat(socket: &mut WebSocket) -> Result<()> {
    socket.send("a").await?;
    Ok(())
}

fn main() {}
