//! Compresses a body as it is sent.

use std::{
    io::{self, Write},
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use flate2::write::GzEncoder;
use http_body::{Body as HttpBody, Frame};

use super::coding::Coding;
use crate::{body::Body, error::BoxError};

/// The base-2 logarithm of the window, which is most of what an encoder needs in memory.
const WINDOW: u32 = 19;

/// Output is sent in pieces of about this size.
const PIECE: usize = 32 * 1024;

/// An encoder that writes into a buffer.
pub(super) enum Encoder {
    Gzip(GzEncoder<Vec<u8>>),
    Brotli(Box<brotli::CompressorWriter<Vec<u8>>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Encoder {
    pub(super) fn new(coding: Coding, level: Option<u32>) -> io::Result<Self> {
        Ok(match coding {
            Coding::Gzip => {
                let level = flate2::Compression::new(level.unwrap_or(6));
                Self::Gzip(GzEncoder::new(Vec::new(), level))
            }
            Coding::Brotli => {
                let level = level.unwrap_or(4);
                let writer = brotli::CompressorWriter::new(Vec::new(), 4096, level, WINDOW);
                Self::Brotli(Box::new(writer))
            }
            Coding::Zstd => {
                let level = level.unwrap_or(3) as i32;
                let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), level)?;
                encoder.window_log(WINDOW)?;
                Self::Zstd(encoder)
            }
        })
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Self::Gzip(writer) => writer,
            Self::Brotli(writer) => writer,
            Self::Zstd(writer) => writer,
        }
    }

    fn buffer(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Gzip(writer) => writer.get_mut(),
            Self::Brotli(writer) => writer.get_mut(),
            Self::Zstd(writer) => writer.get_mut(),
        }
    }

    fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip(writer) => writer.finish(),
            Self::Brotli(writer) => Ok(writer.into_inner()),
            Self::Zstd(writer) => writer.finish(),
        }
    }

    /// Compresses bytes that are ready.
    pub(super) fn compress(mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.writer().write_all(bytes)?;
        self.finish()
    }
}

/// A body that is compressed.
pub(super) struct Compressed {
    body: Body,
    /// `None` after the end of the body.
    encoder: Option<Encoder>,
    /// Whether the encoder holds back input.
    is_holding: bool,
}

impl Compressed {
    pub(super) fn new(body: Body, encoder: Encoder) -> Self {
        Self {
            body,
            encoder: Some(encoder),
            is_holding: false,
        }
    }

    /// Takes the output so far, if it is at least `least` bytes.
    fn output(&mut self, least: usize) -> Option<Bytes> {
        let buffer = self.encoder.as_mut()?.buffer();
        (buffer.len() >= least).then(|| mem::take(buffer).into())
    }
}

impl HttpBody for Compressed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        loop {
            let Some(encoder) = &mut this.encoder else {
                return Poll::Ready(None);
            };
            match Pin::new(&mut this.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else {
                        // Trailers describe the body as it was before.
                        continue;
                    };
                    encoder.writer().write_all(&data)?;
                    this.is_holding = true;
                    if let Some(output) = this.output(PIECE) {
                        return Poll::Ready(Some(Ok(Frame::data(output))));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => {
                    let rest = this
                        .encoder
                        .take()
                        .map_or(Ok(Vec::new()), Encoder::finish)?;
                    return Poll::Ready(Some(Ok(Frame::data(rest.into()))));
                }
                // The client must see what was sent before the body waits.
                Poll::Pending if this.is_holding => {
                    encoder.writer().flush()?;
                    this.is_holding = false;
                    return match this.output(1) {
                        Some(output) => Poll::Ready(Some(Ok(Frame::data(output)))),
                        None => Poll::Pending,
                    };
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
