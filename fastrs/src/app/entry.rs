//! What happens to a request before everything else: what proxies say about it is applied, and its root path is removed.

use std::net::SocketAddr;

use http::{HeaderMap, request::Parts};

use crate::{middleware::ProxyHeaders, request::RootPath};

/// What is known about the proxies in front of an app.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) root_path: Option<RootPath>,
    pub(super) proxies: Option<ProxyHeaders>,
    pub(super) mistakes: Vec<String>,
}

impl Entry {
    /// Returns what is wrong with the settings.
    pub(super) fn mistakes(&self) -> impl Iterator<Item = String> {
        let proxies = self.proxies.iter().flat_map(ProxyHeaders::mistakes);
        let proxies = proxies.map(|mistake| format!("`ProxyHeaders`: {mistake}"));
        self.mistakes.iter().cloned().chain(proxies)
    }

    /// Returns whether no request changes.
    pub(super) fn is_empty(&self) -> bool {
        self.root_path.is_none() && self.proxies.is_none()
    }

    /// Takes what this does not set from the environment.
    pub(super) fn or(self, environment: Self) -> Self {
        Self {
            root_path: self.root_path.or(environment.root_path),
            proxies: self.proxies.or(environment.proxies),
            ..self
        }
    }

    /// Applies what is known to a request, and returns the client's address.
    pub(super) fn apply(&self, parts: &mut Parts, peer: Option<SocketAddr>) -> Option<SocketAddr> {
        // Its mount has already removed the prefix.
        let is_mounted = parts.extensions.get::<RootPath>().is_some();
        let client = match &self.proxies {
            Some(proxies) => proxies.apply(parts, peer),
            None => peer,
        };
        if is_mounted {
            return client;
        }
        let from_proxy = parts.extensions.get::<RootPath>();
        if let Some(root_path) = from_proxy.or(self.root_path.as_ref()).cloned() {
            if let Some(uri) = root_path.strip(&parts.uri) {
                parts.uri = uri;
            }
            parts.extensions.insert(root_path);
        }
        client
    }

    /// Returns the client's address, for the access log.
    pub(super) fn client(
        &self,
        headers: &HeaderMap,
        peer: Option<SocketAddr>,
    ) -> Option<SocketAddr> {
        match &self.proxies {
            Some(proxies) => proxies.client(headers, peer),
            None => peer,
        }
    }
}
