//! A room as it happens: over a WebSocket, or as events.

use fastrs::prelude::*;

use crate::db::{Pool, pool};
use crate::history::{self, Part};
use crate::models::{ClientMessage, RoomName, ServerMessage};
use crate::rooms::{Member, Rooms, member, rooms};

/// Returns the routes that stay open.
pub fn router() -> Router {
    Router::new("/rooms")
        .tag("live")
        .routes(routes![talk, watch])
}

/// Talk in a room.
#[websocket("/<room>/socket")]
async fn talk(
    room: RoomName,
    #[depends(member)] member: &mut Member,
    #[depends(pool)] pool: &Pool,
    #[depends(rooms)] rooms: &Rooms,
    mut socket: WebSocket<ClientMessage, ServerMessage>,
) -> Result<()> {
    let names = rooms.people(&room);
    socket.send(&ServerMessage::Here { names }).await?;
    loop {
        tokio::select! {
            received = socket.recv() => match received {
                Ok(None) => return Ok(()),
                Ok(Some(ClientMessage::Typing)) => {
                    let name = member.name.clone();
                    rooms.publish(&room, ServerMessage::Typing { name }).await?;
                }
                Ok(Some(ClientMessage::Say { text })) => {
                    let mut connection = pool.acquire().await?;
                    let author = member.name.clone();
                    let message = history::store(&mut connection, &room, author, text, None).await?;
                    rooms.publish(&room, ServerMessage::Said { message }).await?;
                }
                Err(error) => match error.errors().and_then(|errors| errors.first()) {
                    Some(first) => {
                        let reason = first.msg.clone();
                        socket.send(&ServerMessage::Refused { reason }).await?;
                    }
                    None => return Err(error.into()),
                },
            },
            published = member.published.recv() => match published {
                Ok(Some(message)) => socket.send(&message).await?,
                Ok(None) => return Ok(()),
                Err(missed) => {
                    let count = missed.count();
                    socket.send(&ServerMessage::Missed { count }).await?;
                }
            },
        }
    }
}

/// Watch a room without being in it.
///
/// The id of an event is that of its message. A client that reconnects first gets what it has missed.
#[get("/<room>/events")]
async fn watch(
    room: RoomName,
    /// The id of the last message that the client has.
    #[header]
    last_event_id: Option<i64>,
    #[depends(pool)] pool: Pool,
    #[depends(rooms)] rooms: &Rooms,
) -> Sse<ServerMessage> {
    // Subscribes before it reads the history, so that no message is lost in between.
    let mut published = rooms.subscribe(&room);
    Sse::generate(move |out| async move {
        let mut last = match last_event_id {
            Some(id) => id,
            None => history::last(&pool, &room).await?,
        };
        loop {
            // The history has all messages in order; the subscription only says when to read it.
            loop {
                let messages = history::read(&pool, &room, Part::After(last), 100).await?;
                if messages.is_empty() {
                    break;
                }
                for message in messages {
                    last = message.id;
                    let said = ServerMessage::Said { message };
                    out.send(ServerSentEvent::new(said).id(last)).await?;
                }
            }
            loop {
                match published.recv().await {
                    Ok(None) => return Ok(()),
                    Ok(Some(ServerMessage::Said { message })) if message.id <= last => {}
                    Ok(Some(ServerMessage::Said { .. })) | Err(_) => break,
                    Ok(Some(other)) => out.send(other).await?,
                }
            }
        }
    })
}
