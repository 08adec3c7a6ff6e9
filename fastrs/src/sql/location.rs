//! What the URL of a database says.

use std::{
    io,
    path::{Path, PathBuf},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::TemporaryFolder;
use crate::error::BoxError;

/// What a path in a URL keeps as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_');

/// A database system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database, as sqlx takes it.
#[derive(Debug)]
pub(crate) struct Location {
    pub(crate) url: String,
    pub(crate) engine: Engine,
    /// The file of an SQLite database that may be written to.
    pub(crate) file: Option<PathBuf>,
    /// The folder of a database that nobody has named.
    pub(crate) folder: Option<TemporaryFolder>,
}

impl Engine {
    /// Returns the system that a URL names, if it is one of these.
    pub fn of(url: &str) -> Option<Self> {
        match url.split_once(':')?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }
}

impl Location {
    /// Reads a URL, which must name one of these systems. The error does not contain the URL, which may have a password.
    pub(crate) fn of(url: &str, engines: &[Engine]) -> Result<Self, BoxError> {
        match Engine::of(url) {
            Some(engine) if !engines.contains(&engine) => Err(match engine {
                Engine::Sqlite => {
                    "it names a database of SQLite, but the app uses `fastrs::postgres`"
                }
                Engine::Postgres => {
                    "it names a database of PostgreSQL, but the app uses `fastrs::sqlite`"
                }
            }
            .into()),
            Some(Engine::Sqlite) => Ok(Self::sqlite(url)?),
            Some(Engine::Postgres) => Ok(Self {
                url: url.to_owned(),
                engine: Engine::Postgres,
                file: None,
                folder: None,
            }),
            None => Err("it must begin with `sqlite:` or `postgres://`".into()),
        }
    }

    fn sqlite(url: &str) -> io::Result<Self> {
        let rest = url.strip_prefix("sqlite:").unwrap_or(url);
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // Each connection to a database in memory would have its own, so the pool's connections share a file.
        if path == ":memory:" || query.contains("mode=memory") {
            let folder = TemporaryFolder::create()?;
            let file = folder.path().join("memory.db");
            return Ok(Self {
                url: format!("{}?mode=rwc", sqlite_url(&file)),
                engine: Engine::Sqlite,
                file: Some(file),
                folder: Some(folder),
            });
        }
        let is_read_only = query.contains("mode=ro") || query.contains("immutable=");
        let file = || PathBuf::from(percent_decode_str(path).decode_utf8_lossy().into_owned());
        Ok(Self {
            url: match query {
                "" => format!("sqlite:{rest}?mode=rwc"),
                query if query.contains("mode=") || is_read_only => url.to_owned(),
                _ => format!("{url}&mode=rwc"),
            },
            engine: Engine::Sqlite,
            file: (!is_read_only).then(file),
            folder: None,
        })
    }
}

/// Returns the URL of a file.
pub(super) fn sqlite_url(file: &Path) -> String {
    let path = file.to_string_lossy();
    format!("sqlite://{}", utf8_percent_encode(&path, PATH))
}
