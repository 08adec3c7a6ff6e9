//! What the server and its clients say to each other.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

/// The name of a room, as it is in its URL.
#[model]
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct RoomName(#[field(min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$")] pub String);

/// The name that someone gives themselves.
#[model]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct Name(#[field(min_length = 1, max_length = 40)] pub String);

/// Something that was said in a room.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Grows with every message.
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

/// Something to say in a room.
#[model]
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub author: Name,
    #[field(min_length = 1, max_length = 2000)]
    pub text: String,
}

/// A room in which something was said.
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
    /// Says something.
    Say {
        #[field(min_length = 1, max_length = 2000)]
        text: String,
    },
    /// Is about to say something.
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
    /// Someone has said something.
    Said { message: Message },
    /// Someone is about to say something.
    Typing { name: Name },
    /// What the client sent was not valid.
    Refused { reason: String },
    /// The client was too slow for this many messages; the history has them.
    Missed { count: u64 },
}
