//! The head of a request that a test builds.

use std::fmt::Display;

use http::HeaderMap;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::header;
use crate::model::encode_base64;

/// The characters that httpx and browsers encode in a path that is written by hand.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The parts that a request and a handshake have in common.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) cookies: Vec<(String, String)>,
}

impl RequestHead {
    pub(super) fn new(path: &str) -> Self {
        Self {
            target: utf8_percent_encode(path, UNSAFE).to_string(),
            headers: HeaderMap::new(),
            cookies: Vec::new(),
        }
    }

    #[track_caller]
    pub(super) fn header(&mut self, name: &str, value: &dyn Display) {
        let (name, value) = header(name, &value.to_string());
        self.headers.append(name, value);
    }

    #[track_caller]
    pub(super) fn basic(&mut self, username: &str, password: &str) {
        let pair = encode_base64(format!("{username}:{password}").as_bytes());
        self.header("authorization", &format_args!("Basic {pair}"));
    }

    pub(super) fn query<K: AsRef<str>, V: Display>(&mut self, pairs: &[(K, V)]) {
        let query = encode(pairs);
        if !query.is_empty() {
            let is_first = !self.target.contains('?');
            self.target.push(if is_first { '?' } else { '&' });
            self.target.push_str(&query);
        }
    }

    pub(super) fn cookie(&mut self, name: &str, value: &str) {
        self.cookies.push((name.to_owned(), value.to_owned()));
    }
}

/// Returns pairs as a query or a form.
pub(super) fn encode<K: AsRef<str>, V: Display>(pairs: &[(K, V)]) -> String {
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    for (key, value) in pairs {
        encoded.append_pair(key.as_ref(), &value.to_string());
    }
    encoded.finish()
}
