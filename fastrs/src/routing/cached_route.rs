//! What is known about a cached route when the app is built.

use http::{HeaderName, HeaderValue, StatusCode};

use crate::{cache::Lifetime, request::Request};

/// How the responses of a route are cached.
#[derive(Debug)]
pub struct CachedRoute {
    /// What distinguishes the route from all others.
    pub(crate) name: String,
    pub(crate) lifetime: Lifetime,
    pub(crate) tags: Vec<TagTemplate>,
    /// The headers and cookies on which a response depends.
    pub(crate) headers: Vec<HeaderName>,
    pub(crate) cookies: Vec<String>,
    /// Whether it depends on the sessions or on the certificate of the client.
    #[cfg_attr(not(feature = "sessions"), allow(dead_code))]
    pub(crate) sessions: bool,
    #[cfg_attr(not(feature = "tls"), allow(dead_code))]
    pub(crate) certificate: bool,
    /// Whether a response is for one identity only, so that no shared cache may store it.
    pub(crate) is_private: bool,
    /// The headers on which it depends, for `Vary`.
    pub(crate) vary: Option<HeaderValue>,
    pub(crate) statuses: Vec<StatusCode>,
}

/// A tag with the placeholders of the path: `user:<id>`.
#[derive(Debug, Default)]
pub(crate) struct TagTemplate(pub(crate) Vec<TagPiece>);

#[derive(Debug)]
pub(crate) enum TagPiece {
    Text(String),
    /// The index of a placeholder.
    Value(usize),
}

/// Returns the tag of all responses of a route, which no tag of an attribute can be.
pub(super) fn tag_of(name: &str, path: &str) -> String {
    format!("\0{name} {path}")
}

impl TagTemplate {
    /// Returns the tag of all responses of a route.
    pub(crate) fn of_route(name: &str, path: &str) -> Self {
        Self(vec![TagPiece::Text(tag_of(name, path))])
    }

    pub(super) fn fill(&self, request: &Request) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            TagPiece::Text(text) => text,
            TagPiece::Value(index) => request.path_value(*index).unwrap_or_default(),
        });
        pieces.collect()
    }
}
