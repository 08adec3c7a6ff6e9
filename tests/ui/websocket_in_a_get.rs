use fastrs::prelude::*;

#[get("/chat")]
async fn chat(mut socket: WebSocket) -> Result<()> {
    socket.send("a").await?;
    Ok(())
}

fn main() {}
