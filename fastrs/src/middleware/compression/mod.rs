//! Responses are compressed, and requests are decompressed (feature `compression`).

mod coding;
mod decoder;
mod encoder;
mod request;
mod response;

pub(super) use coding::Coding;
pub use request::RequestDecompression;
pub use response::Compression;
