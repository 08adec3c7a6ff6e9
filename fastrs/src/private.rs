//! The only names that a macro may emit.
//!
//! What stands here is no public interface: it changes with the macros, and only they may use it.
//!
//! Bodies that macros write go through probes that always compile: an inherent item where the type can do what is
//! asked, and the item of a fallback trait otherwise. What is wrong is said once, by a check in a `const` item that is
//! spanned to the type.

use std::{fmt::Display, marker::PhantomData};

use serde::Serialize;
use serde_json::Value;

use crate::{extract::settle, request::Panicked};

pub use schemars;
pub use serde;

pub use crate::{
    depends,
    depends::{
        AppScope, Dep, DepList, Effect, Fresh, Lent, Made, MayServe, Node, Provider, RequestScope,
        Site, With, Yield, distinct, keep_clone, keep_ref, lend, lend_clone, lend_mut, lend_ref,
        lend_shared, no_cycle,
    },
    error::{HttpError, Status, http_error},
    extract::{
        Arg, Body, BodyKind, Constrained, Cookie, DefaultFor, Element, Form, FromRequest, Header,
        In, ParamSpec, Path, Place, Query, Reads, Unconstrained, Unvalidated, Validated, body_kind,
        describe_model, extract_model, validated,
    },
    model::{
        Constrain, Constraints, Field, FieldMeta, Kind, Model, ModelMeta, Number, Patch, Report,
        SentKeys, Unconstrained as NoConstraint, Unvalidated as NoModel, fits,
    },
    openapi::Operation,
    request::{Context, Failure},
    response::{IntoResponse, NoContent, Responded, Responded as Answered, ResponseError},
    routing::{Handler, Job, Route, RouteMeta},
    serve::block_on,
};

/// A constant of the user's: what it means depends on its type.
#[derive(Debug)]
pub struct Const<T>(pub T);

macro_rules! numbers {
    (int: $($int:ty)*; float: $($float:ty)*) => {
        $(impl Const<$int> {
            /// As a bound.
            pub const fn number(self) -> Number {
                Number::Int(self.0 as i128)
            }
        })*
        $(impl Const<$float> {
            /// As a bound.
            pub const fn number(self) -> Number {
                Number::Float(self.0 as f64)
            }
        })*
    };
}

numbers!(int: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize; float: f32 f64);

impl Const<u16> {
    /// As a status.
    pub const fn status(self) -> u16 {
        self.0
    }
}

impl Const<http::StatusCode> {
    /// As a status.
    pub const fn status(self) -> u16 {
        self.0.as_u16()
    }
}

/// An `#[arg]` that `#[depends(provider(..))]` has not filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotGiven;

/// A value for the document.
pub fn json<T: Serialize>(value: T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// A default, from whatever it is written as.
pub fn default<T, V: DefaultFor<T>>(value: V) -> T {
    value.value()
}

/// A bare argument.
#[derive(Debug)]
pub struct Bare<T>(PhantomData<T>);

impl<'r, T: FromRequest<'r>> Bare<T> {
    /// How it reads the body.
    pub const BODY: BodyKind = T::BODY;

    /// Documents it.
    pub fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        op.reads(!matches!(T::BODY, BodyKind::None));
        T::describe(spec, op);
    }

    /// Reads it.
    pub fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
        settle(T::extract(spec, cx), spec, cx)
    }
}

/// An argument with a place.
#[derive(Debug)]
pub struct Placed<T, P>(PhantomData<(T, P)>);

impl<'r, T: In<'r, P>, P> Placed<T, P> {
    /// How it reads the body.
    pub const BODY: BodyKind = T::BODY;

    /// Documents it.
    pub fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        op.reads(!matches!(T::BODY, BodyKind::None));
        T::describe_in(spec, op, None);
    }

    /// Documents it, with its default.
    pub fn describe_or(spec: &ParamSpec, op: &mut Operation<'_>, default: impl FnOnce() -> T)
    where
        T: Serialize,
    {
        op.reads(!matches!(T::BODY, BodyKind::None));
        T::describe_in(spec, op, Some(json(default())));
    }

    /// Reads it.
    pub fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
        settle(T::extract_in(spec, cx), spec, cx)
    }

    /// Reads it, or takes its default if it was not sent.
    pub fn extract_or(
        spec: &ParamSpec,
        cx: &mut Context<'r>,
        default: impl FnOnce() -> T,
    ) -> Arg<T> {
        let read = match T::is_absent(spec, cx) {
            true => Arg::Missing,
            false => T::extract_in(spec, cx),
        };
        match read {
            Arg::Missing => {
                cx.blank = None;
                Arg::Value(default())
            }
            read => read,
        }
    }
}

/// What stands in for an argument that the compiler has refused.
pub trait Unreadable {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    const BODY: BodyKind = BodyKind::None;

    #[doc(hidden)]
    fn describe(_: &ParamSpec, _: &mut Operation<'_>) {}

    #[doc(hidden)]
    fn describe_or(_: &ParamSpec, _: &mut Operation<'_>, _: impl FnOnce() -> Self::Value) {}

    #[doc(hidden)]
    fn extract(_: &ParamSpec, _: &mut Context<'_>) -> Arg<Self::Value> {
        Arg::Invalid
    }

    #[doc(hidden)]
    fn extract_or(
        _: &ParamSpec,
        _: &mut Context<'_>,
        _: impl FnOnce() -> Self::Value,
    ) -> Arg<Self::Value> {
        Arg::Invalid
    }
}

impl<T> Unreadable for Bare<T> {
    type Value = T;
}

impl<T, P> Unreadable for Placed<T, P> {
    type Value = T;
}

/// The one place where a bare argument's type is judged.
pub const fn argument<'r, T: FromRequest<'r>>() {}

/// The one place where the type of an argument with a place is judged.
pub const fn argument_in<'r, T: In<'r, P>, P>() {}

/// Refuses, while compiling, a signature that asks for a JSON body and a form.
#[track_caller]
pub const fn one_body(bodies: &[(&'static str, BodyKind)]) {
    let (mut json, mut form, mut raw, mut i) = (false, false, 0, 0);
    while i < bodies.len() {
        match bodies[i].1 {
            BodyKind::Json => json = true,
            BodyKind::Form => form = true,
            BodyKind::Raw => raw += 1,
            BodyKind::None => {}
        }
        i += 1;
    }
    if json && form {
        panic!(
            "a request has one body: this function takes JSON and a form; take both as `#[form]`, or both as JSON"
        );
    }
    if raw > 1 || raw == 1 && (json || form) {
        panic!("a request has one body: this function takes it as bytes and as something else");
    }
}

/// The one place where a returned type is judged.
pub const fn returned<T: IntoResponse>() {}

/// The same for a status that has no content.
pub const fn no_content<T: NoContent>(_: u16) {}

/// The one place where a job's returned type is judged.
pub const fn job_returned<T: Send>() {}

/// The one place where a dependency's returned type is judged.
pub const fn dependable<T: Send + 'static>() {}

/// Refuses an app-scoped dependency on a request-scoped one.
pub const fn may_depend<P: Provider, D: Dep>()
where
    <D::Provider as Provider>::Scope: MayServe<P::Scope>,
{
}

/// What a function that yields may return.
#[diagnostic::on_unimplemented(
    message = "a dependency that yields returns `()` or `Result<()>`, not `{Self}`",
    label = "its value goes through `Yield`"
)]
pub trait Ends {}

#[diagnostic::do_not_recommend]
impl Ends for () {}
#[diagnostic::do_not_recommend]
impl<E: ResponseError> Ends for Result<(), E> {}

/// The one place where a yielding function's returned type is judged.
pub const fn ends<T: Ends>() {}

/// The answer that a returned type is.
#[derive(Debug)]
pub struct Answer<T>(PhantomData<T>);

impl<T: IntoResponse> Answer<T> {
    /// Documents it.
    pub fn describe(op: &mut Operation<'_>) {
        T::describe(op);
    }

    /// Makes it.
    pub fn answer(value: T, meta: &RouteMeta) -> Responded {
        Ok(value.into_response()?.or_status(meta.status_code()))
    }
}

/// One answer of a `#[derive(IntoResponse)]` enum.
#[derive(Debug)]
pub struct Variant<T>(PhantomData<T>);

impl<T: IntoResponse> Variant<T> {
    /// Documents it.
    pub fn describe(op: &mut Operation<'_>, status: u16) {
        op.with_status(status, T::describe);
    }

    /// Makes it.
    pub fn answer(status: u16, value: T) -> Responded {
        let status = http::StatusCode::from_u16(status).unwrap_or_default();
        Ok(value.into_response()?.with_status(status))
    }
}

/// What stands in for an answer that the compiler has refused.
pub trait NoAnswer {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn describe(_: &mut Operation<'_>) {}

    #[doc(hidden)]
    fn answer(_: Self::Value, _: &RouteMeta) -> Responded {
        Err(Failure::of(HttpError::from_status(500)))
    }
}

impl<T> NoAnswer for Answer<T> {
    type Value = T;
}

/// The same for a variant.
pub trait NoVariant {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn describe(_: &mut Operation<'_>, _: u16) {}

    #[doc(hidden)]
    fn answer(_: u16, _: Self::Value) -> Responded {
        Err(Failure::of(HttpError::from_status(500)))
    }
}

impl<T> NoVariant for Variant<T> {
    type Value = T;
}

/// A declared response: `responses((404, "No such item"))`.
pub fn declared(op: &mut Operation<'_>, status: u16, description: &str) {
    op.response(
        status,
        crate::openapi::ResponseDoc::error()
            .declared()
            .description(description),
    );
}

/// A declared response with a body: `responses((409, Problem))`.
pub fn declared_as<T: schemars::JsonSchema>(op: &mut Operation<'_>, status: u16) {
    let schema = op.output_schema::<T>();
    op.response(status, crate::openapi::ResponseDoc::json(schema).declared());
}

/// The same with a description: `responses((409, Problem, "Taken"))`.
pub fn declared_as_with<T: schemars::JsonSchema>(
    op: &mut Operation<'_>,
    status: u16,
    description: &str,
) {
    let schema = op.output_schema::<T>();
    op.response(
        status,
        crate::openapi::ResponseDoc::json(schema)
            .declared()
            .description(description),
    );
}

/// What a provider's function returned: a `Result` by its inherent methods, anything else by [`PlainValue`].
#[derive(Debug)]
pub struct Probe<T>(pub T);

impl<T, E: ResponseError> Probe<Result<T, E>> {
    /// Takes the error out: what is kept is an `Ok`.
    pub fn check(self) -> Made<Result<T, E>> {
        self.0.map(Ok).map_err(Failure::of)
    }

    /// The end of a function that yields.
    pub fn ended(self) -> Made<()> {
        self.0.map(drop).map_err(Failure::of)
    }
}

/// The same for what is no `Result`.
pub trait PlainValue {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn check(self) -> Made<Self::Value>;

    #[doc(hidden)]
    fn ended(self) -> Made<()>
    where
        Self: Sized,
    {
        self.check().map(drop)
    }
}

impl<T> PlainValue for Probe<T> {
    type Value = T;

    fn check(self) -> Made<T> {
        Ok(self.0)
    }
}

/// The errors that a provider's returned type documents.
#[derive(Debug)]
pub struct ProbeType<T>(PhantomData<T>);

impl<T, E: ResponseError> ProbeType<Result<T, E>> {
    /// Documents them.
    pub fn describe(op: &mut Operation<'_>) {
        E::describe(op);
    }
}

/// The same for what is no `Result`: none.
pub trait PlainType {
    #[doc(hidden)]
    fn describe(_: &mut Operation<'_>) {}
}

impl<T> PlainType for ProbeType<T> {}

/// What is inside a newtype.
#[derive(Debug)]
pub struct Inner<T>(PhantomData<T>);

impl<T: Constrain> Inner<T> {
    /// What constraints fit it.
    pub const KIND: Kind = T::KIND;

    /// Whether it satisfies them.
    pub fn satisfies(value: &T, constraints: &Constraints) -> bool {
        value.satisfies(constraints)
    }
}

impl<T: Element> Inner<T> {
    /// How it is read.
    pub const READ: Reads = T::READ;
}

/// What stands in for the inside of a newtype that has no constraints.
pub trait NotConstrained {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    const KIND: Kind = Kind::Other;

    #[doc(hidden)]
    fn satisfies(_: &Self::Value, _: &Constraints) -> bool {
        true
    }
}

impl<T> NotConstrained for Inner<T> {
    type Value = T;
}

/// What stands in for the inside of a newtype that is no argument itself.
pub trait NoElement {
    #[doc(hidden)]
    const READ: Reads = Reads::Body;
}

impl<T> NoElement for Inner<T> {}

/// The outcome of a custom validator.
pub fn custom<E: Display>(outcome: Result<(), E>, report: &mut Report<'_>) {
    report.outcome(outcome);
}

/// A schemars transform for a field.
pub fn field_schema(
    constraints: Constraints,
    meta: FieldMeta,
) -> impl FnMut(&mut schemars::Schema) {
    move |schema| crate::model::field_schema(schema, &constraints, &meta)
}

/// A schemars transform for a model.
pub fn model_schema(meta: ModelMeta) -> impl FnMut(&mut schemars::Schema) {
    move |schema| crate::model::model_schema(schema, &meta)
}

/// Makes a route of a handler.
pub fn route<H: Handler>() -> Route {
    Route::of::<H>()
}

/// Runs a function where it may block: other tasks of this thread move to another one. On a runtime of one thread
/// there is none, and it runs in place.
pub fn blocking<T>(function: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(function),
        _ => function(),
    }
}

/// The body of a dependency that has none.
pub fn not_provided(name: &'static str) -> ! {
    let panicked = Panicked(format!(
        "`{name}` has no body: its value comes from `App::provide`"
    ));
    panic!("{}", panicked.0)
}

/// An error as the source of another: by itself, or inside a box.
pub trait AsDynError {
    #[doc(hidden)]
    fn as_dyn_error(&self) -> &(dyn std::error::Error + 'static);
}

impl<T: std::error::Error + 'static> AsDynError for T {
    fn as_dyn_error(&self) -> &(dyn std::error::Error + 'static) {
        self
    }
}

impl AsDynError for dyn std::error::Error + Send + Sync {
    fn as_dyn_error(&self) -> &(dyn std::error::Error + 'static) {
        self
    }
}

/// One answer of an error enum.
pub fn error_variant(op: &mut Operation<'_>, status: u16, template: &str) {
    let response = crate::openapi::ResponseDoc::error();
    let described = if template.is_empty() || status >= 500 {
        response
    } else {
        response.description(template)
    };
    op.response(status, described);
}
