//! Requests with which a browser opens a page.

use http::{HeaderMap, header::ACCEPT};

/// Returns whether the client accepts a page, as FastAPI decides it: whether `Accept` lists HTML by name. Requests
/// for images and scripts, and those of `fetch`, do not.
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).into_iter();
    let mut ranges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges.any(accepts_page)
}

/// Returns whether a media range is a page's, with a weight above zero (RFC 9110, 12.4.2).
fn accepts_page(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_page = matches!(&*media, "text/html" | "application/xhtml+xml");
    let mut weights = parts.filter_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    is_page && !weights.any(|weight| weight.parse() == Ok(0.0))
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, is_navigation};

    #[test]
    fn a_navigation_accepts_html_by_name() {
        for (accept, expected) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                true,
            ),
            ("Text/HTML", true),
            ("application/json, text/html;q=0.1", true),
            ("application/xhtml+xml", true),
            ("text/html; q=wat", true),
            ("text/html;q=0", false),
            ("text/html; q=0.0, */*", false),
            ("*/*", false),
            ("image/avif,image/webp,*/*", false),
            ("text/*", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("accept", accept.parse().unwrap());
            assert_eq!(is_navigation(&headers), expected, "{accept}");
        }
        assert!(!is_navigation(&HeaderMap::new()));
    }
}
