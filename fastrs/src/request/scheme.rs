//! The scheme of a request's URL.

use http::{Extensions, Uri};

/// Says that a request came over HTTPS: an extension that the server or a trusted proxy's header sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OverHttps;

/// Returns the scheme of a request's URL.
pub(crate) fn scheme_of(extensions: &Extensions, uri: &Uri) -> &'static str {
    match extensions.get::<OverHttps>().is_some() || uri.scheme_str() == Some("https") {
        true => "https",
        false => "http",
    }
}
