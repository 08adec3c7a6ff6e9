//! Adds or removes the trailing slash of a path.

use percent_encoding::percent_decode_str;

use super::encode;

/// Returns a reference from a request's `path` to the same path with its trailing slash added or removed, with the
/// query.
///
/// The reference is relative to the path's last segment. So it remains valid behind a proxy or a mount that strips
/// a prefix, and it cannot name another host. Returns `None` if there is no such reference: for example, if the
/// last segment is `.` or `..`.
pub(crate) fn slash_reference(path: &str, query: Option<&str>) -> Option<String> {
    let (up, path, slash) = match path.strip_suffix('/') {
        Some(path) => ("../", path, ""),
        None => match path.strip_suffix("%2F").or(path.strip_suffix("%2f")) {
            Some(path) => ("", path, ""),
            None => ("", path, "/"),
        },
    };
    let segment = path.rsplit('/').next().unwrap_or_default();
    let decoded = percent_decode_str(segment).decode_utf8_lossy();
    if matches!(&*decoded, "." | "..") || up.is_empty() && segment.is_empty() {
        return None;
    }
    // `a:b/` would be a URI with the scheme `a` (RFC 3986, 4.2).
    let here = if up.is_empty() && segment.contains(':') {
        "./"
    } else {
        ""
    };
    let segment = encode(segment);
    Some(match query {
        Some(query) => format!("{up}{here}{segment}{slash}?{query}"),
        None => format!("{up}{here}{segment}{slash}"),
    })
}

#[cfg(test)]
mod tests {
    use super::slash_reference;

    #[test]
    fn a_reference_is_relative_to_the_last_segment() {
        for (path, expected) in [
            ("/items", "items/"),
            ("/items/", "../items"),
            ("/a/b/items", "items/"),
            ("/a/b/items/", "../items"),
            ("/a//", "../"),
            ("/a%2Fb/", "../a%2Fb"),
            ("/a%20b", "a%20b/"),
            ("/items%2F", "items"),
            ("/a:b", "./a:b/"),
            ("/a:b/", "../a:b"),
            ("/x/a:b%2f", "./a:b"),
            ("/\\evil.example", "%5Cevil.example/"),
            ("//evil.example/", "../evil.example"),
            ("/...", ".../"),
            ("/caf\u{e9}", "caf%C3%A9/"),
        ] {
            assert_eq!(
                slash_reference(path, None).as_deref(),
                Some(expected),
                "{path}"
            );
        }
        assert_eq!(
            slash_reference("/a/", Some("b=c&d")).as_deref(),
            Some("../a?b=c&d")
        );
    }

    #[test]
    fn there_is_no_reference_if_dots_would_change_it() {
        for path in ["/a/..", "/a/.", "/a/../", "/a/%2e%2E", "/a/.%2e/", "/a/%2F"] {
            assert_eq!(slash_reference(path, None), None, "{path}");
        }
    }
}
