//! Decompresses a body as it arrives.

use std::{
    collections::VecDeque,
    io::{self, Write},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http_body::{Body as HttpBody, Frame};
use zstd::stream::{
    raw::{DParameter, Decoder as ZstdDecoder},
    zio,
};

use super::coding::Coding;
use crate::{
    body::{Body, ReadError},
    error::BoxError,
};

/// How many bytes are decompressed at a time. A decoder cannot stop in the middle of them.
const STEP: usize = 1024;

/// The most output of one step.
const MAX_PER_STEP: usize = 2 * 1024 * 1024;

/// The most bytes that a compressed byte may stand for, as an average from the start of the body.
const MAX_RATIO: usize = 100;

/// The output that is allowed before the ratio counts: a short body may well be compressed by more.
const ALLOWED_AT_ONCE: usize = 64 * 1024;

/// A buffer that fails if a decoder writes too much.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    /// The number of bytes that were written, and the number that the ratio allows.
    written: usize,
    allowed: usize,
}

impl Write for Buffer {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.written += data.len();
        if self.written > self.allowed || self.bytes.len() + data.len() > MAX_PER_STEP {
            let limit = self.allowed;
            return Err(io::Error::other(ReadError::TooLarge { limit }));
        }
        self.bytes.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The base-2 logarithm of the largest window that every decoder supports (RFC 8878, 3.1.1.1.2). A larger one would cost
/// as much memory.
const MAX_WINDOW: u32 = 23;

enum Decoder {
    Gzip(Box<MultiGzDecoder<Buffer>>),
    Brotli(Box<brotli::DecompressorWriter<Buffer>>),
    Zstd(Box<zio::Writer<Buffer, ZstdDecoder<'static>>>),
}

impl Decoder {
    fn new(coding: Coding) -> io::Result<Self> {
        let buffer = Buffer {
            bytes: Vec::new(),
            written: 0,
            allowed: ALLOWED_AT_ONCE,
        };
        Ok(match coding {
            Coding::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(buffer))),
            Coding::Brotli => Self::Brotli(Box::new(brotli::DecompressorWriter::new(buffer, 4096))),
            Coding::Zstd => {
                let mut decoder = ZstdDecoder::new()?;
                decoder.set_parameter(DParameter::WindowLogMax(MAX_WINDOW))?;
                Self::Zstd(Box::new(zio::Writer::new(buffer, decoder)))
            }
        })
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Self::Gzip(writer) => &mut **writer,
            Self::Brotli(writer) => writer,
            Self::Zstd(writer) => writer,
        }
    }

    fn buffer(&mut self) -> &mut Buffer {
        match self {
            Self::Gzip(writer) => writer.get_mut(),
            Self::Brotli(writer) => writer.get_mut(),
            Self::Zstd(writer) => writer.writer_mut(),
        }
    }

    /// Decompresses a few bytes.
    fn step(&mut self, bytes: &[u8]) -> io::Result<Bytes> {
        self.buffer().allowed += bytes.len() * MAX_RATIO;
        self.writer().write_all(bytes)?;
        self.writer().flush()?;
        Ok(std::mem::take(&mut self.buffer().bytes).into())
    }

    /// Fails if the compressed data is incomplete.
    fn finish(mut self) -> io::Result<Bytes> {
        match &mut self {
            Self::Gzip(writer) => writer.try_finish()?,
            Self::Brotli(writer) => writer.close()?,
            Self::Zstd(writer) => writer.finish()?,
        }
        Ok(std::mem::take(&mut self.buffer().bytes).into())
    }
}

/// A body that is decompressed.
pub(super) struct Decompressed {
    body: Body,
    decoder: Option<Decoder>,
    /// What has arrived and is still compressed.
    arrived: VecDeque<Bytes>,
}

impl Decompressed {
    pub(super) fn new(body: Body, coding: Coding) -> io::Result<Self> {
        Ok(Self {
            body,
            decoder: Some(Decoder::new(coding)?),
            arrived: VecDeque::new(),
        })
    }
}

impl HttpBody for Decompressed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            let this = &mut *self;
            let Some(decoder) = &mut this.decoder else {
                return Poll::Ready(None);
            };
            if let Some(mut bytes) = this.arrived.pop_front() {
                let step = bytes.split_to(bytes.len().min(STEP));
                if !bytes.is_empty() {
                    this.arrived.push_front(bytes);
                }
                let output = decoder.step(&step).map_err(cause)?;
                if !output.is_empty() {
                    return Poll::Ready(Some(Ok(Frame::data(output))));
                }
                continue;
            }
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => this.arrived.extend(frame.into_data()),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    let rest = this
                        .decoder
                        .take()
                        .map_or(Ok(Bytes::new()), Decoder::finish)
                        .map_err(cause)?;
                    return Poll::Ready(Some(Ok(Frame::data(rest))));
                }
            }
        }
    }
}

/// Returns the limit that a decoder hit, or else its own error.
fn cause(error: io::Error) -> BoxError {
    match error.downcast::<ReadError>() {
        Ok(error) => error.into(),
        Err(error) => error.into(),
    }
}
