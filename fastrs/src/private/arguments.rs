//! Arguments that always compile, even if their type has been rejected: such an argument is never actually read.

use std::marker::PhantomData;

use serde::Serialize;

use super::{Arg, BodyKind, Context, FromLocation, FromRequest, Operation, ParamSpec, json};
use crate::extract::accept_arg;

/// An argument without a location attribute.
#[derive(Debug)]
pub struct Bare<T>(PhantomData<T>);

impl<'r, T: FromRequest<'r>> Bare<T> {
    /// How the argument reads the body.
    pub const BODY: BodyKind = T::BODY;

    /// Describes the argument in the document.
    pub fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        op.reads(spec.argument(), T::BODY);
        let begun_at = op.begin_argument();
        T::describe(spec, op);
        op.end_argument(begun_at, spec.argument());
    }

    /// Reads the argument.
    pub fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Option<T> {
        T::take(spec, cx)
    }
}

/// An argument with a location attribute.
#[derive(Debug)]
pub struct Located<T, P>(PhantomData<(T, P)>);

impl<'r, T: FromLocation<'r, P>, P> Located<T, P> {
    /// How the argument reads the body.
    pub const BODY: BodyKind = T::BODY;

    /// Describes the argument in the document.
    pub fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        op.reads(spec.argument(), T::BODY);
        T::describe_in(spec, op, None);
    }

    /// Describes the argument without its default, which may be a different value each time.
    pub fn describe_optional(spec: &ParamSpec, op: &mut Operation<'_>) {
        op.reads(spec.argument(), T::BODY);
        op.optional(|op| T::describe_in(spec, op, None));
    }

    /// Describes the argument with its default.
    pub fn describe_or(spec: &ParamSpec, op: &mut Operation<'_>, default: impl FnOnce() -> T)
    where
        T: Serialize,
    {
        op.reads(spec.argument(), T::BODY);
        T::describe_in(spec, op, Some(json(default())));
    }

    /// Reads the argument.
    pub fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Option<T> {
        T::take_in(spec, cx)
    }

    /// Reads the argument, or returns its default if it was not sent.
    pub fn extract_or(
        spec: &ParamSpec,
        cx: &mut Context<'r>,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        if T::is_absent(spec, cx) {
            return Some(default());
        }
        match (T::extract_in(spec, cx), T::BODY) {
            (Arg::Missing, BodyKind::None) if !cx.has_blank() => Some(default()),
            // `?n=` is an invalid number, whereas `null` in a body means that there is no value.
            (Arg::Missing, BodyKind::Json | BodyKind::Form) => {
                cx.take_blank();
                Some(default())
            }
            (read, _) => accept_arg(read, spec, cx),
        }
    }
}

/// Fallback for an argument that the compiler has rejected.
pub trait Unreadable {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    const BODY: BodyKind = BodyKind::None;

    #[doc(hidden)]
    fn describe(_: &ParamSpec, _: &mut Operation<'_>) {}

    #[doc(hidden)]
    fn describe_optional(_: &ParamSpec, _: &mut Operation<'_>) {}

    #[doc(hidden)]
    fn describe_or(_: &ParamSpec, _: &mut Operation<'_>, _: impl FnOnce() -> Self::Value) {}

    #[doc(hidden)]
    fn extract(_: &ParamSpec, _: &mut Context<'_>) -> Option<Self::Value> {
        None
    }

    #[doc(hidden)]
    fn extract_or(
        _: &ParamSpec,
        _: &mut Context<'_>,
        _: impl FnOnce() -> Self::Value,
    ) -> Option<Self::Value> {
        None
    }
}

impl<T> Unreadable for Bare<T> {
    type Value = T;
}

impl<T, P> Unreadable for Located<T, P> {
    type Value = T;
}
