//! Arguments with `#[security(..)]`.

use std::marker::PhantomData;

use super::{Context, Operation};
use crate::security::{FromCredential, SecurityScheme, describe, extract};

/// An argument of type `T` that is read with a security scheme.
#[derive(Debug)]
pub struct Secured<T>(PhantomData<T>);

impl<T> Secured<T> {
    /// Describes the scheme in the document.
    pub fn describe<'r, S>(scheme: &S, op: &mut Operation<'_>)
    where
        S: SecurityScheme,
        T: FromCredential<S::Credential<'r>>,
    {
        describe::<T, _, S>(scheme, op);
    }

    /// Reads the argument.
    pub fn extract<'r, S>(scheme: &S, cx: &mut Context<'r>) -> Option<T>
    where
        S: SecurityScheme,
        T: FromCredential<S::Credential<'r>>,
    {
        extract(scheme, cx)
    }
}

/// Checks that the constant in `#[security(..)]` is a scheme.
pub const fn is_scheme<S: SecurityScheme>(_: &S) {}

/// Checks that an argument of type `T` can be read with a scheme.
pub const fn credential<'r, T, S>(_: &S)
where
    S: SecurityScheme,
    T: FromCredential<S::Credential<'r>>,
{
}
