//! The form of an entry in Redis: a version, a hash of the rest and of the entry's name, and the rest.
//!
//! Whatever does not have this form is treated as if it did not exist: a value of another program or version, a value
//! that was cut off, or one that was copied from another name.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

use super::entry::{Entry, Tags, Times};

/// The version of the form.
const VERSION: u8 = 1;

/// The length of the version and of the hash.
const START: usize = 33;

/// An entry from Redis.
pub(super) struct Decoded {
    /// How long it may be used, in milliseconds.
    pub(super) fresh: u64,
    pub(super) stale: u64,
    pub(super) tokens: Vec<Vec<u8>>,
    status: StatusCode,
    content_type: Option<HeaderValue>,
    headers: HeaderMap,
    body: Bytes,
}

impl Decoded {
    pub(super) fn into_entry(self, times: Times, tags: Tags) -> Entry {
        Entry {
            status: self.status,
            headers: self.headers,
            content_type: self.content_type,
            body: self.body,
            times,
            tags,
        }
    }
}

/// Writes an entry.
pub(super) fn encode(
    name: &str,
    entry: &Entry,
    fresh: u64,
    stale: u64,
    tokens: &[Vec<u8>],
) -> Vec<u8> {
    let mut text = vec![0; START];
    text.extend(fresh.to_le_bytes());
    text.extend(stale.to_le_bytes());
    text.extend(entry.status.as_u16().to_le_bytes());
    put_all(&mut text, tokens.iter().map(Vec::as_slice));
    let content_type = entry.content_type.iter().map(HeaderValue::as_bytes);
    put_all(&mut text, content_type);
    let headers = entry.headers.iter();
    let headers = headers.flat_map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()]);
    put_all(&mut text, headers);
    text.extend_from_slice(&entry.body);
    let hash = hash(name, &text[START..]);
    text[0] = VERSION;
    text[1..START].copy_from_slice(&hash);
    text
}

/// Reads an entry, if this module has written it under this name.
pub(super) fn decode(name: &str, text: Bytes) -> Option<Decoded> {
    let (start, mut rest) = text.split_at_checked(START)?;
    if start[0] != VERSION || start[1..] != hash(name, rest) {
        return None;
    }
    let fresh = u64::from_le_bytes(*take(&mut rest)?);
    let stale = u64::from_le_bytes(*take(&mut rest)?);
    let status = StatusCode::from_u16(u16::from_le_bytes(*take(&mut rest)?)).ok()?;
    let tokens = take_all(&mut rest)?;
    let content_type = take_all(&mut rest)?.pop();
    let mut headers = HeaderMap::new();
    for pair in take_all(&mut rest)?.chunks_exact(2) {
        let name = HeaderName::from_bytes(pair[0]).ok()?;
        headers.append(name, HeaderValue::from_bytes(pair[1]).ok()?);
    }
    Some(Decoded {
        fresh,
        stale,
        tokens: tokens.into_iter().map(<[u8]>::to_vec).collect(),
        status,
        content_type: match content_type {
            Some(value) => Some(HeaderValue::from_bytes(value).ok()?),
            None => None,
        },
        headers,
        body: text.slice_ref(rest),
    })
}

fn hash(name: &str, rest: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update((name.len() as u64).to_le_bytes());
    hasher.update(name);
    hasher.update(rest);
    hasher.finalize().into()
}

/// Writes a list of texts.
fn put_all<'p>(text: &mut Vec<u8>, parts: impl Iterator<Item = &'p [u8]>) {
    let count_at = text.len();
    text.extend([0; 4]);
    let mut count = 0_u32;
    for part in parts {
        count += 1;
        text.extend((part.len() as u32).to_le_bytes());
        text.extend_from_slice(part);
    }
    text[count_at..count_at + 4].copy_from_slice(&count.to_le_bytes());
}

/// Reads so many bytes.
fn take<'t, const N: usize>(text: &mut &'t [u8]) -> Option<&'t [u8; N]> {
    let (taken, rest) = text.split_first_chunk()?;
    *text = rest;
    Some(taken)
}

/// Reads a list of texts.
fn take_all<'t>(text: &mut &'t [u8]) -> Option<Vec<&'t [u8]>> {
    let count = u32::from_le_bytes(*take(text)?);
    let mut parts = Vec::new();
    for _ in 0..count {
        let length = u32::from_le_bytes(*take(text)?) as usize;
        let (part, rest) = text.split_at_checked(length)?;
        *text = rest;
        parts.push(part);
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        let mut headers = HeaderMap::new();
        for value in ["1", "2"] {
            headers.append("x-own", HeaderValue::from_static(value));
        }
        Entry {
            status: StatusCode::OK,
            headers,
            content_type: Some(HeaderValue::from_static("text/plain")),
            body: Bytes::from_static(b"body"),
            times: Times {
                created: 0,
                fresh_until: 0,
                usable_until: 0,
            },
            tags: Tags::from([]),
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let tokens = [b"a".to_vec(), Vec::new()];
        let text = encode("name", &entry(), 5, 7, &tokens);
        let read = decode("name", text.into()).unwrap();
        assert_eq!((read.fresh, read.stale), (5, 7));
        assert_eq!(read.tokens, tokens);
        let (entry, own) = (entry(), read.into_entry(entry().times, Tags::from([])));
        assert_eq!(own.headers, entry.headers);
        assert_eq!(own.content_type, entry.content_type);
        assert_eq!((own.status, own.body), (entry.status, entry.body));
    }

    #[test]
    fn nothing_else_is_read() {
        let text = encode("name", &entry(), 5, 7, &[]);
        assert!(decode("other", text.clone().into()).is_none());
        for at in 0..text.len() {
            let mut changed = text.clone();
            changed[at] ^= 1;
            assert!(decode("name", changed.into()).is_none(), "{at}");
            assert!(decode("name", text[..at].to_vec().into()).is_none(), "{at}");
        }
    }
}
