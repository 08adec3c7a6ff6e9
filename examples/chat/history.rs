//! The messages of all rooms, in SQLite.

use chrono::{DateTime, SubsecRound, Utc};
use fastrs::prelude::*;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::db::Pool;
use crate::models::{Message, Name, RoomName, SharedFile};

/// Stores a message, and returns it.
pub async fn store(
    connection: &mut SqliteConnection,
    room: &RoomName,
    author: Name,
    text: String,
    file: Option<SharedFile>,
) -> Result<Message, sqlx::Error> {
    let sent_at: DateTime<Utc> = Utc::now().trunc_subsecs(3);
    let id = sqlx::query_scalar(
        "INSERT INTO messages (room, author, text, file_id, sent_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(room)
    .bind(&author)
    .bind(&text)
    .bind(file.as_ref().map(|file| file.id))
    .bind(sent_at)
    .fetch_one(connection)
    .await?;
    Ok(Message {
        id,
        author,
        text,
        file,
        sent_at,
    })
}

/// Which messages of a room to read.
pub enum Part {
    /// The last ones before this one, or the last ones of all.
    Before(Option<i64>),
    /// The first ones after this one.
    After(i64),
}

/// Returns messages of a room, the oldest first.
pub async fn read(
    pool: &Pool,
    room: &RoomName,
    part: Part,
    limit: u32,
) -> Result<Vec<Message>, sqlx::Error> {
    let (condition, from) = match part {
        Part::Before(id) => (
            "messages.id < ? ORDER BY messages.id DESC",
            id.unwrap_or(i64::MAX),
        ),
        Part::After(id) => ("messages.id > ? ORDER BY messages.id", id),
    };
    let sql = format!(
        "SELECT messages.*, files.name AS file_name, files.size AS file_size
         FROM messages LEFT JOIN files ON files.id = file_id
         WHERE room = ? AND {condition} LIMIT ?"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql));
    let rows = query
        .bind(room)
        .bind(from)
        .bind(limit)
        .fetch_all(pool)
        .await?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in &rows {
        messages.push(message(row)?);
    }
    if matches!(part, Part::Before(_)) {
        messages.reverse();
    }
    Ok(messages)
}

fn message(row: &SqliteRow) -> Result<Message, sqlx::Error> {
    let file = match row.try_get("file_id")? {
        None => None,
        Some(id) => Some(SharedFile {
            id,
            name: row.try_get("file_name")?,
            size: row.try_get("file_size")?,
        }),
    };
    Ok(Message {
        id: row.try_get("id")?,
        author: row.try_get("author")?,
        text: row.try_get("text")?,
        file,
        sent_at: row.try_get("sent_at")?,
    })
}

/// Returns the id of the last message of a room, or 0.
pub async fn last(pool: &Pool, room: &RoomName) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM messages WHERE room = ?")
        .bind(room)
        .fetch_one(pool)
        .await
}

/// Returns the rooms that have messages, with the number of messages, the room with the latest message first.
pub async fn rooms(pool: &Pool) -> Result<Vec<(RoomName, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT room, count(*) FROM messages GROUP BY room ORDER BY max(id) DESC LIMIT 100",
    )
    .fetch_all(pool)
    .await
}
