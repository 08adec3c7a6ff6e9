/// Talk in a room.
#[websocket("/rooms/<room>", protocols = ["chat.v1"], max_message_size = 4096)]
async fn chat(
    room: String,
    #[depends(current_user)] user: &User,
    mut socket: WebSocket<Said, Heard>,
) -> Result<(), ChatError> {
    while let Some(said) = socket.recv().await? {
        socket.send(&said.heard_by(room, user)).await?;
    }
    Ok(())
}
