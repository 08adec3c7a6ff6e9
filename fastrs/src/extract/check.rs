//! What is judged of an argument once it is read: constraints, validators, defaults.

use std::{borrow::Cow, fmt::Display, marker::PhantomData};

use schemars::JsonSchema;
use serde_json::Value;

use super::{
    Arg, Location, NoValue, ParamSpec,
    body::{custom_error, refuse},
    scalar::explain_constraints,
    source::Source,
};
use crate::{
    model::{Constrain, ErrorDetail, Model, Report, TextSource},
    request::Context,
    schema::TypeSchema,
};

/// An argument in its place: missing is invalid, unless an `Option` or a default has seen to it. The context hears of
/// whatever is no value.
pub(crate) fn accept_arg<T>(arg: Arg<T>, spec: &ParamSpec, cx: &mut Context<'_>) -> Option<T> {
    let read = match arg {
        Arg::Value(value) => return Some(value),
        Arg::Missing => NoValue::Missing,
        Arg::Invalid => NoValue::Invalid,
        Arg::Failed(failure) => NoValue::Failed(failure),
    };
    accept(Err(read), spec, cx);
    None
}

/// The same for code that knows no types: whether there is a value.
#[inline]
pub(super) fn accept(read: Result<(), NoValue>, spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
    match read {
        Ok(()) => return true,
        Err(NoValue::Missing) => missing(spec, cx),
        Err(NoValue::Invalid) => {}
        Err(NoValue::Failed(failure)) => cx.fail(failure),
    }
    false
}

#[cold]
fn missing(spec: &ParamSpec, cx: &mut Context<'_>) {
    match cx.take_blank() {
        Some(errors) => cx.reject_all(errors),
        None => cx.reject(ErrorDetail::missing(spec.loc())),
    }
}

/// Validates an argument of type `T`: what it can do depends on what `T` is, and the fallbacks do nothing.
#[derive(Debug)]
pub struct Constrained<T>(PhantomData<T>);

impl<T: Constrain + JsonSchema> Constrained<T> {
    /// Refuses a value that breaks the argument's constraints.
    pub fn check(arg: Option<T>, spec: &ParamSpec, cx: &mut Context<'_>) -> Option<T> {
        match &arg {
            Some(value) if !value.satisfies(spec.limits()) => {
                match report(Report::new(), TypeSchema::of::<T>(), spec, cx) {
                    true => None,
                    false => arg,
                }
            }
            _ => arg,
        }
    }
}

/// The same for a type whose constraints nobody can check; the compiler has refused it elsewhere.
pub trait Unconstrained {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn check(arg: Option<Self::Value>, _: &ParamSpec, _: &mut Context<'_>) -> Option<Self::Value> {
        arg
    }
}

impl<T> Unconstrained for Constrained<T> {
    type Value = T;
}

/// Validates what stands inside an argument of type `T`.
#[derive(Debug)]
pub struct Validated<T>(PhantomData<T>);

impl<T: Model + JsonSchema> Validated<T> {
    /// Refuses a model whose fields break their constraints or validators.
    pub fn check(arg: Option<T>, spec: &ParamSpec, cx: &mut Context<'_>) -> Option<T> {
        match is_valid(&arg, spec, cx) {
            true => arg,
            false => None,
        }
    }
}

/// Whether a value is valid, if there is one. The context hears of what is wrong with it.
#[inline]
pub(super) fn is_valid<T>(value: &Option<T>, spec: &ParamSpec, cx: &mut Context<'_>) -> bool
where
    T: Model + JsonSchema,
{
    match value {
        Some(value) => passes(value, TypeSchema::of::<T>(), spec, cx),
        None => true,
    }
}

/// A model of whatever type.
trait DynModel {
    fn validate_dyn(&self, report: &mut Report<'_>);
}

impl<T: Model> DynModel for T {
    #[inline]
    fn validate_dyn(&self, report: &mut Report<'_>) {
        self.validate(report);
    }
}

#[inline]
fn passes(value: &dyn DynModel, of: TypeSchema, spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
    let mut found = Report::new();
    value.validate_dyn(&mut found);
    found.is_valid() || !report(found, of, spec, cx)
}

/// The same for a foreign type, which is as valid as serde says.
pub trait Unvalidated {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn check(arg: Option<Self::Value>, _: &ParamSpec, _: &mut Context<'_>) -> Option<Self::Value> {
        arg
    }
}

impl<T> Unvalidated for Validated<T> {
    type Value = T;
}

/// Refuses a value that the argument's own validator does not like.
pub fn validated<T: JsonSchema, E: Display>(
    arg: Option<T>,
    spec: &ParamSpec,
    cx: &mut Context<'_>,
    validator: impl FnOnce(&T) -> Result<(), E>,
) -> Option<T> {
    match validator(arg.as_ref()?) {
        Ok(()) => arg,
        Err(message) => {
            custom_error_at(message.to_string(), TypeSchema::of::<T>(), spec, cx);
            None
        }
    }
}

#[cold]
fn custom_error_at(message: String, of: TypeSchema, spec: &ParamSpec, cx: &mut Context<'_>) {
    if spec.location() == Location::Body {
        return custom_error(spec, of, message, cx);
    }
    let text = Source::of(spec, cx).last(spec.name());
    let input = text.and_then(|text| {
        let text = Value::String(text.into_owned());
        spec.compiled(of).echo(&text, &[])
    });
    cx.reject(ErrorDetail::value_error(spec.loc(), message, input));
}

/// Says what is wrong with a value of the right type, and whether anything is.
#[cold]
fn report(found: Report<'_>, of: TypeSchema, spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
    if spec.location() == Location::Body {
        return refuse(spec, of, found.into_findings(), cx);
    }
    let form = (spec.location() == Location::Form)
        .then(|| cx.parsed_form())
        .flatten();
    let source = match &form {
        Some(form) => Source::Form(&form.query, &form.raw),
        None => Source::of(spec, cx),
    };
    explain_constraints(spec, spec.compiled(of), source, found.into_custom(), cx)
}

/// What a default may be written as: the value itself, or something that stands for it in the source.
#[diagnostic::on_unimplemented(
    message = "a default of type `{Self}` does not fit `{T}`",
    label = "not a `{T}`",
    note = "write a value of the type that it stands in for"
)]
pub trait DefaultFor<T> {
    #[doc(hidden)]
    fn value(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T> DefaultFor<T> for T {
    fn value(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> DefaultFor<Option<T>> for T {
    fn value(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl DefaultFor<String> for &str {
    fn value(self) -> String {
        self.to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl DefaultFor<Option<String>> for &str {
    fn value(self) -> Option<String> {
        Some(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<'a> DefaultFor<Cow<'a, str>> for &'a str {
    fn value(self) -> Cow<'a, str> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: DefaultFor<T>, const N: usize> DefaultFor<Vec<T>> for [V; N] {
    fn value(self) -> Vec<T> {
        self.into_iter().map(V::value).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: DefaultFor<T>, const N: usize> DefaultFor<Option<Vec<T>>> for [V; N] {
    fn value(self) -> Option<Vec<T>> {
        Some(self.into_iter().map(V::value).collect())
    }
}
