//! Handler arguments: how each is read from a request, and how it is described in the OpenAPI document.
//!
//! One impl does both, and `describe` has no default body, so every argument that can be read is also documented.

mod body;
mod check;
#[cfg(feature = "multipart")]
mod file;
#[cfg(feature = "multipart")]
mod file_field;
mod form;
#[cfg(feature = "multipart")]
mod form_files;
mod json_field;
#[doc(hidden)]
pub mod location;
mod model;
mod names;
mod nullable;
mod parts;
mod scalar;
mod source;
mod spec;

pub use check::{Constrained, DefaultFor, Unconstrained, Unvalidated, Validated, validated};
#[cfg(feature = "multipart")]
pub use file::{FileArgument, files_fit};
pub use model::{Element, Reads};
pub use parts::ClientAddr;
pub use spec::{Location, ParamSpec};

pub use crate::{body::BodyKind, openapi::Operation, request::Context};

pub(crate) use body::deserialize_error;
#[cfg(feature = "websocket")]
pub(crate) use body::read_json;
pub(crate) use check::accept_arg;

use serde_json::Value;

use crate::request::Failure;

/// A type that a handler can take without an attribute: a scalar, a `#[model]`, or a user's own extractor.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::extract::{Arg, Context, FromRequest, Operation, ParamSpec};
///
/// /// Whether the client asked for a dry run.
/// struct DryRun(bool);
///
/// impl FromRequest<'_> for DryRun {
///     fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
///         use fastrs::openapi::{Parameter, ParameterLocation};
///         let schema = op.input_schema::<Option<String>>();
///         op.parameter(Parameter::new("x-dry-run", ParameterLocation::Header, schema));
///     }
///
///     fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
///         Arg::Value(DryRun(cx.request().headers().contains_key("x-dry-run")))
///     }
/// }
///
/// #[delete("/items/<id>")]
/// async fn remove(id: u64, dry_run: DryRun) -> String {
///     format!("{id} {}", dry_run.0)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "fastrs cannot read an argument of type `{Self}` from a request",
    label = "has no source",
    note = "if a dependency provides it, name the dependency: `#[depends(provider)]`",
    note = "if it is the JSON body, put `#[model]` on the type; `#[query]`, `#[header]`, `#[form]` and `#[body]` read any type that is `Deserialize` and `JsonSchema`"
)]
pub trait FromRequest<'r>: Sized + Send {
    /// Whether and how the argument reads the body. A request has only one body.
    const BODY: BodyKind = BodyKind::None;

    /// Whether it is a model with an uploaded file, which JSON cannot contain.
    #[doc(hidden)]
    const FILES: bool = false;

    /// Adds everything that [`extract`](Self::extract) reads, and every response it can cause, to the operation.
    fn describe(spec: &ParamSpec, op: &mut Operation<'_>);

    /// Reads the argument.
    ///
    /// The body has already been received if [`BODY`](Self::BODY) says that it is read. Anything else that takes
    /// time belongs in a dependency.
    fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self>;

    /// Returns the value, or reports to the context why there is none.
    #[doc(hidden)]
    fn take(spec: &ParamSpec, cx: &mut Context<'r>) -> Option<Self> {
        accept_arg(Self::extract(spec, cx), spec, cx)
    }
}

/// A type that an argument with a location (`#[query]`, `#[header]`, `#[body]`, ..) can have: any type that serde
/// deserializes and schemars describes.
#[diagnostic::on_unimplemented(
    message = "fastrs cannot read a `{Self}` from this part of a request",
    label = "not `Deserialize`, or not `JsonSchema`",
    note = "put `#[model]` on the type, or derive `Deserialize` and `JsonSchema` for it"
)]
pub trait FromLocation<'r, P>: Sized + Send {
    /// Whether and how the argument reads the body.
    const BODY: BodyKind = BodyKind::None;

    /// Adds the parameter, or one parameter for each field of a struct, to the operation, with the argument's
    /// default.
    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>);

    /// Reads the argument.
    fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self>;

    /// Returns the value, or reports to the context why there is none.
    #[doc(hidden)]
    fn take_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Option<Self> {
        accept_arg(Self::extract_in(spec, cx), spec, cx)
    }

    /// Returns whether no part of the argument was sent, so that its default applies.
    fn is_absent(_: &ParamSpec, _: &mut Context<'r>) -> bool {
        false
    }
}

/// The result of reading an argument.
#[derive(Debug)]
#[non_exhaustive]
pub enum Arg<T> {
    /// It was sent and is valid.
    Value(T),
    /// It was not sent: `None` for an `Option`, the default if there is one, otherwise an error in a 422.
    Missing,
    /// It was sent and is invalid: reported by [`Context::reject`] as an error in a 422.
    Invalid,
    /// The request fails with this error, whatever else is wrong with it.
    Failed(Failure),
}

/// The reason why an argument has no value, returned by code that does not depend on the argument's type.
pub(crate) enum NoValue {
    Missing,
    Invalid,
    Failed(Failure),
}

impl<T> Arg<T> {
    /// Combines the value that was read with the reason why it was not.
    fn of(value: Option<T>, read: Result<(), NoValue>) -> Self {
        match read {
            Ok(()) => match value {
                Some(value) => Arg::Value(value),
                None => Arg::Missing,
            },
            Err(NoValue::Missing) => Arg::Missing,
            Err(NoValue::Invalid) => Arg::Invalid,
            Err(NoValue::Failed(failure)) => Arg::Failed(failure),
        }
    }

    /// Applies `f` to a value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Arg<U> {
        match self {
            Arg::Value(value) => Arg::Value(f(value)),
            Arg::Missing => Arg::Missing,
            Arg::Invalid => Arg::Invalid,
            Arg::Failed(failure) => Arg::Failed(failure),
        }
    }

    /// Returns both values, or else the first failure, or else `Invalid`.
    pub(crate) fn and<U>(self, other: Arg<U>) -> Arg<(T, U)> {
        match (self, other) {
            (Arg::Value(a), Arg::Value(b)) => Arg::Value((a, b)),
            (Arg::Failed(failure), _) | (_, Arg::Failed(failure)) => Arg::Failed(failure),
            _ => Arg::Invalid,
        }
    }
}

/// Returns the values of a signature's arguments, `(A, (B, ()))`, if each has one.
///
/// Written without `?` and closures, which would be compiled for each pair of types.
#[allow(clippy::question_mark, clippy::manual_map)]
#[inline]
pub fn both<A, B>(first: Option<A>, rest: Option<B>) -> Option<(A, B)> {
    let Some(first) = first else {
        return None;
    };
    match rest {
        Some(rest) => Some((first, rest)),
        None => None,
    }
}

#[diagnostic::do_not_recommend]
impl<'r, T: FromRequest<'r>> FromRequest<'r> for Option<T> {
    const BODY: BodyKind = T::BODY;
    const FILES: bool = T::FILES;

    fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        op.optional(|op| T::describe(&spec.optional(), op));
    }

    fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
        match T::extract(spec, cx) {
            Arg::Missing => {
                cx.take_blank();
                Arg::Value(None)
            }
            found => found.map(Some),
        }
    }
}
