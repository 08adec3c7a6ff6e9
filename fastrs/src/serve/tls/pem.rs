//! Where PEM comes from.

use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

/// A file in PEM, or its content.
#[derive(Clone)]
pub(super) enum Pem {
    File(PathBuf),
    Text(Arc<[u8]>),
}

impl Pem {
    pub(super) fn read(&self) -> io::Result<Arc<[u8]>> {
        match self {
            Self::File(path) => Ok(fs::read(path)?.into()),
            Self::Text(text) => Ok(Arc::clone(text)),
        }
    }

    /// Returns what changes when the file is replaced or written; `None` if it cannot be read, or is not a file.
    pub(super) fn version(&self) -> Option<Version> {
        let Self::File(path) = self else {
            return None;
        };
        let metadata = fs::metadata(path).ok()?;
        Some(Version {
            modified: metadata.modified().ok()?,
            length: metadata.len(),
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(&metadata),
        })
    }
}

/// The version of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    modified: SystemTime,
    length: u64,
    #[cfg(unix)]
    inode: u64,
}

/// How errors name it.
impl fmt::Display for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "`{}`", path.display()),
            Self::Text(_) => f.write_str("the given PEM"),
        }
    }
}

/// Shows a path, but no content, which may be a key.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.fmt(f),
            Self::Text(_) => f.write_str("PEM"),
        }
    }
}
