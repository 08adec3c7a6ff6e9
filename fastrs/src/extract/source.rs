//! The named strings in one part of a request: the path, the query, a form, headers or cookies.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName};

use super::{Location, ParamSpec};
use crate::{
    model::TextSource,
    request::{Context, Query, Request, decode_lossy},
};

/// One part of a request that holds text.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// The text of a placeholder, whatever name is looked up, and whether the path is invalid UTF-8.
    Path(Option<&'a str>, bool),
    /// The pairs of a query, and the text that they were split from.
    Pairs(&'a Query, &'a str),
    /// The pairs of a form, and the text that they were split from. An empty field counts as not filled in, unless it
    /// is a list.
    Form(&'a Query, &'a str),
    Headers(&'a HeaderMap),
    Cookies(&'a Request),
}

impl<'r> Source<'r> {
    /// Returns the source of an argument that is not read from the body.
    #[inline]
    pub(super) fn of(spec: &ParamSpec, cx: &Context<'r>) -> Self {
        let request = cx.request();
        match spec.location() {
            Location::Path => Self::Path(cx.path_value(spec.argument()), request.path_was_lossy()),
            Location::Header => Self::Headers(request.headers()),
            Location::Cookie => Self::Cookies(request),
            Location::Query | Location::Bare | Location::Body | Location::Form | Location::File => {
                Self::Pairs(request.query(), request.raw_query())
            }
        }
    }
}

impl<'a> TextSource<'a> for Source<'a> {
    fn all(&self, name: &str) -> Vec<Cow<'a, str>> {
        match *self {
            Self::Path(text, _) => text.map(Cow::Borrowed).into_iter().collect(),
            Self::Headers(headers) => headers.get_all(name).iter().map(header_text).collect(),
            Self::Pairs(..) | Self::Form(..) | Self::Cookies(_) => {
                let mut all = Vec::new();
                self.visit(&mut |key, value| {
                    if key == name {
                        all.push(value);
                    }
                });
                all
            }
        }
    }

    fn last(&self, name: &str) -> Option<Cow<'a, str>> {
        match *self {
            Self::Path(text, _) => text.map(Cow::Borrowed),
            Self::Pairs(query, raw) => query.last(raw, name).map(Cow::Borrowed),
            Self::Form(query, raw) => {
                let last = query.last(raw, name)?;
                (!last.is_empty()).then_some(Cow::Borrowed(last))
            }
            Self::Headers(headers) => headers.get(name).map(header_text),
            Self::Cookies(_) => {
                let mut last = None;
                self.visit(&mut |key, value| {
                    if key == name {
                        last = Some(value);
                    }
                });
                last
            }
        }
    }
}

impl<'a> Source<'a> {
    /// Returns the source that lists are read from: it keeps the empty fields of a form.
    pub(super) fn for_lists(self) -> Self {
        match self {
            Self::Form(query, raw) => Self::Pairs(query, raw),
            other => other,
        }
    }

    /// Returns the first header with a parsed name.
    pub(super) fn first_header(&self, name: &HeaderName) -> Option<Cow<'a, str>> {
        match *self {
            Self::Headers(headers) => headers.get(name).map(header_text),
            _ => None,
        }
    }

    /// Returns the names that were sent, in order, without duplicates.
    pub(super) fn names(&self) -> Vec<Cow<'a, str>> {
        let mut names = Vec::new();
        self.visit(&mut |name, _| {
            if !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }

    /// Calls `visit` with each name and value, in order. The text of a placeholder has no name.
    fn visit(&self, visit: &mut dyn FnMut(Cow<'a, str>, Cow<'a, str>)) {
        match *self {
            Self::Path(..) => {}
            Self::Pairs(query, raw) | Self::Form(query, raw) => {
                for (key, value) in query.pairs(raw) {
                    visit(Cow::Borrowed(key), Cow::Borrowed(value));
                }
            }
            Self::Headers(headers) => {
                for (name, value) in headers {
                    visit(Cow::Borrowed(name.as_str()), header_text(value));
                }
            }
            Self::Cookies(request) => request.visit_cookies(visit),
        }
    }

    /// Returns whether a string was decoded from bytes that are not UTF-8.
    pub(super) fn is_invalid_utf8(&self, text: &str) -> bool {
        self.may_be_invalid_utf8() && text.contains(char::REPLACEMENT_CHARACTER)
    }

    /// Returns whether any string with this name was decoded from bytes that are not UTF-8.
    pub(super) fn has_invalid_utf8(&self, name: &str) -> bool {
        self.may_be_invalid_utf8() && self.all(name).iter().any(|text| self.is_invalid_utf8(text))
    }

    #[inline]
    pub(super) fn may_be_invalid_utf8(&self) -> bool {
        match *self {
            Self::Path(_, lossy) => lossy,
            Self::Pairs(query, _) | Self::Form(query, _) => query.is_lossy(),
            Self::Headers(_) | Self::Cookies(_) => true,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.last(name).is_some()
    }
}

/// Decodes a header's value. Invalid UTF-8 becomes U+FFFD, which the reader rejects.
fn header_text(value: &http::HeaderValue) -> Cow<'_, str> {
    decode_lossy(value.as_bytes())
}
