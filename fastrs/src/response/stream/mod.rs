//! Responses that are sent while they are still being produced.
//!
//! Each of them is a [`Flow`](flow::Flow): a stream of bytes that is polled no faster than the client reads.

mod event;
mod flow;
mod item;
mod json_lines;
mod sender;
mod sse;
mod streaming;

pub use event::ServerSentEvent;
pub use item::{AsJson, IntoChunk, IntoEvent, IntoItem, IntoStream};
pub use json_lines::JsonLines;
pub use sender::{SendError, Sender, Sending, Streamed};
pub use sse::Sse;
pub use streaming::{AnyMedia, MediaType, Streaming};
