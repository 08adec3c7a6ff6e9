//! Messages over plain HTTP: the history for the page, and a way to send messages for programs.

use fastrs::prelude::*;

use crate::db::{Pool, pool};
use crate::history::{self, Part};
use crate::models::{Message, NewMessage, RoomName, RoomSummary, ServerMessage};
use crate::rooms::{Rooms, rooms};

/// Returns the routes of rooms and messages.
pub fn router() -> Router {
    Router::new("/rooms")
        .tag("messages")
        .routes(routes![list_rooms, read_messages, say])
}

/// List the rooms that have messages.
#[get("")]
async fn list_rooms(
    #[depends(pool)] pool: &Pool,
    #[depends(rooms)] rooms: &Rooms,
) -> Result<Vec<RoomSummary>> {
    let known = history::rooms(pool).await?;
    let summary = |(name, messages)| RoomSummary {
        people: rooms.people(&name),
        name,
        messages,
    };
    Ok(known.into_iter().map(summary).collect())
}

/// Read the last messages of a room, the oldest first.
#[get("/<room>/messages")]
async fn read_messages(
    room: RoomName,
    /// Only messages before the one with this id.
    before: Option<i64>,
    #[query(ge = 1, le = 100, default = 50)] limit: u32,
    #[depends(pool)] pool: &Pool,
) -> Result<Vec<Message>> {
    Ok(history::read(pool, &room, Part::Before(before), limit).await?)
}

/// Send a message to a room.
#[post("/<room>/messages", status = 201)]
async fn say(
    room: RoomName,
    message: NewMessage,
    #[depends(pool)] pool: &Pool,
    #[depends(rooms)] rooms: &Rooms,
) -> Result<Message> {
    let NewMessage { author, text } = message;
    let mut connection = pool.acquire().await?;
    let message = history::store(&mut connection, &room, author, text, None).await?;
    let said = ServerMessage::Said {
        message: message.clone(),
    };
    rooms.publish(&room, said).await?;
    Ok(message)
}
