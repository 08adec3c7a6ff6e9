//! Where types are judged: once each, in a `const` item that is spanned to the type.

use super::{
    BodyKind, Dep, FromRequest, In, IntoResponse, JobReturned, MayServe, NoContent, Provider,
    ResponseError,
};

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
pub const fn job_returned<T: JobReturned>() {}

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
