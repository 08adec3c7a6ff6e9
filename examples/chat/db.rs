//! The folder of the chat, and the database in it.

use std::{fs, path::PathBuf};

use fastrs::prelude::*;
use fastrs::sql::DatabaseSettings;
use tempfile::TempDir;

use crate::config::{Settings, settings};

pub use fastrs::sqlite::Pool;

/// The folder in which everything is kept.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// A temporary folder is deleted when the app drops it.
    _temporary: Option<TempDir>,
}

impl Folder {
    /// Returns the path of a shared file.
    pub fn file(&self, id: i64) -> PathBuf {
        self.path.join("files").join(id.to_string())
    }

    fn database(&self) -> PathBuf {
        self.path.join("chat.db")
    }
}

/// The folder of the settings, or a temporary one.
#[dependency(scope = "app", blocking)]
pub fn folder(#[depends(settings)] settings: &Settings) -> Result<Folder> {
    let (path, temporary) = match &settings.folder {
        Some(path) => (path.clone(), None),
        None => {
            let folder = tempfile::Builder::new().prefix("chat-").tempdir()?;
            (folder.path().to_owned(), Some(folder))
        }
    };
    fs::create_dir_all(path.join("files"))?;
    Ok(Folder {
        path,
        _temporary: temporary,
    })
}

/// The pool, with every migration applied. An error here ends the program before it listens.
#[dependency(scope = "app")]
pub async fn pool(#[depends(folder)] folder: &Folder) -> Result<Pool> {
    let settings = DatabaseSettings::sqlite(folder.database());
    let migrations = sqlx::migrate!("chat/migrations");
    Ok(Pool::open(&settings, Some(&migrations)).await?)
}
