//! The bytes of a file, as the body of a response.

use std::{
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{
    HeaderValue, Method, StatusCode,
    header::{
        ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE,
        LAST_MODIFIED,
    },
    response::Parts,
};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use super::conditions::{Decision, decide};
use crate::{
    body::{Body, Deferred, Recipient, Response},
    error::HttpError,
    request::error_response,
};

/// How much of a file is read at first. Each read is twice as long as the one before it, up to `LONGEST_READ`:
/// switching to a blocking thread and back for each read is most of the cost of a download.
const FIRST_READ: u64 = 64 * 1024;
const LONGEST_READ: u64 = 256 * 1024;

/// The bytes, on disk or in memory.
pub(super) enum Content {
    Disk(std::fs::File),
    Memory(Bytes),
}

/// The bytes of a file, before it is known which of them to send.
pub(super) struct FileBody {
    content: Content,
    length: u64,
}

impl FileBody {
    pub(super) fn new(content: Content, length: u64) -> Self {
        Self { content, length }
    }

    fn part(self, range: Range<u64>) -> Body {
        match self.content {
            Content::Memory(bytes) => {
                // The range is within the length, which fits into a `usize`.
                Body::from(bytes.slice(range.start as usize..range.end as usize))
            }
            Content::Disk(file) => Body::new(Reader::new(file, range)),
        }
    }
}

impl Deferred for FileBody {
    fn complete(self: Box<Self>, mut head: Parts, recipient: &Recipient<'_>) -> Response {
        let (method, length) = (recipient.method, self.length);
        let is_read = *method == Method::GET || *method == Method::HEAD;
        let decision = match head.status {
            StatusCode::OK if is_read => decide(method, recipient.headers, &head.headers, length),
            _ => Decision::Whole,
        };
        match decision {
            Decision::Whole => Response::from_parts(head, self.into_body()),
            Decision::Part(range) => {
                head.status = StatusCode::PARTIAL_CONTENT;
                let (first, last) = (range.start, range.end - 1);
                set_range(&mut head, format!("bytes {first}-{last}/{length}"));
                Response::from_parts(head, self.part(range))
            }
            Decision::NotModified => {
                head.status = StatusCode::NOT_MODIFIED;
                without_content(&mut head);
                head.headers.remove(LAST_MODIFIED);
                Response::from_parts(head, Body::empty())
            }
            Decision::PreconditionFailed => error(head, StatusCode::PRECONDITION_FAILED),
            Decision::Unsatisfiable => {
                set_range(&mut head, format!("bytes */{length}"));
                error(head, StatusCode::RANGE_NOT_SATISFIABLE)
            }
        }
    }

    fn into_body(self: Box<Self>) -> Body {
        let whole = 0..self.length;
        self.part(whole)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

fn set_range(head: &mut Parts, range: String) {
    let range = HeaderValue::try_from(range).expect("numbers are valid in a header");
    head.headers.insert(CONTENT_RANGE, range);
}

/// Removes the headers that describe the bytes, since no bytes are sent.
fn without_content(head: &mut Parts) {
    for name in [
        ACCEPT_RANGES,
        CONTENT_DISPOSITION,
        CONTENT_ENCODING,
        CONTENT_TYPE,
    ] {
        head.headers.remove(name);
    }
}

/// Returns an error response with the remaining headers of the file's response.
fn error(mut head: Parts, status: StatusCode) -> Response {
    without_content(&mut head);
    let mut response = error_response(&HttpError::from_status(status));
    response.headers_mut().extend(head.headers);
    response
}

/// Reads a file on threads that may block, one chunk at a time and only when the connection can take it.
struct Reader {
    state: State,
    /// The number of bytes that have not been sent.
    left: u64,
    /// How much to read next.
    next_read: u64,
}

enum State {
    /// The file, and where to continue if it has not been read before.
    Waiting(std::fs::File, Option<u64>),
    Reading(JoinHandle<io::Result<(std::fs::File, Bytes)>>),
    Done,
}

impl Reader {
    fn new(file: std::fs::File, range: Range<u64>) -> Self {
        Self {
            left: range.end - range.start,
            next_read: FIRST_READ,
            state: State::Waiting(file, Some(range.start)),
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Waiting(file, seek) => {
                    let length = self.left.min(self.next_read);
                    self.next_read = LONGEST_READ.min(2 * self.next_read);
                    self.state = State::Reading(spawn_blocking(move || read(file, seek, length)));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let (file, bytes) = read??;
                    self.left -= bytes.len() as u64;
                    if self.left > 0 {
                        self.state = State::Waiting(file, None);
                    }
                    return Poll::Ready(Ok(bytes));
                }
                State::Done => return Poll::Ready(Ok(Bytes::new())),
            }
        }
    }
}

/// Reads exactly `length` bytes. A file that has become shorter is an error, since its length has been sent.
fn read(
    mut file: std::fs::File,
    seek: Option<u64>,
    length: u64,
) -> io::Result<(std::fs::File, Bytes)> {
    if let Some(start) = seek {
        file.seek(SeekFrom::Start(start))?;
    }
    let mut bytes = Vec::with_capacity(length as usize);
    (&mut file).take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        let message = "the file became shorter while it was sent";
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
    }
    Ok((file, Bytes::from(bytes)))
}

impl HttpBody for Reader {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let read = ready!(self.poll_read(cx));
        Poll::Ready(Some(read.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
