use fastrs::prelude::*;

#[model]
struct Answer {
    length: usize,
}

#[websocket("/questions")]
async fn questions(mut socket: WebSocket<Answer, Answer>) -> Result<()> {
    while let Some(answer) = socket.recv().await? {
        socket.send(answer).await?;
    }
    Ok(())
}

fn main() {}
