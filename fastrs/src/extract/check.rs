//! Checks an argument after it is read: constraints, validators, defaults.

use std::{borrow::Cow, marker::PhantomData};

use schemars::JsonSchema;
use serde_json::Value;

use super::{
    Arg, Location, NoValue, ParamSpec,
    body::{custom_error, reject_findings},
    scalar::explain_constraints,
    source::Source,
};
use crate::{
    model::{Constrain, ErrorDetail, Model, Report, TextSource, ValidatorResult},
    request::Context,
    schema::TypeSchema,
};

/// Returns the argument's value, or reports to the context why there is none. A missing argument is an error,
/// unless an `Option` or a default has already replaced it.
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

/// Returns whether an argument has a value, and reports to the context why there is none. Unlike [`accept_arg`], it
/// does not depend on the argument's type.
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

/// Checks the constraints of an argument of type `T`. If `T` does not support any, the fallback in
/// [`Unconstrained`] does nothing.
#[derive(Debug)]
pub struct Constrained<T>(PhantomData<T>);

impl<T: Constrain + JsonSchema> Constrained<T> {
    /// Rejects a value that violates the argument's constraints.
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

/// The fallback for a type whose constraints cannot be checked; the compiler reports that elsewhere.
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

/// Validates the contents of an argument of type `T`.
#[derive(Debug)]
pub struct Validated<T>(PhantomData<T>);

impl<T: Model + JsonSchema> Validated<T> {
    /// Rejects a model whose fields violate their constraints or fail their validators.
    pub fn check(arg: Option<T>, spec: &ParamSpec, cx: &mut Context<'_>) -> Option<T> {
        match is_valid(&arg, spec, cx) {
            true => arg,
            false => None,
        }
    }
}

/// Returns whether a value is valid, if there is one, and reports its errors to the context.
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

/// A model of any type.
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

/// The fallback for a type that is not a model: whatever serde accepts is valid.
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

/// Rejects a value that fails the argument's own validator.
pub fn validated<T: JsonSchema, V: ValidatorResult>(
    arg: Option<T>,
    spec: &ParamSpec,
    cx: &mut Context<'_>,
    validator: impl FnOnce(&T) -> V,
) -> Option<T> {
    match validator(arg.as_ref()?).error() {
        None => arg,
        Some(message) => {
            custom_error_at(message, TypeSchema::of::<T>(), spec, cx);
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

/// Reports the errors of a value of the right type, and returns whether there are any.
#[cold]
fn report(found: Report<'_>, of: TypeSchema, spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
    if spec.location() == Location::Body {
        return reject_findings(spec, of, found.into_findings(), cx);
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

/// A form in which a default can be written: the value itself, or a literal for it.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be the default of a `{T}`",
    label = "not a `{T}`",
    note = "write a value of the argument's or field's type"
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
