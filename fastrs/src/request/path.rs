//! The path that routing, arguments and layers all use.

use std::{borrow::Cow, ops::Range};

use http::Uri;
use percent_encoding::percent_decode_str;
use smallvec::SmallVec;

/// A request's path, percent-decoded once. Where nothing was encoded, it is the text of the URI itself.
#[derive(Debug, Default)]
pub(crate) struct CanonicalPath(Option<Box<Decoded>>);

#[derive(Debug)]
struct Decoded {
    text: String,
    lossy: bool,
}

impl CanonicalPath {
    #[inline]
    pub(crate) fn of(uri: &Uri) -> Self {
        let raw = uri.path();
        match raw.as_bytes().contains(&b'%') {
            true => Self(Some(Box::new(Decoded::of(raw)))),
            false => Self(None),
        }
    }

    /// Returns the path of `routed`, the URI that was routed, for a request whose URI is now `now`.
    pub(crate) fn routed(routed: &Uri, now: &Uri) -> Self {
        match routed.path() == now.path() {
            true => Self::of(now),
            false => Self(Some(Box::new(Decoded::of(routed.path())))),
        }
    }

    #[inline]
    pub(crate) fn as_str<'a>(&'a self, uri: &'a Uri) -> &'a str {
        match &self.0 {
            Some(decoded) => &decoded.text,
            None => uri.path(),
        }
    }

    pub(crate) fn is_lossy(&self) -> bool {
        self.0.as_ref().is_some_and(|decoded| decoded.lossy)
    }
}

impl Decoded {
    #[cold]
    fn of(raw: &str) -> Self {
        let decoded = percent_decode_str(raw);
        let (text, lossy) = match decoded.clone().decode_utf8() {
            Ok(text) => (text, false),
            Err(_) => (decoded.decode_utf8_lossy(), true),
        };
        Self {
            text: text.into_owned(),
            lossy,
        }
    }
}

/// The positions of the placeholder values in the canonical path, in the order of the route's path.
#[derive(Debug, Default, Clone)]
pub(crate) struct PathValues(SmallVec<[(u32, u32); FEW]>);

/// The number of values stored without an allocation.
const FEW: usize = 4;

impl PathValues {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    #[inline]
    pub(crate) fn push(&mut self, range: Range<usize>) {
        // A request line is far shorter than 4 GiB: the server rejects longer ones.
        self.0.push((range.start as u32, range.end as u32));
    }

    pub(crate) fn range(&self, index: usize) -> Option<Range<usize>> {
        let (start, end) = *self.0.get(index)?;
        Some(start as usize..end as usize)
    }
}

/// Returns the byte range of `part` within `whole`, of which it is a slice.
pub(crate) fn range_in(whole: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    start..start + part.len()
}

/// Percent-encodes characters that are not allowed in a path or that browsers interpret differently: they treat `\\`
/// as a slash. Existing escapes stay unchanged.
pub(crate) fn encode(path: &str) -> Cow<'_, str> {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const UNSAFE: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'<')
        .add(b'>')
        .add(b'`')
        .add(b'#')
        .add(b'?')
        .add(b'{')
        .add(b'}')
        .add(b'\\');
    utf8_percent_encode(path, UNSAFE).into()
}
