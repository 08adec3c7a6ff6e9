//! Static bytes, uncompressed and compressed, with the headers that clients need to cache them.

use std::{
    fmt,
    io::Write,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use flate2::{Compression, Decompress, FlushDecompress, write::GzEncoder};
use serde_json::Value;

/// A document or a file that is ready to be sent.
///
/// ```
/// use fastrs::openapi::Asset;
///
/// let asset = Asset::new("text/plain; charset=utf-8", "hello");
/// assert_eq!(asset.uncompressed(), "hello");
/// assert!(asset.etag().starts_with('"'));
/// ```
#[derive(Clone)]
pub struct Asset {
    content_type: &'static str,
    given: Given,
    /// The other encoding, created for the first client that accepts it.
    other: Arc<OnceLock<Bytes>>,
    etag: String,
    etag_gzip: String,
    csp: Option<String>,
}

#[derive(Clone)]
enum Given {
    Uncompressed(Bytes),
    #[cfg_attr(not(feature = "docs-ui"), expect(dead_code))]
    Gzip(Bytes),
}

impl Asset {
    /// Creates an asset. Its bytes are compressed for the first client that accepts gzip.
    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let fingerprint = fingerprint(&body);
        Self::given(content_type, Given::Uncompressed(body), fingerprint)
    }

    /// Creates an asset from a value serialized as JSON.
    pub fn json(value: &Value) -> Self {
        let json = serde_json::to_vec(value).expect("a JSON value can be serialized");
        Self::new("application/json", json)
    }

    /// Creates an asset from bytes that were compressed when fastrs was built, and a fingerprint of the uncompressed
    /// bytes.
    #[cfg(feature = "docs-ui")]
    pub(super) fn compressed(content_type: &'static str, gzip: Bytes, fingerprint: u64) -> Self {
        Self::given(content_type, Given::Gzip(gzip), fingerprint)
    }

    fn given(content_type: &'static str, given: Given, fingerprint: u64) -> Self {
        Self {
            content_type,
            given,
            other: Arc::default(),
            etag: format!("\"{fingerprint:016x}\""),
            etag_gzip: format!("\"{fingerprint:016x}-gzip\""),
            csp: None,
        }
    }

    /// Sets the policy that restricts what the page may load.
    pub(super) fn with_csp(mut self, csp: String) -> Self {
        self.csp = Some(csp);
        self
    }

    /// Returns the `Content-Type`.
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Returns the `ETag` of the uncompressed bytes: a strong one, since it depends on the content alone.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// Returns the `ETag` of the compressed bytes, which must differ from that of the uncompressed ones (RFC 9110,
    /// 8.8.3.3).
    pub fn etag_gzip(&self) -> &str {
        &self.etag_gzip
    }

    /// Returns the `Content-Security-Policy` of a page; `None` for other assets.
    pub fn csp(&self) -> Option<&str> {
        self.csp.as_deref()
    }

    /// Returns the `Cache-Control` header: clients may store the asset, and must revalidate it by its `ETag`.
    pub fn cache_control(&self) -> &'static str {
        "no-cache"
    }

    /// Returns the bytes for a client that does not accept gzip.
    pub fn uncompressed(&self) -> Bytes {
        match &self.given {
            Given::Uncompressed(bytes) => bytes.clone(),
            Given::Gzip(gzip) => self.other(gzip, inflate),
        }
    }

    /// Returns the bytes for `Content-Encoding: gzip`.
    pub fn gzip(&self) -> Bytes {
        match &self.given {
            Given::Gzip(gzip) => gzip.clone(),
            Given::Uncompressed(bytes) => self.other(bytes, deflate),
        }
    }

    /// Returns the other encoding of the bytes that were given.
    fn other(&self, given: &[u8], convert: fn(&[u8]) -> Bytes) -> Bytes {
        self.other.get_or_init(|| convert(given)).clone()
    }
}

fn deflate(bytes: &[u8]) -> Bytes {
    let mut gzip = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::default());
    let written = gzip.write_all(bytes).and_then(|()| gzip.finish());
    written.expect("writing to a `Vec` cannot fail").into()
}

fn inflate(gzip: &[u8]) -> Bytes {
    // RFC 1952: a header of 10 bytes, since there are no optional fields, and at the end a checksum and the length.
    let (deflated, trailer) = gzip[10..].split_at(gzip.len() - 18);
    let length = trailer[4..].try_into().map_or(0, u32::from_le_bytes);
    let mut bytes = Vec::with_capacity(length as usize);
    Decompress::new(false)
        .decompress_vec(deflated, &mut bytes, FlushDecompress::Finish)
        .expect("fastrs compressed it");
    bytes.into()
}

impl fmt::Debug for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asset")
            .field("content_type", &self.content_type)
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}

/// Computes FNV-1a, which gives the same result in every build and on every machine. build.rs contains a copy.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compressed_bytes_are_unchanged() {
        let text = "hello ".repeat(100);
        let asset = Asset::new("text/plain", text.clone());
        assert!(asset.gzip().len() < 100);
        let again = Asset::compressed("text/plain", asset.gzip(), fingerprint(text.as_bytes()));
        assert_eq!(again.uncompressed(), text);
        assert_eq!(again.etag(), asset.etag());
    }

    #[test]
    fn different_content_has_a_different_etag() {
        let (a, b) = (Asset::new("text/plain", "a"), Asset::new("text/plain", "b"));
        assert_ne!(a.etag(), b.etag());
        assert_ne!(a.etag(), a.etag_gzip());
        assert_eq!(
            a.etag(),
            "\"af63dc4c8601ec8c\"",
            "FNV-1a of `a`, as published"
        );
    }
}
