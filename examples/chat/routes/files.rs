//! Files that are shared in a room.

use fastrs::{File, UploadFile, prelude::*};

use crate::db::{Folder, Pool, folder, pool};
use crate::history;
use crate::models::{Message, Name, RoomName, ServerMessage, SharedFile};
use crate::rooms::{Rooms, rooms};

/// Returns the routes of files.
pub fn router() -> Router {
    Router::new("")
        .tag("files")
        .routes(routes![share_file, read_file])
}

/// Share a file in a room.
#[post("/rooms/<room>/files", status = 201, body_limit = 20_000_000)]
async fn share_file(
    room: RoomName,
    #[form] author: Name,
    #[file(max_size = 19_000_000)] file: UploadFile,
    #[depends(pool)] pool: &Pool,
    #[depends(folder)] folder: &Folder,
    #[depends(rooms)] rooms: &Rooms,
) -> Result<Message> {
    // If the file cannot be stored, the transaction is dropped, and with it the row of the file.
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let name = file.filename().to_owned();
    let size = i64::try_from(file.size())?;
    let id = sqlx::query_scalar("INSERT INTO files (name, size) VALUES (?, ?) RETURNING id")
        .bind(&name)
        .bind(size)
        .fetch_one(&mut *tx)
        .await?;
    file.persist(folder.file(id)).await?;
    let shared = Some(SharedFile { id, name, size });
    let message = history::store(&mut tx, &room, author, String::new(), shared).await?;
    tx.commit().await?;
    let said = ServerMessage::Said {
        message: message.clone(),
    };
    rooms.publish(&room, said).await?;
    Ok(message)
}

/// Download a shared file.
///
/// It is always saved, and never shown: a page that someone has shared must not run as part of the chat.
#[get("/files/<id>")]
async fn read_file(
    id: i64,
    #[depends(pool)] pool: &Pool,
    #[depends(folder)] folder: &Folder,
) -> Result<File> {
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM files WHERE id = ?")
        .bind(id)
        .fetch_optional(pool)
        .await?;
    let name = name.or_404("no such file")?;
    Ok(File::open(folder.file(id)).await?.attachment(&name))
}
