//! Where types are judged: once each, in a `const` item that is spanned to the type.

use std::marker::PhantomData;

use super::{
    BodyKind, Dep, FromLocation, FromRequest, IntoResponse, JobReturned, NoContent, Provider,
    ResponseError,
};
use crate::depends::{Given, NoParams, OutlivesRequests, Scope, TakeBack};

/// The one place where a bare argument's type is judged.
pub const fn argument<'r, T: FromRequest<'r>>() {}

/// The one place where the type of an argument with a place is judged.
pub const fn argument_in<'r, T: FromLocation<'r, P>, P>() {}

/// Refuses a model as the value of a placeholder.
#[track_caller]
pub const fn path_value(body: BodyKind) {
    assert!(
        matches!(body, BodyKind::None),
        "a placeholder's value is one text, and this type is read from the JSON body: name the argument otherwise, and take the placeholder as a number or a `String`"
    );
}

/// Refuses, while compiling, a signature that asks for a JSON body and a form.
#[track_caller]
pub const fn one_body(bodies: &[(&'static str, BodyKind)]) {
    let (mut json, mut form, mut whole, mut i) = (false, false, 0, 0);
    while i < bodies.len() {
        match bodies[i].1 {
            BodyKind::Json => json = true,
            BodyKind::Form => form = true,
            BodyKind::Bytes | BodyKind::Stream => whole += 1,
            BodyKind::None => {}
        }
        i += 1;
    }
    if json && form {
        panic!(
            "a request has one body: this function takes JSON and a form; take both as `#[form]`, or both as JSON"
        );
    }
    if whole > 1 || whole == 1 && (json || form) {
        panic!("a request has one body: this function takes it as bytes and as something else");
    }
}

// One line each, since they stand in what the compiler prints.

/// The one place where a returned type is judged. A `Result` is judged by its two sides, so that the error names the
/// one that is wrong.
#[derive(Debug)]
pub struct Returns<T>(PhantomData<T>);

impl<T, E> Returns<Result<T, E>> {
    /// As a handler's answer.
    #[rustfmt::skip]
    pub fn answer() where T: IntoResponse {}

    /// As the answer of a status that has no content.
    #[rustfmt::skip]
    pub fn no_content() where T: NoContent {}

    /// As a dependency's value: the compiler wants it to be `Send` by itself.
    pub fn value() {}

    /// As what a job came to.
    pub fn job() {}

    /// As the end of a dependency that has lent its value.
    #[rustfmt::skip]
    pub fn end() where T: Nothing {}

    /// As what may go wrong.
    #[rustfmt::skip]
    pub fn error() where E: ResponseError {}
}

/// A number in front is taken for a status by those who know other frameworks; the two are a list in JSON.
impl<T> Returns<(u16, T)> {
    /// As a handler's answer.
    #[rustfmt::skip]
    pub fn answer() where (u16, T): StatusFirst {}
}

/// What no type is, so that the compiler says what to write.
#[diagnostic::on_unimplemented(
    message = "a number is not a status: `{Self}` would be sent as a JSON list, with the status of the route",
    label = "not a status and a value",
    note = "return `(StatusCode, T)` to choose the status, or `Json<{Self}>` to send the list"
)]
pub trait StatusFirst {}

/// The same for what is not a `Result`.
pub trait ReturnsPlain<T> {
    #[doc(hidden)]
    #[rustfmt::skip]
    fn answer() where T: IntoResponse {}

    #[doc(hidden)]
    #[rustfmt::skip]
    fn no_content() where T: NoContent {}

    #[doc(hidden)]
    fn value() {}

    #[doc(hidden)]
    #[rustfmt::skip]
    fn job() where T: JobReturned {}

    #[doc(hidden)]
    fn error() {}

    #[doc(hidden)]
    #[rustfmt::skip]
    fn end() where T: Nothing {}
}

impl<T> ReturnsPlain<T> for Returns<T> {}

/// What a function that yields returns.
#[diagnostic::on_unimplemented(
    message = "a dependency that yields returns `()` or `Result<()>`, not `{Self}`",
    label = "its value goes through `Yield`",
    note = "lend it with `lend.until_done(value).await`"
)]
pub trait Nothing {}

#[diagnostic::do_not_recommend]
impl Nothing for () {}

/// The one place where what the `Yield` of an app-scoped dependency lends is judged.
pub const fn taken_back<T: TakeBack>() {}

/// Refuses an app-scoped dependency on a request-scoped one.
pub const fn outlives_requests<D: Dep<Provider: Provider<Scope: OutlivesRequests>>>() {}

/// Refuses a dependency without its arguments.
pub const fn complete<D: Dep<Provider: Provider<Params: NoParams>>>() {}

/// The arguments of a dependency, all of them.
pub fn given<P: Provider, G: Given<P::Params>>(given: G) -> P::Params {
    given.params()
}

/// Refuses `use_cache = false` for what is made once.
#[track_caller]
pub const fn uncached<D: Dep>() {
    assert!(
        <<D::Provider as Provider>::Scope as Scope<D::Provider>>::PER_REQUEST,
        "an app-scoped dependency is made once: remove `use_cache = false`"
    );
}
