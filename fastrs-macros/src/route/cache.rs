//! Reads `cache(seconds = 60, tags = ["users"])`.

use proc_macro2::TokenStream;
use syn::LitStr;

use super::model::{CacheAttr, RouteAttr};
use crate::errors::Errors;
use crate::keys::{self, Key, Value};
use crate::paths::{emit, private};
use crate::status::Status;

/// The keys in the parentheses of `cache(..)`.
const KEYS: &[&str] = &["seconds", "stale", "tags", "by", "shared", "statuses"];

pub(super) fn read(key: &Key, errors: &mut Errors) -> Option<CacheAttr> {
    let Value::List(tokens) = &key.value else {
        errors.at(
            key.span(),
            "`cache` takes its keys in parentheses: `cache(seconds = 60)`",
        );
        return None;
    };
    let (mut seconds, mut stale, mut by) = (None, None, None);
    let (mut tags, mut shared, mut statuses) = (Vec::new(), false, Vec::new());
    let written = keys::read_tokens(tokens.clone(), "`cache(..)`", KEYS, errors);
    for inner in &written {
        match inner.name().as_str() {
            "seconds" => seconds = inner.expr(errors),
            "stale" => stale = inner.expr(errors),
            "tags" => tags = literals(inner, "a tag", errors),
            "by" => by = Some(literals(inner, "the name of a header", errors)),
            "shared" => shared = inner.flag(errors),
            _ => {
                let listed = inner.array(errors).into_iter();
                statuses = listed
                    .filter_map(|expr| Status::read(expr, errors))
                    .collect();
            }
        }
    }
    let is_written = written.iter().any(|inner| inner.name() == "seconds");
    if !is_written {
        errors.at(
            key.span(),
            "`cache` needs to know for how long: `cache(seconds = 60)`",
        );
    }
    Some(CacheAttr {
        span: key.span(),
        seconds: seconds?,
        stale,
        tags,
        by,
        shared,
        statuses,
    })
}

fn literals(key: &Key, what: &str, errors: &mut Errors) -> Vec<LitStr> {
    let mistake = format!("{what} must be a string literal");
    let listed = key.array(errors).into_iter();
    listed
        .filter_map(|expr| keys::literal(expr, &mistake, errors))
        .collect()
}

/// Reports a cached route that is not a `GET`.
pub(super) fn check(attr: &RouteAttr, errors: &mut Errors) {
    if let Some(cache) = &attr.cache
        && attr.methods.iter().any(|method| method != "GET")
    {
        errors.at(
            cache.span,
            "only the responses of a `GET` can be cached: remove `cache`, or give the `GET` a handler of its own",
        );
    }
}

impl CacheAttr {
    /// Returns the method calls on the metadata of the route.
    pub(super) fn emit(&self) -> TokenStream {
        let (p, seconds, tags) = (private(), &self.seconds, &self.tags);
        let stale = self.stale.iter();
        let tags = (!tags.is_empty()).then(|| emit!(.tags(&[#(#tags),*])));
        let by = self.by.as_ref().map(|by| emit!(.by(&[#(#by),*])));
        let shared = self.shared.then(|| emit!(.shared()));
        let statuses = self.statuses.iter().map(Status::tokens);
        let statuses = (!self.statuses.is_empty()).then(|| emit!(.statuses(&[#(#statuses),*])));
        emit!(.cache(#p::CacheMeta::new(#seconds)#(.stale(#stale))* #tags #by #shared #statuses))
    }
}
