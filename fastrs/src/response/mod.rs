//! Responses: what a handler can return, and how it is described.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) mod database;
mod entity_tag;
pub(crate) mod error;
#[cfg(feature = "files")]
mod file;
mod html;
mod json;
mod parts;
mod redirect;
mod stream;

pub(crate) use entity_tag::{is_similar, lists};
pub use error::{ExceptionResponse, ResponseError};
#[cfg(feature = "files")]
pub use file::File;
pub use html::{Html, PlainText};
pub use json::Json;
pub(crate) use json::write as write_json;
pub(crate) use parts::with_own_length;
pub use parts::{NoContent, ResponseParts, ResponseResult};
pub(crate) use redirect::NOT_IN_A_URI;
pub use redirect::Redirect;
pub use stream::{
    AnyMedia, AsJson, IntoChunk, IntoEvent, IntoItem, IntoStream, JsonLines, MediaType, SendError,
    Sender, Sending, ServerSentEvent, Sse, Streamed, Streaming,
};

use crate::{body::Sizes, openapi::Operation};

/// A type that a handler can return.
///
/// Values of a `#[model]`, numbers, text, lists and maps are sent as JSON; [`Html`], [`PlainText`], [`Redirect`],
/// bytes and a raw [`Response`](crate::Response) are not. `#[derive(IntoResponse)]` is for an enum of responses
/// that each have their own status.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::{openapi::{Operation, ResponseDoc}, response::ResponseResult};
///
/// struct Csv(String);
///
/// impl IntoResponse for Csv {
///     fn describe(op: &mut Operation<'_>) {
///         let text = op.output_schema::<String>();
///         op.response(op.status(), ResponseDoc::media("text/csv", text));
///     }
///
///     fn into_response(self) -> ResponseResult {
///         let mut response = Response::new(self.0.into());
///         response.headers_mut().insert("content-type", fastrs::http::HeaderValue::from_static("text/csv"));
///         Ok(response.into())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a handler",
    label = "not a response",
    note = "put `#[model]` on it, or on the type inside it, to return it as JSON; use `Json<T>` for a type from another crate that is `Serialize` and `JsonSchema`"
)]
pub trait IntoResponse: Sized {
    /// Adds the responses of this type to the operation.
    fn describe(op: &mut Operation<'_>);

    /// Creates the response.
    ///
    /// # Errors
    ///
    /// Returns the error of a handler, or the error for a value that cannot be serialized.
    fn into_response(self) -> ResponseResult;

    /// Creates the response, given the lengths of the route's recent responses.
    #[doc(hidden)]
    fn into_response_of(self, _sizes: &Sizes) -> ResponseResult {
        self.into_response()
    }
}
