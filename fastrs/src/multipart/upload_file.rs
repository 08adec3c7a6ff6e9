//! An uploaded file.

use std::{fs, io::Write, path::PathBuf, sync::Arc};

use bytes::Bytes;
use http::HeaderMap;

use super::{
    PartHead, Spool,
    spool::{Content, on_disk},
    temp_file::create_beside,
};
use crate::error::Result;

/// A file in a multipart form.
///
/// A file of up to 1 MiB is in memory, as long as the files of its form take up no more than 4 MiB there. Any other is
/// in a temporary file that has no name, so nothing is left of it when the request ends, however it ends;
/// [`persist`](Self::persist) keeps it. A clone is the same file, read from its beginning.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[post("/avatar")]
/// async fn upload_avatar(mut image: UploadFile) -> Result<String> {
///     let mut read = 0;
///     while let Some(bytes) = image.chunk().await? {
///         read += bytes.len() as u64;
///     }
///     assert_eq!(read, image.size());
///     Ok(format!("{} ({:?})", image.filename(), image.content_type()))
/// }
/// ```
#[derive(Debug)]
pub struct UploadFile {
    head: Arc<PartHead>,
    content: Content,
    position: u64,
}

/// The longest piece that [`UploadFile::chunk`] returns.
const CHUNK: usize = 64 * 1024;

impl UploadFile {
    /// Takes the file that was written to the spool.
    pub(crate) async fn finish(head: PartHead, spool: &mut Spool) -> Result<Self> {
        Ok(Self {
            head: Arc::new(head),
            content: spool.finish().await?,
            position: 0,
        })
    }

    /// Returns the name that the client gave the file.
    ///
    /// It can be anything, such as `../../etc/passwd`: do not use it as a path.
    #[must_use]
    pub fn filename(&self) -> &str {
        self.head.filename.as_deref().unwrap_or_default()
    }

    /// Returns the media type that the client gave the file. It has not been checked.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.head.content_type()
    }

    /// Returns the headers of the part.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::Disk { length, .. } => *length,
        }
    }

    /// Returns up to `length` bytes from the current position, and moves the position forward. At the end, it returns
    /// no bytes.
    ///
    /// # Errors
    ///
    /// Returns a 500 if the temporary file cannot be read.
    pub async fn read(&mut self, length: usize) -> Result<Bytes> {
        let length = (self.size() - self.position).min(length as u64);
        let bytes = self.range(self.position, length).await?;
        self.position += length;
        Ok(bytes)
    }

    /// Returns the next bytes, up to 64 KiB, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns a 500 if the temporary file cannot be read.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let bytes = self.read(CHUNK).await?;
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    /// Sets the position from which [`read`](Self::read) and [`chunk`](Self::chunk) continue, at most to the end.
    pub fn seek(&mut self, position: u64) {
        self.position = position.min(self.size());
    }

    /// Returns the whole content. It is read into memory if it is not there yet.
    ///
    /// # Errors
    ///
    /// Returns a 500 if the temporary file cannot be read.
    pub async fn bytes(&self) -> Result<Bytes> {
        self.range(0, self.size()).await
    }

    /// Returns the whole content as text. Bytes that are not UTF-8 are replaced with U+FFFD.
    ///
    /// # Errors
    ///
    /// Returns a 500 if the temporary file cannot be read.
    pub async fn text(&self) -> Result<String> {
        let bytes = self.bytes().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes the file to `path`, and replaces an existing file. It appears there completely or not at all.
    ///
    /// # Errors
    ///
    /// Returns a 507 if the disk is full, and a 500 if the file cannot be written for another reason.
    pub async fn persist(&self, path: impl Into<PathBuf>) -> Result<()> {
        let (path, content) = (path.into(), self.content.clone());
        on_disk(move || {
            let (file, beside) = create_beside(&path)?;
            let written = content
                .copy_to(file)
                .and_then(|()| fs::rename(&beside, &path));
            if written.is_err() {
                fs::remove_file(&beside).ok();
            }
            written
        })
        .await
    }

    /// Returns the content if it is in memory.
    pub(crate) fn in_memory(&self) -> Option<Bytes> {
        match &self.content {
            Content::Memory(bytes) => Some(bytes.clone()),
            Content::Disk { .. } => None,
        }
    }

    /// Returns whether this is what a browser sends for an input in which no file was chosen.
    pub(crate) fn is_unchosen(&self) -> bool {
        self.filename().is_empty() && self.size() == 0
    }

    async fn range(&self, offset: u64, length: u64) -> Result<Bytes> {
        match &self.content {
            Content::Memory(bytes) => {
                // Both are at most the length of the bytes.
                Ok(bytes.slice(offset as usize..(offset + length) as usize))
            }
            Content::Disk { .. } if length == 0 => Ok(Bytes::new()),
            Content::Disk { file, start, .. } => {
                let (file, offset) = (file.clone(), start + offset);
                on_disk(move || {
                    let mut buffer = vec![0; length as usize];
                    file.read_exact_at(&mut buffer, offset)?;
                    Ok(buffer.into())
                })
                .await
            }
        }
    }
}

impl Clone for UploadFile {
    fn clone(&self) -> Self {
        Self {
            head: self.head.clone(),
            content: self.content.clone(),
            position: 0,
        }
    }
}

impl Content {
    fn copy_to(&self, mut to: fs::File) -> std::io::Result<()> {
        match self {
            Self::Memory(bytes) => to.write_all(bytes),
            Self::Disk {
                file,
                start,
                length,
            } => {
                let mut buffer = vec![0; CHUNK];
                let mut copied = 0;
                while copied < *length {
                    let now = (*length - copied).min(CHUNK as u64);
                    let buffer = &mut buffer[..now as usize];
                    file.read_exact_at(buffer, start + copied)?;
                    to.write_all(buffer)?;
                    copied += now;
                }
                Ok(())
            }
        }
    }
}
