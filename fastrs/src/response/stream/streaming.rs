//! Bytes that are sent while they are still being produced.

use std::{fmt, future::Future, marker::PhantomData};

use http::{HeaderValue, header::CONTENT_TYPE};
use schemars::json_schema;

use super::{
    super::{IntoResponse, ResponseParts, ResponseResult},
    IntoChunk, IntoStream, Sender, Streamed,
    flow::Flow,
    sender::{Sending, encoded, generate},
};
use crate::{
    body::{Body, Response},
    error::{HttpError, Result},
    openapi::{Operation, ResponseDoc},
    request::Failure,
};

/// A response of bytes or text, each piece of which is sent as soon as it is available: FastAPI's `StreamingResponse`.
///
/// ```
/// use fastrs::{Streaming, prelude::*};
///
/// #[get("/story")]
/// async fn story() -> Streaming {
///     let story = Streaming::generate(|out| async move {
///         for line in ["Once upon a time, ", "there was a server."] {
///             out.send(line).await?;
///         }
///         Ok(())
///     });
///     story.media_type("text/plain; charset=utf-8")
/// }
/// ```
///
/// An error or a panic aborts the connection, so that the client does not mistake what it has received for the complete
/// response. When the client disconnects, the block is dropped at its current `await`.
///
/// The document cannot contain a media type that is set at run time. A [`MediaType`] can be part of the type instead:
/// `Streaming<Png>`.
#[must_use = "a stream is only sent if it is returned"]
pub struct Streaming<M = AnyMedia> {
    flow: Flow,
    media_type: Result<HeaderValue, String>,
    marker: PhantomData<fn(M)>,
}

/// A media type as a type, for [`Streaming`].
///
/// ```
/// use fastrs::{MediaType, Streaming, prelude::*};
///
/// struct Png;
///
/// impl MediaType for Png {
///     const MEDIA_TYPE: Option<&'static str> = Some("image/png");
/// }
///
/// #[get("/image")]
/// async fn image() -> Streaming<Png> {
///     Streaming::generate(|out| async move { Ok(out.send(vec![0x89]).await?) })
/// }
/// ```
pub trait MediaType: 'static {
    /// The media type; `None` if it is set at run time.
    const MEDIA_TYPE: Option<&'static str>;
}

/// The media type of a [`Streaming`] that sets it at run time: `application/octet-stream` by default.
#[derive(Debug)]
pub enum AnyMedia {}

impl MediaType for AnyMedia {
    const MEDIA_TYPE: Option<&'static str> = None;
}

impl<M: MediaType> Streaming<M> {
    /// Sends the items of a stream: anything that converts into [`Bytes`](crate::Bytes), or a `Result` of that.
    pub fn new<S, N>(stream: S) -> Self
    where
        S: IntoStream + Send + 'static,
        S::Item: IntoChunk<N>,
    {
        Self::of(Flow::new(encoded(
            stream.into_stream(),
            |piece: S::Item| piece.into_chunk(),
        )))
    }

    /// Sends the pieces that an async block produces. The block runs only while the client can take more.
    pub fn generate<F>(block: impl FnOnce(Sender<Self>) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self::of(Flow::new(generate((), block)))
    }

    fn of(flow: Flow) -> Self {
        let media_type = M::MEDIA_TYPE.unwrap_or("application/octet-stream");
        Self {
            flow,
            media_type: parse(media_type),
            marker: PhantomData,
        }
    }

    /// Ends the response after its current piece when the server shuts down. Without this, a shutdown waits for its
    /// end. Do not use it for a response that has an end: the client would mistake what it has received for the
    /// complete response.
    pub fn until_shutdown(mut self) -> Self {
        self.flow.ends_at_shutdown = true;
        self
    }
}

impl Streaming {
    /// Sets the media type.
    pub fn media_type(mut self, media_type: &str) -> Self {
        self.media_type = parse(media_type);
        self
    }
}

impl<M> Streamed for Streaming<M> {
    type Encode = ();
}

impl<M> Sender<Streaming<M>> {
    /// Sends bytes or text, once the previous piece is on its way.
    ///
    /// # Errors
    ///
    /// Fails if the client has disconnected.
    pub fn send<N>(&self, piece: impl IntoChunk<N>) -> Sending<'_> {
        self.pass(piece.into_chunk())
    }
}

fn parse(media_type: &str) -> Result<HeaderValue, String> {
    HeaderValue::try_from(media_type).map_err(|_| format!("{media_type:?} is not a media type"))
}

#[diagnostic::do_not_recommend]
impl<M: MediaType> IntoResponse for Streaming<M> {
    fn describe(op: &mut Operation<'_>) {
        let response = match M::MEDIA_TYPE {
            Some(media_type) => ResponseDoc::media(media_type, json_schema!({ "type": "string" })),
            None => ResponseDoc::of_any_media(),
        };
        op.response(op.status(), response);
    }

    fn into_response(self) -> ResponseResult {
        let media_type = self
            .media_type
            .map_err(|mistake| Failure::of(HttpError::from(mistake)))?;
        let mut response = Response::new(Body::deferred(self.flow));
        response.headers_mut().insert(CONTENT_TYPE, media_type);
        Ok(ResponseParts::new(response))
    }
}

impl<M> fmt::Debug for Streaming<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming")
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}
