//! The items of a stream, or `Result`s of them.

use bytes::Bytes;
use serde::Serialize;

use super::ServerSentEvent;
use crate::{
    body::Stream,
    error::{HttpError, Result},
};

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

/// An item that is written as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as JSON",
    label = "not a model",
    note = "put `#[model]` on `{Self}`"
)]
pub trait AsJson: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> AsJson for T {}

/// What a response can stream.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stream",
    label = "not a `Stream`",
    note = "send items one by one with `generate(|out| async move {{ out.send(item).await?; Ok(()) }})`, those of a `Broadcast` with `new(broadcast.subscribe())`, and a list as JSON: return the `Vec`"
)]
pub trait IntoStream: Sized {
    /// An item of the stream.
    type Item;

    #[doc(hidden)]
    fn into_stream(self) -> impl Stream<Item = Self::Item> + Send + 'static
    where
        Self: Send + 'static;
}

#[diagnostic::do_not_recommend]
impl<S: Stream> IntoStream for S {
    type Item = S::Item;

    fn into_stream(self) -> impl Stream<Item = S::Item> + Send + 'static
    where
        Self: Send + 'static,
    {
        self
    }
}

/// Distinguishes the impls of a trait.
#[derive(Debug)]
pub enum Bare {}

/// Distinguishes the impls of a trait.
#[derive(Debug)]
pub enum Event {}

/// Distinguishes the impls of a trait.
#[derive(Debug)]
pub enum Fallible<M> {
    #[doc(hidden)]
    Never(M, std::convert::Infallible),
}

#[diagnostic::do_not_recommend]
impl<T> IntoItem<T, Bare> for T {
    fn into_item(self) -> Result<T> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<HttpError>> IntoItem<T, Fallible<Bare>> for Result<T, E> {
    fn into_item(self) -> Result<T> {
        self.map_err(Into::into)
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoEvent<T, Bare> for T {
    fn into_event(self) -> Result<ServerSentEvent<T>> {
        Ok(ServerSentEvent::new(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoEvent<T, Event> for ServerSentEvent<T> {
    fn into_event(self) -> Result<ServerSentEvent<T>> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<HttpError>> IntoEvent<T, Fallible<Bare>> for Result<T, E> {
    fn into_event(self) -> Result<ServerSentEvent<T>> {
        self.map(ServerSentEvent::new).map_err(Into::into)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<HttpError>> IntoEvent<T, Fallible<Event>> for Result<ServerSentEvent<T>, E> {
    fn into_event(self) -> Result<ServerSentEvent<T>> {
        self.map_err(Into::into)
    }
}

#[diagnostic::do_not_recommend]
impl<B: Into<Bytes>> IntoChunk<Bare> for B {
    fn into_chunk(self) -> Result<Bytes> {
        Ok(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl<B: Into<Bytes>, E: Into<HttpError>> IntoChunk<Fallible<Bare>> for Result<B, E> {
    fn into_chunk(self) -> Result<Bytes> {
        self.map(Into::into).map_err(Into::into)
    }
}
