use fastrs::prelude::*;

#[model]
struct Question {
    text: String,
}

struct Answer {
    length: usize,
}

#[websocket("/questions")]
async fn questions(mut socket: WebSocket<Question, Answer>) -> Result<()> {
    while let Some(question) = socket.recv().await? {
        socket.send(&Answer { length: question.text.len() }).await?;
    }
    Ok(())
}

fn main() {}
