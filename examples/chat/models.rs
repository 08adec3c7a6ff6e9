//! The data that the server and its clients exchange.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

/// The name of a room, as in its URL.
#[model]
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct RoomName(#[field(min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$")] pub String);

/// The name that a person chooses.
#[model]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct Name(#[field(min_length = 1, max_length = 40)] pub String);

/// A message that was sent to a room.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Increases with every message.
    pub id: i64,
    pub author: Name,
    /// Empty if only a file was shared.
    pub text: String,
    #[field(required)]
    pub file: Option<SharedFile>,
    pub sent_at: DateTime<Utc>,
}

/// A file that was shared in a room.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct SharedFile {
    pub id: i64,
    pub name: String,
    /// In bytes.
    pub size: i64,
}

/// A message to send to a room.
#[model]
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub author: Name,
    #[field(min_length = 1, max_length = 2000)]
    pub text: String,
}

/// A room that has messages.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct RoomSummary {
    pub name: RoomName,
    pub messages: i64,
    /// Who is in the room now.
    pub people: Vec<Name>,
}

/// What a client sends through its socket.
#[model]
#[derive(Debug, Clone)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Sends a message.
    Say {
        #[field(min_length = 1, max_length = 2000)]
        text: String,
    },
    /// The user is typing.
    Typing,
}

/// What the server sends to a client.
#[model]
#[derive(Debug, Clone, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Who is in the room: the first message of every connection.
    Here { names: Vec<Name> },
    /// Someone has entered the room.
    Joined { name: Name },
    /// Someone has left the room.
    Left { name: Name },
    /// Someone has sent a message.
    Said { message: Message },
    /// Someone is typing.
    Typing { name: Name },
    /// The client's message was not valid.
    Refused { reason: String },
    /// The client was too slow, and missed this many messages. They are in the history.
    Missed { count: u64 },
}
