use fastrs::prelude::*;

#[model]
struct Question {
    text: String,
}

#[model]
struct Answer {
    length: usize,
}

#[websocket("/questions")]
async fn questions(mut socket: WebSocket<Question, Answer>) -> Result<()> {
    while let Some(question) = socket.recv().await? {
        socket.send(&question).await?;
    }
    Ok(())
}

fn main() {}
