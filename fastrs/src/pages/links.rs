//! The header `Link` of a list: where its other parts are (RFC 8288).

use std::fmt::Write;

use http::{HeaderValue, header::LINK};
use percent_encoding::{percent_decode_str, utf8_percent_encode};

use crate::{
    openapi::HeaderDoc,
    request::{Request, encode},
    response::{NOT_IN_A_URI, ResponseParts},
};

/// The maximum length of the header in bytes. Proxies allow all headers of a response 4 to 8 KiB.
const MAX_LENGTH: usize = 4096;

/// Where a list was requested: its URL, without the parameters that choose a part.
#[derive(Clone, Debug)]
pub(super) struct ListUrl {
    /// The URL up to its path.
    path: String,
    /// The other parameters, as the client encoded them, each with a `&` behind it.
    query: String,
}

impl ListUrl {
    /// Returns the URL of a request to a list whose parts these parameters choose.
    pub(super) fn of(request: &Request, parameters: &[&str]) -> Self {
        let (scheme, host) = request.scheme_and_host();
        let mut path = match host {
            "" => String::new(),
            host => format!("{scheme}://{host}"),
        };
        path.push_str(&encode(request.root_path()));
        path.extend(utf8_percent_encode(request.uri().path(), NOT_IN_A_URI));
        let mut query = String::new();
        for pair in request.raw_query().split('&') {
            let name = pair.split_once('=').map_or(pair, |(name, _)| name);
            let name = percent_decode_str(name).decode_utf8_lossy();
            if !pair.is_empty() && !parameters.contains(&&*name) {
                query.extend(utf8_percent_encode(pair, NOT_IN_A_URI));
                query.push('&');
            }
        }
        Self { path, query }
    }

    /// Returns the URL of the part that these parameters choose.
    pub(super) fn with(&self, parameters: std::fmt::Arguments<'_>) -> String {
        format!("{}?{}{parameters}", self.path, self.query)
    }
}

/// Links to the other parts of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Links(String);

impl Links {
    /// Adds a link with its relation, such as `next`.
    pub(super) fn add(&mut self, relation: &str, url: &str) {
        let separator = if self.0.is_empty() { "" } else { ", " };
        write!(self.0, "{separator}<{url}>; rel=\"{relation}\"").ok();
    }

    /// Adds the header to a response, unless a proxy might reject it.
    pub(super) fn add_to(self, response: ResponseParts) -> ResponseParts {
        match HeaderValue::try_from(self.0) {
            Ok(links) if (1..=MAX_LENGTH).contains(&links.len()) => {
                response.with_header(LINK, links)
            }
            _ => response,
        }
    }

    /// Describes the header.
    pub(super) fn describe(relations: &str) -> HeaderDoc {
        let mut header = HeaderDoc::new("Link");
        header.description = Some(format!(
            "The URLs of other parts of the list (RFC 8288): {relations}."
        ));
        header
    }
}
