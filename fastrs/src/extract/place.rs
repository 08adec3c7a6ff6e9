//! The places that hold text: `#[path]`, `#[query]`, `#[header]`, `#[cookie]`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Arg, In, ParamSpec,
    scalar::{describe, is_absent, read_any},
    source::Source,
};
use crate::{openapi::Operation, request::Context};

/// `#[path]`: a placeholder of the path, or of a router's prefix.
#[derive(Debug)]
pub struct Path;

/// `#[query]`: the query string.
#[derive(Debug)]
pub struct Query;

/// `#[header]`: a header.
#[derive(Debug)]
pub struct Header;

/// `#[cookie]`: a cookie.
#[derive(Debug)]
pub struct Cookie;

macro_rules! places {
    ($($place:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'r, T: Deserialize<'r> + JsonSchema + Send> In<'r, $place> for T {
            fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
                describe::<T>(spec, op, default);
            }

            fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
                read_any(spec, Source::of(spec, cx), cx)
            }

            fn is_absent(spec: &ParamSpec, cx: &mut Context<'r>) -> bool {
                let compiled = spec.compiled::<T>();
                // Others say themselves that nothing was sent.
                compiled.may_be_empty() && is_absent(spec, compiled, Source::of(spec, cx))
            }
        }
    )*};
}

places!(Path, Query, Header, Cookie);
