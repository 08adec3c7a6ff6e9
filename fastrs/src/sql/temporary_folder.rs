//! A folder that is deleted with everything in it.

use std::{
    fs::DirBuilder,
    io,
    path::{Path, PathBuf},
};

use crate::random::number;

/// A folder in the folder for temporary files, which only this user can open. It is deleted when this value is dropped.
#[derive(Debug)]
pub(crate) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub(crate) fn create() -> io::Result<Self> {
        loop {
            let path = std::env::temp_dir().join(format!("fastrs-{:016x}", number()));
            let mut builder = DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            match builder.create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "a temporary folder cannot be deleted");
        }
    }
}
