//! Files as responses.

mod conditions;
mod disposition;
mod range;
mod read;

use std::{
    fmt, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue,
    header::{ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, LAST_MODIFIED},
};

use self::{
    disposition::disposition,
    read::{Content, FileBody},
};
use super::{IntoResponse, ResponseParts, ResponseResult};
use crate::{
    body::{Body, Response},
    error::HttpError,
    openapi::{Operation, ResponseDoc},
    request::Failure,
};

/// A file: FastAPI's `FileResponse`.
///
/// The content type follows from the name. The response has an `ETag` and a `Last-Modified`, and a client that sends
/// them back receives a 304 if the file has not changed. A client can also request a single range of the bytes, to
/// resume a download or to seek in a video. However large the file is, at most 256 KiB of it are in memory.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/report")]
/// async fn report() -> Result<File> {
///     let file = File::open("reports/2026.pdf").await.or_404("There is no report yet")?;
///     Ok(file.attachment("Report.pdf"))
/// }
/// ```
///
/// It needs the feature `files`.
#[must_use = "a file is only sent if it is returned"]
pub struct File {
    content: Content,
    length: u64,
    modified: Option<SystemTime>,
    etag: Option<String>,
    content_type: Result<HeaderValue, String>,
    /// Whether the name of the attachment determines the content type.
    is_type_guessed: bool,
    disposition: Option<HeaderValue>,
}

impl File {
    /// Opens a regular file.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system, or `InvalidInput` for anything that is not a regular file, such as a
    /// folder. With `?`, the error becomes a 500; [`or_404`](crate::OrStatus::or_404) makes it a 404.
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        open(path.as_ref().to_owned()).await
    }

    /// Uses a file that is already open. The content type follows from the extension of `name`.
    ///
    /// # Errors
    ///
    /// Fails like [`open`](Self::open).
    pub fn from_std(file: std::fs::File, name: impl AsRef<Path>) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(not_a_file());
        }
        let modified = metadata.modified().ok();
        let length = metadata.len();
        Ok(Self {
            length,
            modified,
            etag: modified.map(|modified| etag(modified, length)),
            ..Self::new(Content::Disk(file), name.as_ref())
        })
    }

    /// Uses bytes in memory. Without [`etag`](Self::etag) or [`modified`](Self::modified), clients cannot revalidate
    /// them.
    pub fn from_bytes(bytes: impl Into<Bytes>, name: impl AsRef<Path>) -> Self {
        let bytes = bytes.into();
        Self {
            length: bytes.len() as u64,
            ..Self::new(Content::Memory(bytes), name.as_ref())
        }
    }

    fn new(content: Content, name: &Path) -> Self {
        Self {
            content,
            length: 0,
            modified: None,
            etag: None,
            content_type: Ok(guess(name)),
            is_type_guessed: true,
            disposition: None,
        }
    }

    /// Sets the content type, overriding the one that follows from the name.
    pub fn content_type(mut self, content_type: &str) -> Self {
        self.is_type_guessed = false;
        self.content_type = content_type
            .parse()
            .map_err(|_| format!("{content_type:?} is not a valid content type"));
        self
    }

    /// Makes browsers save the file under this name, which may contain any characters (RFC 6266).
    pub fn attachment(self, name: &str) -> Self {
        self.disposed("attachment", name)
    }

    /// Makes browsers show the file, and suggest this name if the user saves it.
    pub fn inline(self, name: &str) -> Self {
        self.disposed("inline", name)
    }

    fn disposed(mut self, kind: &str, name: &str) -> Self {
        self.disposition = Some(disposition(kind, name));
        if self.is_type_guessed {
            self.content_type = Ok(guess(Path::new(name)));
        }
        self
    }

    /// Sets the entity tag, without its quotes: a string that changes whenever the bytes change. The tag of an opened
    /// file consists of its modification time and its length.
    pub fn etag(mut self, tag: &str) -> Self {
        self.etag = Some(format!("\"{tag}\""));
        self
    }

    /// Sets the time of the last modification.
    pub fn modified(mut self, modified: SystemTime) -> Self {
        self.modified = Some(modified);
        self
    }

    /// Returns the length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Returns whether the file is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Returns the response to a request without conditions and ranges, whose body is deferred.
    fn into_whole(self) -> Result<Response, String> {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.content_type?);
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        let last_modified = self.modified.and_then(http_date);
        let mut set =
            |name: HeaderName, value: Option<String>| match value.map(HeaderValue::try_from) {
                Some(Ok(value)) => drop(headers.insert(name, value)),
                Some(Err(_)) => tracing::error!(%name, "a file has an invalid header"),
                None => {}
            };
        set(LAST_MODIFIED, last_modified);
        set(ETAG, self.etag);
        if let Some(disposition) = self.disposition {
            headers.insert(CONTENT_DISPOSITION, disposition);
        }
        *response.body_mut() = Body::deferred(FileBody::new(self.content, self.length));
        Ok(response)
    }
}

/// Opens a file on a thread that may block. Anything but a regular file is rejected before it is opened, because
/// opening a named pipe waits for its other end.
async fn open(path: PathBuf) -> io::Result<File> {
    let opened = tokio::task::spawn_blocking(move || {
        if !std::fs::metadata(&path)?.is_file() {
            return Err(not_a_file());
        }
        File::from_std(std::fs::File::open(&path)?, &path)
    });
    opened.await?
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

/// Returns the content type of a name, as Starlette does: text is assumed to be UTF-8.
fn guess(name: &Path) -> HeaderValue {
    let guessed = mime_guess::from_path(name).first_raw();
    let media = guessed.unwrap_or("application/octet-stream");
    let typed = match media.starts_with("text/") {
        true => HeaderValue::try_from(format!("{media}; charset=utf-8")),
        false => Ok(HeaderValue::from_static(media)),
    };
    typed.expect("the media types of a table are valid")
}

/// Returns a strong entity tag.
fn etag(modified: SystemTime, length: u64) -> String {
    let nanos = match modified.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_nanos(),
        Err(before) => before.duration().as_nanos(),
    };
    format!("\"{nanos:x}-{length:x}\"")
}

/// Returns a date for `Last-Modified`. There is none before 1970, which HTTP cannot express, and it is never later than
/// now (RFC 9110, 8.8.2.1).
fn http_date(modified: SystemTime) -> Option<String> {
    modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(httpdate::fmt_http_date(modified.min(SystemTime::now())))
}

/// A file has the status of its route. The document does not list the 206, 304, 412 and 416, since it does not list the
/// headers that cause them either.
#[diagnostic::do_not_recommend]
impl IntoResponse for File {
    fn describe(op: &mut Operation<'_>) {
        op.response(op.status(), ResponseDoc::of_any_media());
    }

    fn into_response(self) -> ResponseResult {
        match self.into_whole() {
            Ok(response) => Ok(ResponseParts::new(response)),
            Err(mistake) => Err(Failure::of(HttpError::from(mistake))),
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("length", &self.length)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}
