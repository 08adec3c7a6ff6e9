//! A piece of a body.

use bytes::{Buf, Bytes};

/// One piece of a body, in the form in which it was passed.
#[derive(Debug)]
pub(crate) struct Chunk(Piece);

#[derive(Debug)]
enum Piece {
    Static(&'static [u8]),
    /// The bytes, and how many of them are already consumed.
    Vec(Vec<u8>, usize),
    Bytes(Bytes),
}

impl Chunk {
    /// Returns the remaining bytes.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self.0 {
            Piece::Static(bytes) => Bytes::from_static(bytes),
            Piece::Vec(bytes, taken) => Bytes::from(bytes).split_off(taken),
            Piece::Bytes(bytes) => bytes,
        }
    }
}

impl Buf for Chunk {
    #[inline]
    fn remaining(&self) -> usize {
        self.chunk().len()
    }

    #[inline]
    fn chunk(&self) -> &[u8] {
        match &self.0 {
            Piece::Static(bytes) => bytes,
            Piece::Vec(bytes, taken) => &bytes[*taken..],
            Piece::Bytes(bytes) => bytes,
        }
    }

    #[inline]
    fn advance(&mut self, count: usize) {
        match &mut self.0 {
            Piece::Static(bytes) => *bytes = &bytes[count..],
            Piece::Vec(bytes, taken) => {
                assert!(count <= bytes.len() - *taken, "advance past the end");
                *taken += count;
            }
            Piece::Bytes(bytes) => bytes.advance(count),
        }
    }
}

impl From<&'static [u8]> for Chunk {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Piece::Static(bytes))
    }
}

impl From<Vec<u8>> for Chunk {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Piece::Vec(bytes, 0))
    }
}

impl From<Bytes> for Chunk {
    fn from(bytes: Bytes) -> Self {
        Self(Piece::Bytes(bytes))
    }
}
