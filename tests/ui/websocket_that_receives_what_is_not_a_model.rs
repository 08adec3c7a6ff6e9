use fastrs::prelude::*;

struct Question {
    text: String,
}

#[websocket("/questions")]
async fn questions(mut socket: WebSocket<Question>) -> Result<()> {
    while let Some(question) = socket.recv().await? {
        socket.send(question.text).await?;
    }
    Ok(())
}

fn main() {}
