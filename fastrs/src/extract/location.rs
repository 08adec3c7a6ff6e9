//! The locations from which an attribute can read an argument. The path, the query, headers and cookies hold text.

use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Arg, BodyKind, FromLocation, ParamSpec,
    body::{self, describe_json, read_json},
    check::accept,
    form::{self, describe_form, read_form},
    scalar::{self, describe, read_any},
    source::Source,
};
use crate::{
    model::{is_nullable, none},
    openapi::Operation,
    request::Context,
    schema::TypeSchema,
};

/// `#[path]`: a placeholder in the path or in a router's prefix.
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

/// `#[body]`: the JSON body, or one key of it.
#[derive(Debug)]
pub struct Body;

/// `#[form]`: a form in the body.
#[derive(Debug)]
pub struct Form;

/// `#[form]` on an `Option<Json<T>>`. It is separate from [`Form`] because the compiler assumes that serde may
/// implement its traits for such an `Option`.
#[derive(Debug)]
pub struct OptionalJson;

/// `#[file]`: a file in a multipart form.
#[derive(Debug)]
pub struct File;

macro_rules! locations {
    ($($location:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'r, T: Deserialize<'r> + JsonSchema + Send> FromLocation<'r, $location> for T {
            fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
                describe(spec, op, default, TypeSchema::of::<T>(), is_nullable::<T>);
            }

            fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
                let mut value = None;
                let read = read_any(spec, Source::of(spec, cx), TypeSchema::of::<T>(), &mut value, cx);
                Arg::of(value, read)
            }

            fn take_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Option<T> {
                let mut value = None;
                let read = read_any(spec, Source::of(spec, cx), TypeSchema::of::<T>(), &mut value, cx);
                match accept(read, spec, cx) {
                    true => value,
                    false => None,
                }
            }

            fn is_absent(spec: &ParamSpec, cx: &mut Context<'r>) -> bool {
                is_absent(spec, TypeSchema::of::<T>(), cx)
            }
        }
    )*};
}

locations!(Path, Query, Header, Cookie);

#[diagnostic::do_not_recommend]
impl<'r, T: DeserializeOwned + JsonSchema + Send + 'static> FromLocation<'r, Body> for T {
    const BODY: BodyKind = BodyKind::Json;

    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
        describe_json(spec, op, default, TypeSchema::of::<T>(), is_nullable::<T>);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
        let mut value = None;
        let read = read_json(&mut value, spec, cx, |_, _| {});
        match Arg::of(value, read) {
            Arg::Missing if !spec.is_required() => none().map_or(Arg::Missing, Arg::Value),
            read => read,
        }
    }

    fn is_absent(spec: &ParamSpec, cx: &mut Context<'r>) -> bool {
        body::is_absent(spec, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<'r, T: DeserializeOwned + JsonSchema + Send + 'static> FromLocation<'r, Form> for T {
    const BODY: BodyKind = BodyKind::Form;

    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
        describe_form(spec, op, default, TypeSchema::of::<T>(), is_nullable::<T>);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
        let mut value = None;
        let read = read_form(&mut value, spec, cx);
        Arg::of(value, read)
    }

    fn is_absent(spec: &ParamSpec, cx: &mut Context<'r>) -> bool {
        form::is_absent(spec, TypeSchema::of::<T>(), cx)
    }
}

/// Returns whether no part of an argument was sent, if its type can be empty. For any other type, this is
/// `false`, since reading the argument reports that it is missing.
fn is_absent(spec: &ParamSpec, of: TypeSchema, cx: &Context<'_>) -> bool {
    let compiled = spec.compiled(of);
    compiled.may_be_empty() && scalar::is_absent(spec, compiled, Source::of(spec, cx))
}
