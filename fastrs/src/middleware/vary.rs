//! The header `Vary` (RFC 9110, 12.5.5).

use http::{HeaderMap, HeaderValue, header::VARY};

/// Adds a header's name to `Vary`, unless it contains the name.
pub(super) fn add_vary(headers: &mut HeaderMap, name: &'static str) {
    let Some(first) = headers.get(VARY) else {
        headers.insert(VARY, HeaderValue::from_static(name));
        return;
    };
    let is_listed = |value: &HeaderValue| {
        let mut names = value.as_bytes().split(|byte| *byte == b',');
        names.any(|listed| {
            let listed = listed.trim_ascii();
            listed == b"*" || listed.eq_ignore_ascii_case(name.as_bytes())
        })
    };
    if headers.get_all(VARY).iter().any(is_listed) {
        return;
    }
    // One line, as Starlette writes it.
    let joined = [first.as_bytes(), b", ", name.as_bytes()].concat();
    if let Ok(joined) = HeaderValue::from_bytes(&joined)
        && let Some(first) = headers.get_mut(VARY)
    {
        *first = joined;
    }
}
