//! JSON values, one per line.

use std::{fmt, future::Future, marker::PhantomData};

use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    super::{IntoResponse, ResponseResult, json, parts::with_type},
    AsJson, IntoItem, IntoStream, Sender, Streamed,
    flow::Flow,
    sender::{Sending, encoded, generate},
};
use crate::{
    body::Body,
    error::Result,
    model::Model,
    openapi::{Operation, ResponseDoc},
    schema::TypeSchema,
};

/// A response of many JSON values, one per line (`application/jsonl`), each of which is sent as soon as it is
/// available.
///
/// ```
/// use fastrs::{JsonLines, prelude::*};
///
/// #[model]
/// struct Item {
///     name: String,
/// }
///
/// #[get("/items/export")]
/// async fn export() -> JsonLines<Item> {
///     JsonLines::generate(|out| async move {
///         for name in ["Plumbus", "Portal Gun"] {
///             out.send(Item { name: name.into() }).await?;
///         }
///         Ok(())
///     })
/// }
/// ```
///
/// A value that cannot be serialized, an error or a panic aborts the connection, so that the client does not mistake
/// what it has received for the complete response. When the client disconnects, the block is dropped at its current
/// `await`.
#[must_use = "a stream is only sent if it is returned"]
pub struct JsonLines<T> {
    flow: Flow,
    items: PhantomData<fn(T)>,
}

impl<T: 'static> JsonLines<T> {
    /// Sends the items of a stream of `T` or of `Result<T, E>`.
    pub fn new<S, M>(stream: S) -> Self
    where
        S: IntoStream + Send + 'static,
        S::Item: IntoItem<T, M>,
        T: AsJson,
    {
        Self::of(Flow::new(encoded(stream.into_stream(), |item: S::Item| {
            line(&item.into_item()?)
        })))
    }

    /// Sends the items that an async block produces. The block runs only while the client can take more.
    pub fn generate<F>(block: impl FnOnce(Sender<Self>) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
        T: AsJson,
    {
        Self::of(Flow::new(generate::<Self, _>(line, block)))
    }

    fn of(flow: Flow) -> Self {
        Self {
            flow,
            items: PhantomData,
        }
    }

    /// Ends the response after its current item when the server shuts down. Without this, a shutdown waits for its end.
    /// Do not use it for a response that has an end: the client would mistake what it has received for the complete
    /// response.
    pub fn until_shutdown(mut self) -> Self {
        self.flow.ends_at_shutdown = true;
        self
    }
}

impl<T> Streamed for JsonLines<T> {
    type Encode = fn(&T) -> Result<Bytes>;
}

impl<T> Sender<JsonLines<T>> {
    /// Sends an item once the previous one is on its way.
    ///
    /// # Errors
    ///
    /// Fails if the item cannot be serialized, or if the client has disconnected.
    pub fn send(&self, item: T) -> Sending<'_> {
        self.pass((self.encode)(&item))
    }
}

fn line<T: Serialize>(item: &T) -> Result<Bytes> {
    let mut line = Vec::new();
    json::encode(item, &mut line)?;
    line.push(b'\n');
    Ok(line.into())
}

#[diagnostic::do_not_recommend]
impl<T: Model + Serialize + JsonSchema> IntoResponse for JsonLines<T> {
    fn describe(op: &mut Operation<'_>) {
        let mut schema = op.output_of(TypeSchema::of::<T>());
        T::describe_keys(&mut schema);
        op.response(
            op.status(),
            ResponseDoc::stream("application/jsonl", schema),
        );
    }

    fn into_response(self) -> ResponseResult {
        Ok(with_type(Body::deferred(self.flow), "application/jsonl"))
    }
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").finish_non_exhaustive()
    }
}
