use fastrs::prelude::*;

#[websocket("/chat")]
async fn chat(mut first: WebSocket, mut second: WebSocket) -> Result<()> {
    first.send("a").await?;
    second.send("b").await?;
    Ok(())
}

fn main() {}
