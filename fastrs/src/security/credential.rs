//! The types that an argument with `#[security(..)]` can have.

use crate::model::Secret;

/// What a scheme reads from a request. An argument can have this type itself, or one that implements
/// [`FromCredential`] for it.
pub trait Credential: Send {}

#[diagnostic::do_not_recommend]
impl Credential for &str {}

#[diagnostic::do_not_recommend]
impl Credential for String {}

/// A type that an argument with `#[security(..)]` can have, given what the scheme reads.
///
/// `Option` makes the credential optional: it is `None` where the scheme would respond with its 401.
pub trait FromCredential<C>: Sized + Send {
    /// Whether the function also runs without a credential.
    const OPTIONAL: bool = false;

    /// Converts the credential.
    fn from_credential(credential: C) -> Self;

    /// Returns the value if there is no credential, which only an optional argument has.
    fn missing() -> Option<Self> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<C: Credential> FromCredential<C> for C {
    fn from_credential(credential: C) -> Self {
        credential
    }
}

#[diagnostic::do_not_recommend]
impl<C, T: FromCredential<C>> FromCredential<C> for Option<T> {
    const OPTIONAL: bool = true;

    fn from_credential(credential: C) -> Self {
        Some(T::from_credential(credential))
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

#[diagnostic::do_not_recommend]
impl FromCredential<&str> for String {
    fn from_credential(credential: &str) -> Self {
        credential.to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl FromCredential<&str> for Secret<String> {
    fn from_credential(credential: &str) -> Self {
        credential.to_owned().into()
    }
}

#[diagnostic::do_not_recommend]
impl FromCredential<String> for Secret<String> {
    fn from_credential(credential: String) -> Self {
        credential.into()
    }
}
