//! Type checks, each made once, in a `const` item with the span of the type.

use std::marker::PhantomData;

use super::{
    BodyKind, Dep, FromLocation, FromRequest, IntoResponse, JobOutput, NoContent, Provider,
    ResponseError,
};
use crate::depends::{AroundRequests, Given, NoParams, OutlivesRequests, Scope, TakeBack};

/// Checks the type of a bare argument. This is the only place that does.
#[track_caller]
pub const fn argument<'r, T: FromRequest<'r>>() {
    is_read_as_json(T::FILES);
}

/// Rejects a model with an uploaded file as a JSON body.
#[track_caller]
pub const fn is_read_as_json(files: bool) {
    assert!(
        !files,
        "this model has an `UploadFile`, which JSON cannot contain: read it from a form with `#[form]`"
    );
}

/// Rejects a model with an uploaded file as a response.
#[track_caller]
pub const fn is_sent_as_json(files: bool) {
    assert!(
        !files,
        "this model has an `UploadFile`, which is only received: return a model without it"
    );
}

/// Checks the type of an argument with a location. This is the only place that does.
pub const fn argument_in<'r, T: FromLocation<'r, P>, P>() {}

/// Rejects a model as the value of a placeholder.
#[track_caller]
pub const fn path_value(body: BodyKind) {
    assert!(
        matches!(body, BodyKind::None),
        "a placeholder's value is a single string, but this type is read from the JSON body: rename the argument, and take the placeholder as a number or a `String`"
    );
}

/// Rejects, at compile time, a signature that reads the body in conflicting ways.
#[track_caller]
pub const fn one_body(bodies: &[(&'static str, BodyKind)]) {
    let (mut json, mut form, mut upgrades, mut whole, mut i) = (false, false, 0, 0, 0);
    while i < bodies.len() {
        match bodies[i].1 {
            BodyKind::Json => json = true,
            BodyKind::Form => form = true,
            BodyKind::Bytes | BodyKind::Stream => whole += 1,
            BodyKind::Upgrade => upgrades += 1,
            BodyKind::None => {}
        }
        i += 1;
    }
    if upgrades > 1 || upgrades == 1 && (json || form || whole > 0) {
        panic!(
            "a WebSocket has no body, but this function takes one, or a second WebSocket: remove the argument, or take what the client sends as a message"
        );
    }
    if json && form {
        panic!(
            "a request has one body, but this function takes both JSON and a form: take the JSON as a field of the form, `#[form] item: Json<Item>`, or take everything as JSON"
        );
    }
    if whole > 1 || whole == 1 && (json || form) {
        panic!(
            "a request has one body, but this function takes it more than once: remove one of the arguments"
        );
    }
}

/// Rejects a WebSocket as an argument of any other handler.
#[track_caller]
pub const fn no_socket(body: BodyKind) {
    assert!(
        !matches!(body, BodyKind::Upgrade),
        "only the handler of a WebSocket takes one: write `#[websocket(\"/..\")]` in place of the function's attribute"
    );
}

/// Rejects, at compile time, the handler of a WebSocket that takes none.
#[cfg(feature = "websocket")]
#[track_caller]
pub const fn one_socket(bodies: &[(&'static str, BodyKind)]) {
    let mut i = 0;
    while i < bodies.len() {
        if matches!(bodies[i].1, BodyKind::Upgrade) {
            return;
        }
        i += 1;
    }
    panic!("a `#[websocket]` handler needs a WebSocket: add the argument `mut socket: WebSocket`");
}

// The bounds appear in compiler errors, so each function stays on one line.

/// Checks a returned type. This is the only place that does. The two sides of a `Result` are checked separately, so
/// that the error names the one that is wrong.
#[derive(Debug)]
pub struct Returns<T>(PhantomData<T>);

impl<T, E> Returns<Result<T, E>> {
    /// Checks the type as a handler's return value.
    #[rustfmt::skip]
    pub fn response() where T: IntoResponse {}

    /// Checks the type as the return value of a WebSocket's handler.
    #[rustfmt::skip]
    pub fn socket() where T: NoMessage {}

    /// Checks the type for a response whose status has no content.
    #[rustfmt::skip]
    pub fn no_content() where T: NoContent {}

    /// Accepts the type as a dependency's value: the compiler itself requires it to be `Send`.
    pub fn value() {}

    /// Accepts the type as the result of a job.
    pub fn job() {}

    /// Checks the type as the return value of a dependency that has lent its value.
    #[rustfmt::skip]
    pub fn end() where T: Nothing {}

    /// Checks the type as an error.
    #[rustfmt::skip]
    pub fn error() where E: ResponseError {}
}

/// Users of other frameworks expect a leading number to be a status, but the pair is a list in JSON.
impl<T> Returns<(u16, T)> {
    /// Rejects the type as a handler's return value.
    #[rustfmt::skip]
    pub fn response() where (u16, T): StatusFirst {}
}

/// A trait that no type implements, so that the compiler prints what to write instead.
#[diagnostic::on_unimplemented(
    message = "a number is not a status: `{Self}` would be sent as a JSON list, with the status of the route",
    label = "not a status and a value",
    note = "return `(StatusCode, T)` to choose the status, or `Json<{Self}>` to send the list"
)]
pub trait StatusFirst {}

/// The checks of [`Returns`] for types other than `Result`.
pub trait ReturnsValue<T> {
    #[doc(hidden)]
    #[rustfmt::skip]
    fn response() where T: IntoResponse {}

    #[doc(hidden)]
    #[rustfmt::skip]
    fn socket() where T: NoMessage {}

    #[doc(hidden)]
    #[rustfmt::skip]
    fn no_content() where T: NoContent {}

    #[doc(hidden)]
    fn value() {}

    #[doc(hidden)]
    #[rustfmt::skip]
    fn job() where T: JobOutput {}

    #[doc(hidden)]
    fn error() {}

    #[doc(hidden)]
    #[rustfmt::skip]
    fn end() where T: Nothing {}
}

impl<T> ReturnsValue<T> for Returns<T> {}

/// The return types of a function that yields.
#[diagnostic::on_unimplemented(
    message = "a dependency that yields must return `()` or `Result<()>`, not `{Self}`",
    label = "its value goes through `Yield`",
    note = "lend it with `lend.until_done(value).await`"
)]
pub trait Nothing {}

#[diagnostic::do_not_recommend]
impl Nothing for () {}

/// The return type of a WebSocket's handler.
#[diagnostic::on_unimplemented(
    message = "a WebSocket's handler cannot return `{Self}`",
    label = "no client would receive it",
    note = "send messages with `socket.send(..)`, and return nothing or `Result<()>`"
)]
pub trait NoMessage {}

#[diagnostic::do_not_recommend]
impl NoMessage for () {}

/// Checks the type that the `Yield` of an app-scoped dependency lends. This is the only place that does.
pub const fn taken_back<T: TakeBack>() {}

/// Rejects an app-scoped dependency on a request-scoped one.
pub const fn outlives_requests<D: Dep<Provider: Provider<Scope: OutlivesRequests>>>() {}

/// Rejects a request-scoped dependency of middleware.
pub const fn around_requests<D: Dep<Provider: Provider<Scope: AroundRequests>>>() {}

/// Rejects a dependency that is declared without its arguments.
pub const fn complete<D: Dep<Provider: Provider<Params: NoParams>>>() {}

/// Returns the arguments of a dependency, and checks that all are given.
pub fn given<P: Provider, G: Given<P::Params>>(given: G) -> P::Params {
    given.params()
}

/// Rejects `use_cache = false` for values that are created once.
#[track_caller]
pub const fn uncached<D: Dep>() {
    assert!(
        <<D::Provider as Provider>::Scope as Scope<D::Provider>>::PER_REQUEST,
        "an app-scoped dependency is created once: remove `use_cache = false`"
    );
}
