//! Entity tags in conditional requests (RFC 9110, 8.8.3).

use http::{HeaderMap, HeaderName};

/// Returns whether a header is `*` or lists an entity tag that `compare` finds equal to the response's.
pub(crate) fn lists(
    request: &HeaderMap,
    name: &HeaderName,
    etag: Option<&str>,
    compare: fn(&str, &str) -> bool,
) -> bool {
    let values = request.get_all(name).into_iter();
    values.filter_map(|value| value.to_str().ok()).any(|list| {
        list.trim() == "*" || etag.is_some_and(|etag| tags(list).any(|tag| compare(tag, etag)))
    })
}

/// Returns the entity tags of a list. A tag may contain commas.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let opening = rest.find('"')?;
        let closing = opening + 1 + rest[opening + 1..].find('"')?;
        let (tag, after) = rest.split_at(closing + 1);
        rest = after;
        Some(tag)
    })
}

/// Compares two entity tags weakly.
pub(crate) fn is_similar(tag: &str, other: &str) -> bool {
    tag.trim_start_matches("W/") == other.trim_start_matches("W/")
}
