//! Conditional requests (RFC 9110, 13): a client that has the file, or a part of it, need not receive it again.

use std::{ops::Range, time::SystemTime};

use http::{
    HeaderMap, HeaderName, Method,
    header::{
        ETAG, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
        LAST_MODIFIED, RANGE,
    },
};

use super::range::{Requested, requested};
use crate::response::{is_similar, lists};

/// What to send of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Whole,
    Part(Range<u64>),
    NotModified,
    PreconditionFailed,
    Unsatisfiable,
}

/// Compares the conditions of a `GET` or `HEAD` with the headers of the response, in the order of RFC 9110, 13.2.2.
pub(super) fn decide(
    method: &Method,
    request: &HeaderMap,
    response: &HeaderMap,
    length: u64,
) -> Decision {
    let etag = text(response, &ETAG);
    let modified = date(response, &LAST_MODIFIED);
    let is_later = |than: SystemTime| modified.is_some_and(|modified| modified > than);

    let fails = if request.contains_key(IF_MATCH) {
        !lists(request, &IF_MATCH, etag, is_same)
    } else {
        date(request, &IF_UNMODIFIED_SINCE).is_some_and(is_later)
    };
    if fails {
        return Decision::PreconditionFailed;
    }
    let is_known = if request.contains_key(IF_NONE_MATCH) {
        lists(request, &IF_NONE_MATCH, etag, is_similar)
    } else {
        let since = date(request, &IF_MODIFIED_SINCE);
        modified.is_some() && since.is_some_and(|since| !is_later(since))
    };
    if is_known {
        return Decision::NotModified;
    }
    match text(request, &RANGE) {
        Some(range) if *method == Method::GET && may_resume(request, response) => {
            match requested(range, length) {
                Requested::Whole => Decision::Whole,
                Requested::Part(range) => Decision::Part(range),
                Requested::Unsatisfiable => Decision::Unsatisfiable,
            }
        }
        _ => Decision::Whole,
    }
}

/// Returns whether the part that a client already has is from the same file, which takes a strong comparison.
fn may_resume(request: &HeaderMap, response: &HeaderMap) -> bool {
    match request.get(IF_RANGE) {
        None => true,
        Some(validator) => {
            !validator.as_bytes().starts_with(b"W/")
                && (response.get(ETAG) == Some(validator)
                    || response.get(LAST_MODIFIED) == Some(validator))
        }
    }
}

/// Compares two entity tags strongly: a weak tag equals no other.
fn is_same(tag: &str, other: &str) -> bool {
    tag == other && !tag.starts_with("W/")
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the date in a header. An invalid one is ignored.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, name)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const DATE: &str = "Thu, 29 Oct 2026 19:43:31 GMT";
    const BEFORE: &str = "Thu, 29 Oct 2026 19:43:30 GMT";

    fn decided(conditions: &[(&HeaderName, &str)]) -> Decision {
        let mut request = HeaderMap::new();
        for (name, value) in conditions {
            request.append(*name, HeaderValue::try_from(*value).unwrap());
        }
        let mut response = HeaderMap::new();
        response.insert(ETAG, HeaderValue::from_static("\"a,b\""));
        response.insert(LAST_MODIFIED, HeaderValue::from_static(DATE));
        decide(&Method::GET, &request, &response, 10)
    }

    #[test]
    fn conditions() {
        use Decision::{NotModified, Part, PreconditionFailed, Unsatisfiable, Whole};
        let range = (&RANGE, "bytes=2-3");
        let table = [
            (vec![(&IF_NONE_MATCH, "\"a,b\"")], NotModified),
            (vec![(&IF_NONE_MATCH, "W/\"a,b\"")], NotModified),
            (
                vec![(&IF_NONE_MATCH, "\"x\", W/\"y\" ,\"a,b\"")],
                NotModified,
            ),
            (
                vec![(&IF_NONE_MATCH, "\"x\""), (&IF_NONE_MATCH, "\"a,b\"")],
                NotModified,
            ),
            (vec![(&IF_NONE_MATCH, " * ")], NotModified),
            (vec![(&IF_NONE_MATCH, "\"a\", \"b\", \"a,b")], Whole),
            (
                vec![(&IF_NONE_MATCH, "\"x\""), (&IF_MODIFIED_SINCE, DATE)],
                Whole,
            ),
            (vec![(&IF_MODIFIED_SINCE, DATE)], NotModified),
            (vec![(&IF_MODIFIED_SINCE, BEFORE)], Whole),
            (vec![(&IF_MODIFIED_SINCE, "yesterday")], Whole),
            (vec![(&IF_MATCH, "\"a,b\"")], Whole),
            (vec![(&IF_MATCH, "*")], Whole),
            (vec![(&IF_MATCH, "W/\"a,b\"")], PreconditionFailed),
            (vec![(&IF_MATCH, "\"x\"")], PreconditionFailed),
            (
                vec![(&IF_MATCH, "\"a,b\""), (&IF_UNMODIFIED_SINCE, BEFORE)],
                Whole,
            ),
            (vec![(&IF_UNMODIFIED_SINCE, BEFORE)], PreconditionFailed),
            (vec![(&IF_UNMODIFIED_SINCE, DATE)], Whole),
            (vec![range], Part(2..4)),
            (vec![range, (&IF_RANGE, "\"a,b\"")], Part(2..4)),
            (vec![range, (&IF_RANGE, DATE)], Part(2..4)),
            (vec![range, (&IF_RANGE, BEFORE)], Whole),
            (vec![range, (&IF_RANGE, "W/\"a,b\"")], Whole),
            (vec![range, (&IF_NONE_MATCH, "\"a,b\"")], NotModified),
            (vec![(&RANGE, "bytes=10-")], Unsatisfiable),
            (vec![(&RANGE, "bytes=10-"), (&IF_RANGE, "\"x\"")], Whole),
        ];
        for (conditions, expected) in table {
            assert_eq!(decided(&conditions), expected, "{conditions:?}");
        }
    }
}
