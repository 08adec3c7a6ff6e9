//! The storage of a form's files: small ones in memory, the others in one temporary file.

use std::{io, sync::Arc};

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use super::temp_file::TempFile;
use crate::error::{HttpError, Result};

/// The maximum size of a file that is kept in memory.
const IN_MEMORY: usize = 1024 * 1024;

/// The maximum size of all files of a form that are kept in memory, unless a handler takes them as `Bytes`.
const ALL_IN_MEMORY: usize = 4 * 1024 * 1024;

/// The number of bytes that are written at once.
const BLOCK: usize = 256 * 1024;

/// The content of an uploaded file.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Memory(Bytes),
    /// A part of the form's temporary file.
    Disk {
        file: Arc<TempFile>,
        start: u64,
        length: u64,
    },
}

/// Stores the files of one form, one after the other.
///
/// At most one block is being written while the next one fills, so that the runtime does not wait for the disk, and
/// memory does not grow.
#[derive(Debug)]
pub(crate) struct Spool {
    /// How much may still be kept in memory.
    memory: usize,
    /// The current file, while it is in memory.
    content: Vec<u8>,
    /// Where the current file begins, if it is on disk.
    start: Option<u64>,
    disk: Disk,
}

impl Spool {
    pub(crate) fn new() -> Self {
        Self {
            memory: ALL_IN_MEMORY,
            content: Vec::new(),
            start: None,
            disk: Disk::default(),
        }
    }

    /// Adds data to the current file. `in_memory` keeps it in memory, whatever its size.
    pub(crate) async fn write(&mut self, data: &[u8], in_memory: bool) -> Result<()> {
        if self.start.is_none() {
            let length = self.content.len() + data.len();
            if in_memory || length <= IN_MEMORY.min(self.memory) {
                self.content.extend_from_slice(data);
                return Ok(());
            }
            self.start = Some(self.disk.end);
            let before = std::mem::take(&mut self.content);
            self.disk.write(&before).await?;
        }
        self.disk.write(data).await
    }

    /// Ends the current file.
    pub(super) async fn finish(&mut self) -> Result<Content> {
        let Some(start) = self.start.take() else {
            let mut content = std::mem::take(&mut self.content);
            self.memory = self.memory.saturating_sub(content.len());
            content.shrink_to_fit();
            return Ok(Content::Memory(content.into()));
        };
        Ok(Content::Disk {
            length: self.disk.end - start,
            start,
            file: self.disk.complete().await?,
        })
    }
}

/// The temporary file of a form, which is created when the first block is written.
#[derive(Debug, Default)]
struct Disk {
    file: Option<Arc<TempFile>>,
    /// The number of bytes that were added.
    end: u64,
    /// The block that is being filled.
    block: Vec<u8>,
    /// The block that is being written.
    writing: Option<JoinHandle<io::Result<Written>>>,
}

/// The file and the empty buffer, which are reused after a block is written.
type Written = (Arc<TempFile>, Vec<u8>);

impl Disk {
    async fn write(&mut self, mut data: &[u8]) -> Result<()> {
        while !data.is_empty() {
            let (now, later) = data.split_at(data.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            self.end += now.len() as u64;
            data = later;
            if self.block.len() == BLOCK {
                self.write_block().await?;
            }
        }
        Ok(())
    }

    /// Begins to write the block once the previous one is written.
    async fn write_block(&mut self) -> Result<()> {
        let next = self.written().await?;
        let block = std::mem::replace(&mut self.block, next);
        let offset = self.end - block.len() as u64;
        let file = self.file.clone();
        self.writing = Some(spawn_blocking(move || {
            let file = match file {
                Some(file) => file,
                None => Arc::new(TempFile::create()?),
            };
            file.write_all_at(&block, offset)?;
            Ok((file, block))
        }));
        Ok(())
    }

    /// Waits for the block that is being written, and returns its empty buffer.
    async fn written(&mut self) -> Result<Vec<u8>> {
        let Some(writing) = self.writing.take() else {
            return Ok(Vec::with_capacity(BLOCK));
        };
        let (file, mut block) = joined(writing.await)?;
        self.file = Some(file);
        block.clear();
        Ok(block)
    }

    /// Writes everything, and returns the file.
    async fn complete(&mut self) -> Result<Arc<TempFile>> {
        if !self.block.is_empty() || self.file.is_none() && self.writing.is_none() {
            self.write_block().await?;
        }
        if self.writing.is_some() {
            self.block = self.written().await?;
        }
        match &self.file {
            Some(file) => Ok(file.clone()),
            None => Err(HttpError::from_status(500)),
        }
    }
}

/// Runs a function that reads or writes the disk, on a thread for blocking work.
pub(super) async fn on_disk<T: Send + 'static>(
    function: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    joined(spawn_blocking(function).await)
}

fn joined<T>(result: Result<io::Result<T>, tokio::task::JoinError>) -> Result<T> {
    match result {
        Ok(result) => result.map_err(storage_error),
        Err(error) => Err(HttpError::from_status(500).cause(error)),
    }
}

/// Returns the error for an upload that cannot be stored: a 507 if the disk is full.
fn storage_error(error: io::Error) -> HttpError {
    let is_full = matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    HttpError::from_status(if is_full { 507 } else { 500 }).cause(error)
}
