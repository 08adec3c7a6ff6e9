//! Arguments with `#[security(..)]`. They always compile: what the compiler rejects is reported only by the checks.

use std::marker::PhantomData;

use super::{Context, Operation};
use crate::security::{FromCredential, SecurityScheme, describe, extract};

/// An argument of type `T` that is read with the scheme `S`.
#[derive(Debug)]
pub struct Secured<'s, T, S>(&'s S, PhantomData<T>);

/// Returns the argument of type `T` that is read with `scheme`.
pub const fn secured<T, S>(scheme: &S) -> Secured<'_, T, S> {
    Secured(scheme, PhantomData)
}

impl<'r, T: FromCredential<S::Credential<'r>>, S: SecurityScheme> Secured<'_, T, S> {
    /// Describes the scheme in the document.
    pub fn describe_scheme(&self, op: &mut Operation<'_>) {
        describe::<T, _, S>(self.0, op);
    }

    /// Reads the argument.
    pub fn read_credential(&self, cx: &mut Context<'r>) -> Option<T> {
        extract(self.0, cx)
    }
}

impl<T, S: SecurityScheme> Secured<'_, T, S> {
    /// Returns the scheme, for the check of the argument's type.
    pub fn scheme(&self) -> Scheme<S> {
        Scheme(PhantomData)
    }
}

/// Fallback for an argument that the compiler has rejected.
pub trait Unsecured {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn describe_scheme(&self, _: &mut Operation<'_>) {}

    #[doc(hidden)]
    fn read_credential(&self, _: &mut Context<'_>) -> Option<Self::Value> {
        None
    }

    #[doc(hidden)]
    fn scheme(&self) -> NoScheme {
        NoScheme
    }
}

impl<T, S> Unsecured for Secured<'_, T, S> {
    type Value = T;
}

/// The constant in `#[security(..)]`.
#[diagnostic::on_unimplemented(
    message = "this is not a security scheme",
    label = "not a security scheme",
    note = "name a constant of a scheme: `const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new(\"token\");`; a `#[dependency]` function is named in `#[depends(..)]`"
)]
pub trait IsScheme {}

#[diagnostic::do_not_recommend]
impl<S: SecurityScheme> IsScheme for S {}

/// Checks that the constant in `#[security(..)]` is a scheme.
pub const fn is_scheme<S: IsScheme>(_: &S) {}

/// A scheme, whose credential an argument holds.
#[derive(Debug)]
pub struct Scheme<S>(PhantomData<S>);

impl<S> Scheme<S> {
    /// Checks the type of an argument with `#[security(..)]`. As a method, it is resolved once the scheme is known: a
    /// function's bound would be resolved first, and could decide which type the scheme is.
    pub const fn is_held_by<T: Holding<S>>(&self) {}
}

/// Stands in for a constant that is not a scheme; [`is_scheme`] reports it.
#[derive(Debug)]
pub struct NoScheme;

impl NoScheme {
    /// Accepts every type.
    pub const fn is_held_by<T>(&self) {}
}

/// The type of an argument with `#[security(..)]`.
#[diagnostic::on_unimplemented(
    message = "this type cannot hold what the scheme reads",
    label = "not the credential of this scheme",
    note = "write `String`, `&str` (except for a cookie) or `Secret<String>` for a token or a key, `HttpBasicCredentials` for `HttpBasic`, the `Credential` of a scheme of your own, or an `Option` of these"
)]
pub trait Holding<S> {}

#[diagnostic::do_not_recommend]
impl<'r, T, S> Holding<S> for T
where
    S: SecurityScheme,
    T: FromCredential<S::Credential<'r>>,
{
}
