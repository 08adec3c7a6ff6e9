use fastrs::prelude::*;

struct Note {
    text: String,
}

#[websocket("/notes")]
async fn notes(mut socket: WebSocket<Note, Note>) -> Result<()> {
    while let Some(note) = socket.recv().await? {
        socket.send(&note).await?;
    }
    Ok(())
}

fn main() {}
