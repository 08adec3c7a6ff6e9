//! What a stream may consist of: items, or `Result`s of items.

use bytes::Bytes;

use super::ServerSentEvent;
use crate::error::{HttpError, Result};

/// An item of a [`JsonLines`](super::JsonLines): a `T` or a `Result` of one. `M` is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item of this stream",
    label = "neither a `{T}` nor a `Result<{T}, ..>`"
)]
pub trait IntoItem<T, M> {
    #[doc(hidden)]
    fn into_item(self) -> Result<T>;
}

/// An event of an [`Sse`](super::Sse): a `T`, a [`ServerSentEvent<T>`], or a `Result` of one. `M` is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event of this stream",
    label = "neither a `{T}`, a `ServerSentEvent<{T}>`, nor a `Result` of one"
)]
pub trait IntoEvent<T, M> {
    #[doc(hidden)]
    fn into_event(self) -> Result<ServerSentEvent<T>>;
}

/// A piece of a [`Streaming`](super::Streaming): bytes or text, or a `Result` of them. `M` is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a piece of a stream of bytes",
    label = "neither bytes nor text, nor a `Result` of them",
    note = "a piece is a `Bytes`, `Vec<u8>`, `String` or `&'static str`"
)]
pub trait IntoChunk<M> {
    #[doc(hidden)]
    fn into_chunk(self) -> Result<Bytes>;
}

/// Tells the impls of a trait apart.
#[derive(Debug)]
pub enum Plain {}

/// Tells the impls of a trait apart.
#[derive(Debug)]
pub enum Event {}

/// Tells the impls of a trait apart.
#[derive(Debug)]
pub enum Fallible<M> {
    #[doc(hidden)]
    Never(M, std::convert::Infallible),
}

impl<T> IntoItem<T, Plain> for T {
    fn into_item(self) -> Result<T> {
        Ok(self)
    }
}

impl<T, E: Into<HttpError>> IntoItem<T, Fallible<Plain>> for Result<T, E> {
    fn into_item(self) -> Result<T> {
        self.map_err(Into::into)
    }
}

impl<T> IntoEvent<T, Plain> for T {
    fn into_event(self) -> Result<ServerSentEvent<T>> {
        Ok(ServerSentEvent::new(self))
    }
}

impl<T> IntoEvent<T, Event> for ServerSentEvent<T> {
    fn into_event(self) -> Result<ServerSentEvent<T>> {
        Ok(self)
    }
}

impl<T, E: Into<HttpError>> IntoEvent<T, Fallible<Plain>> for Result<T, E> {
    fn into_event(self) -> Result<ServerSentEvent<T>> {
        self.map(ServerSentEvent::new).map_err(Into::into)
    }
}

impl<T, E: Into<HttpError>> IntoEvent<T, Fallible<Event>> for Result<ServerSentEvent<T>, E> {
    fn into_event(self) -> Result<ServerSentEvent<T>> {
        self.map_err(Into::into)
    }
}

impl<B: Into<Bytes>> IntoChunk<Plain> for B {
    fn into_chunk(self) -> Result<Bytes> {
        Ok(self.into())
    }
}

impl<B: Into<Bytes>, E: Into<HttpError>> IntoChunk<Fallible<Plain>> for Result<B, E> {
    fn into_chunk(self) -> Result<Bytes> {
        self.map(Into::into).map_err(Into::into)
    }
}
