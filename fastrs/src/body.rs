//! The body type that requests and responses share.

mod chunk;
mod deferred;
mod end;
mod form_limits;
mod form_text;
mod kind;
mod limit;
mod media_type;
mod read_error;
mod received;
mod recipient;
mod sizes;
mod stream;
mod waiting;

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http::{StatusCode, response::Parts};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;

pub use self::form_limits::FormLimits;
pub use self::kind::BodyKind;
pub use self::read_error::ReadError;
pub use self::sizes::Sizes;

pub(crate) use self::chunk::Chunk;
pub(crate) use self::deferred::complete;
pub(crate) use self::end::{BodyEnd, on_end};
pub(crate) use self::form_text::form_text;
pub(crate) use self::limit::BodyLimit;
pub(crate) use self::media_type::media_type;
pub(crate) use self::received::{BodyProgress, BodyState};
pub(crate) use self::recipient::{EndsWithClient, Recipient};
pub(crate) use self::waiting::take_has_waited;
pub(crate) use futures_core::Stream;

use self::received::ReceivedBody;
use crate::error::{BoxError, panic_text};

/// A plain HTTP response.
pub type Response<B = Body> = http::Response<B>;

/// The body of a request or a response: empty, ready, or still to arrive.
///
/// Ready bytes are kept as they were passed (a `Vec<u8>` remains a `Vec<u8>`): nothing is copied or boxed. Only a
/// stream of unknown length needs an allocation.
///
/// ```
/// use fastrs::Body;
///
/// let page = Body::from("<h1>Shop</h1>");
/// let response = http::Response::new(page);
/// # let _ = response;
/// ```
#[derive(Default)]
pub struct Body(Kind);

#[derive(Default)]
enum Kind {
    #[default]
    Empty,
    Static(&'static [u8]),
    Vec(Vec<u8>),
    Bytes(Bytes),
    Received(ReceivedBody),
    Stream(Pin<Box<dyn AnyBody>>),
    Deferred(Box<dyn Deferred>),
}

/// Any body, with its buffers converted into `Bytes` (without copying) and its errors boxed.
trait AnyBody: Send {
    fn poll(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>>;
    fn is_at_end(&self) -> bool;
    fn length(&self) -> SizeHint;
}

impl<B> AnyBody for B
where
    B: HttpBody + Send,
    B::Error: Into<BoxError>,
{
    fn poll(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(self.poll_frame(cx));
        let in_bytes = |mut data: B::Data| data.copy_to_bytes(data.remaining());
        Poll::Ready(frame.map(|frame| match frame {
            Ok(frame) => Ok(frame.map_data(in_bytes)),
            Err(error) => Err(error.into()),
        }))
    }

    fn is_at_end(&self) -> bool {
        self.is_end_stream()
    }

    fn length(&self) -> SizeHint {
        self.size_hint()
    }
}

/// A body that depends on its request: a file of which the client may already have a part.
///
/// A value is converted into a response without its request. Its body therefore remains as it is until [`complete`] is
/// called, once the response has its final status and headers.
pub(crate) trait Deferred: Send {
    /// Returns the final response.
    fn complete(self: Box<Self>, head: Parts, recipient: &Recipient<'_>) -> Response;

    /// Returns the whole body, for a response that is sent without a request.
    fn into_body(self: Box<Self>) -> Body;

    fn size_hint(&self) -> SizeHint;
}

/// Returns whether a response with this status may have a body (RFC 9110, 6.4.1).
pub(crate) fn may_have_body(status: StatusCode) -> bool {
    !status.is_informational()
        && status != StatusCode::NO_CONTENT
        && status != StatusCode::NOT_MODIFIED
}

/// The longest frame into which ready bytes are split. The server flattens a frame into its write buffer, which the
/// connection keeps, so this limits how much memory an idle connection holds after a large response.
pub(crate) const FRAME: usize = 32 * 1024;

/// The most memory, in bytes, that is reserved because of a `Content-Length` alone.
const RESERVE: usize = 64 * 1024;

impl Body {
    /// Creates an empty body.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Kind::Empty)
    }

    /// Creates the body of a request, which reports its state in `progress` if its connection is HTTP/1.
    #[inline]
    pub(crate) fn received(body: Incoming, progress: &BodyProgress, is_http1: bool) -> Self {
        if body.is_end_stream() {
            return Self::empty();
        }
        if is_http1 {
            progress.set(BodyState::Open);
        }
        let received = ReceivedBody::new(body, progress.clone(), is_http1);
        Self(Kind::Received(received))
    }

    /// Creates a body from any [`http_body::Body`], which is polled as the bytes are needed. A `Body` or hyper's
    /// own body is used directly, without a box.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use fastrs::Body;
    /// use http_body_util::Full;
    ///
    /// let body = Body::new(Full::new(Bytes::from_static(b"from elsewhere")));
    /// # let _ = body;
    /// ```
    #[must_use]
    pub fn new<B>(body: B) -> Self
    where
        B: HttpBody + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let mut body = Some(body);
        let any: &mut dyn Any = &mut body;
        if let Some(body) = any.downcast_mut::<Option<Self>>() {
            return body.take().unwrap_or_default();
        }
        if let Some(body) = any.downcast_mut::<Option<Incoming>>() {
            return body.take().map_or_else(Self::empty, Self::from);
        }
        body.map_or_else(Self::empty, |body| Self(Kind::Stream(Box::pin(body))))
    }

    /// Returns whether the bytes are still to arrive, from the network or from a stream.
    #[must_use]
    pub fn is_streaming(&self) -> bool {
        matches!(
            self.0,
            Kind::Received(_) | Kind::Stream(_) | Kind::Deferred(_)
        )
    }

    /// Returns the bytes of a body that is ready and has at most `limit` of them, or else the body.
    #[cfg(any(feature = "cache", feature = "compression"))]
    pub(crate) fn into_ready(self, limit: u64) -> Result<Bytes, Self> {
        if self.is_streaming() || self.size_hint().lower() > limit {
            return Err(self);
        }
        Ok(match self.0 {
            Kind::Static(bytes) => Bytes::from_static(bytes),
            Kind::Vec(bytes) => bytes.into(),
            Kind::Bytes(bytes) => bytes,
            _ => Bytes::new(),
        })
    }

    /// Reads the whole body into one buffer, or fails as soon as it is known to exceed `limit` bytes.
    ///
    /// A body that announces more than `limit` bytes fails before any of it is read. A body that arrives in a
    /// single frame is not copied.
    ///
    /// # Errors
    ///
    /// Fails with [`ReadError::TooLarge`] above the limit; with [`ReadError::TimedOut`] if the sender of a request
    /// stalls; and with [`ReadError::Io`] if the sender failed or disconnected.
    pub async fn collect(self, limit: usize) -> Result<Bytes, ReadError> {
        if self.size_hint().lower() > limit as u64 {
            return Err(ReadError::TooLarge { limit });
        }
        Collect {
            body: self,
            limit,
            read: Read::Nothing,
        }
        .await
    }

    /// Polls for the next bytes; ready bytes come in one piece, and trailers are skipped.
    pub(crate) fn poll_data(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, ReadError>>> {
        loop {
            let frame = match &mut self.0 {
                Kind::Received(_) | Kind::Stream(_) | Kind::Deferred(_) => {
                    ready!(self.poll_source(cx))
                }
                kind => {
                    let bytes = match std::mem::take(kind) {
                        Kind::Static(bytes) => Bytes::from_static(bytes),
                        Kind::Vec(bytes) => Bytes::from(bytes),
                        Kind::Bytes(bytes) => bytes,
                        _ => return Poll::Ready(None),
                    };
                    return Poll::Ready(Some(Ok(bytes)));
                }
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                None => return Poll::Ready(None),
                Some(Ok(Ok(data))) => return Poll::Ready(Some(Ok(data))),
                Some(Ok(Err(_trailers))) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(ReadError::of(error)))),
            }
        }
    }
}

/// The future that collects a body into one buffer.
struct Collect {
    body: Body,
    limit: usize,
    read: Read,
}

#[derive(Default)]
enum Read {
    #[default]
    Nothing,
    /// One frame: a body that has no more is not copied.
    One(Bytes),
    Many(Vec<u8>),
}

impl Collect {
    fn push(&mut self, data: Bytes) -> Result<(), ReadError> {
        let before = match &self.read {
            Read::Nothing => 0,
            Read::One(first) => first.len(),
            Read::Many(buffer) => buffer.len(),
        };
        if before + data.len() > self.limit {
            return Err(ReadError::TooLarge { limit: self.limit });
        }
        self.read = match std::mem::take(&mut self.read) {
            read if data.is_empty() => read,
            Read::Nothing => Read::One(data),
            Read::One(first) => {
                let announced = usize::try_from(self.body.size_hint().lower());
                let announced = announced.map_or(RESERVE, |bytes| bytes.min(RESERVE));
                let mut buffer = Vec::with_capacity(before + data.len() + announced);
                buffer.extend_from_slice(&first);
                buffer.extend_from_slice(&data);
                Read::Many(buffer)
            }
            Read::Many(mut buffer) => {
                buffer.extend_from_slice(&data);
                Read::Many(buffer)
            }
        };
        Ok(())
    }
}

impl Future for Collect {
    type Output = Result<Bytes, ReadError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while !self.body.is_end_stream() {
            match ready!(self.body.poll_data(cx)) {
                Some(data) => self.push(data?)?,
                None => break,
            }
        }
        Poll::Ready(Ok(match std::mem::take(&mut self.read) {
            Read::Nothing => Bytes::new(),
            Read::One(bytes) => bytes,
            Read::Many(buffer) => Bytes::from(buffer),
        }))
    }
}

impl Body {
    /// Polls for the next frame, with its bytes in the form in which they were passed: the server can write them
    /// without converting them to `Bytes`.
    #[inline]
    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Chunk>, BoxError>>> {
        let kind = &mut self.0;
        let chunk = match kind {
            Kind::Vec(bytes) if bytes.len() <= FRAME => Chunk::from(std::mem::take(bytes)),
            Kind::Vec(bytes) => {
                let mut bytes = Bytes::from(std::mem::take(bytes));
                let chunk = Chunk::from(bytes.split_to(FRAME));
                *kind = Kind::Bytes(bytes);
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
            Kind::Bytes(bytes) if bytes.len() > FRAME => {
                return Poll::Ready(Some(Ok(Frame::data(bytes.split_to(FRAME).into()))));
            }
            Kind::Bytes(bytes) => Chunk::from(std::mem::take(bytes)),
            Kind::Static(bytes) => {
                let (chunk, rest) = bytes.split_at(bytes.len().min(FRAME));
                *bytes = rest;
                return Poll::Ready((!chunk.is_empty()).then(|| Ok(Frame::data(chunk.into()))));
            }
            Kind::Empty => return Poll::Ready(None),
            Kind::Received(_) | Kind::Stream(_) | Kind::Deferred(_) => {
                let frame = ready!(self.poll_source(cx));
                return Poll::Ready(frame.map(|frame| Ok(frame?.map_data(Chunk::from))));
            }
        };
        *kind = Kind::Empty;
        Poll::Ready(chunk.has_remaining().then(|| Ok(Frame::data(chunk))))
    }

    /// Polls a body that is still to arrive. It is dropped at its end: a layer may poll once more, which makes many
    /// streams panic.
    fn poll_source(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = match &mut self.0 {
            Kind::Received(body) => match body.poll_frame(cx) {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    self.wait(cx);
                    return Poll::Pending;
                }
            },
            Kind::Stream(body) => ready!(body.as_mut().poll(cx)),
            Kind::Deferred(_) => {
                if let Kind::Deferred(body) = std::mem::take(&mut self.0) {
                    *self = body.into_body();
                }
                return Pin::new(self).poll_frame(cx);
            }
            _ => None,
        };
        if frame.is_none() {
            std::mem::take(self).discard();
        }
        Poll::Ready(frame)
    }

    /// Drops the body. A panic in a stream's `Drop` is only logged: the client still receives what was sent.
    fn discard(self) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(self))) {
            let panic = panic_text(payload);
            tracing::error!(panic, "a stream panicked when it was dropped");
            crate::log::to_stderr(format_args!(
                "ERROR a stream panicked when it was dropped: {panic}"
            ));
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(self.get_mut().poll_chunk(cx));
        Poll::Ready(frame.map(|frame| Ok(frame?.map_data(Chunk::into_bytes))))
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Empty => true,
            Kind::Static(bytes) => bytes.is_empty(),
            Kind::Vec(bytes) => bytes.is_empty(),
            Kind::Bytes(bytes) => bytes.is_empty(),
            Kind::Received(body) => body.is_end_stream(),
            Kind::Stream(body) => body.is_at_end(),
            Kind::Deferred(body) => body.size_hint().exact() == Some(0),
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        let exact = match &self.0 {
            Kind::Empty => 0,
            Kind::Static(bytes) => bytes.len(),
            Kind::Vec(bytes) => bytes.len(),
            Kind::Bytes(bytes) => bytes.len(),
            Kind::Received(body) => return body.size_hint(),
            Kind::Stream(body) => return body.length(),
            Kind::Deferred(body) => return body.size_hint(),
        };
        SizeHint::with_exact(exact as u64)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size_hint().exact() {
            Some(length) => write!(f, "Body({length} bytes)"),
            None => f.write_str("Body(stream)"),
        }
    }
}

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::empty()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Kind::Vec(bytes))
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(Kind::Vec(text.into_bytes()))
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self(Kind::Static(text.as_bytes()))
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Kind::Static(bytes))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Bytes(bytes))
    }
}

impl From<Incoming> for Body {
    #[inline]
    fn from(body: Incoming) -> Self {
        Self(match body.is_end_stream() {
            true => Kind::Empty,
            false => Kind::Received(ReceivedBody::unreported(body)),
        })
    }
}
