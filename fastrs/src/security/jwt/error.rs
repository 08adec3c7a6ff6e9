//! Why a token or a key is rejected.

use std::{error::Error, fmt};

use crate::{
    error::{AsHttpError, HttpError},
    openapi::{Operation, ResponseDoc},
    response::{ResponseError, error::as_http_error},
};

/// A token was not accepted: a 401 with the challenge of RFC 6750, 3.1. Its text says why, without the token or its
/// claims. It is logged, at the level `INFO`, and the client does not receive it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtError(Reason);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    Malformed(&'static str),
    Type,
    UnknownKey,
    Signature,
    Expired,
    NotYetValid,
    Issuer,
    Audience,
    Claims(String),
}

impl JwtError {
    pub(super) const fn new(reason: Reason) -> Self {
        Self(reason)
    }

    /// Reports claims that do not match a type. The cause's message could quote them, so only its position is kept,
    /// unless the message names a field of the type.
    pub(super) fn claims(cause: &serde_json::Error) -> Self {
        let text = cause.to_string();
        let names_field = ["missing field `", "duplicate field `"]
            .iter()
            .any(|known| text.starts_with(known));
        Self::new(Reason::Claims(match names_field {
            true => text,
            false => format!(
                "a value is not of the expected type (column {})",
                cause.column()
            ),
        }))
    }

    /// Logs why a token is rejected.
    #[cold]
    pub(in crate::security) fn log(&self) {
        tracing::info!(reason = %self, "token rejected");
    }

    /// Returns whether none of the keys is the one that the token names.
    #[cfg(feature = "oidc")]
    pub(in crate::security) fn is_unknown_key(&self) -> bool {
        self.0 == Reason::UnknownKey
    }

    /// Returns whether the token was valid until it expired.
    pub fn is_expired(&self) -> bool {
        self.0 == Reason::Expired
    }
}

impl fmt::Display for JwtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Malformed(what) => write!(f, "the token is malformed: {what}"),
            Reason::Type => f.write_str("the token is of another type"),
            Reason::UnknownKey => {
                f.write_str("the token names a key or an algorithm that is not accepted")
            }
            Reason::Signature => f.write_str("the signature of the token is invalid"),
            Reason::Expired => f.write_str("the token has expired"),
            Reason::NotYetValid => f.write_str("the token is not valid yet"),
            Reason::Issuer => f.write_str("the token was issued by someone else"),
            Reason::Audience => f.write_str("the token is for someone else"),
            Reason::Claims(what) => write!(f, "the claims of the token are invalid: {what}"),
        }
    }
}

/// The status stays the same when `?` converts the error into an [`HttpError`].
impl Error for JwtError {
    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        static CONVERT: AsHttpError = as_http_error::<JwtError>();
        Some(&CONVERT)
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for JwtError {
    fn describe(op: &mut Operation<'_>) {
        op.response(401, ResponseDoc::challenge());
    }

    fn to_http_error(&self) -> HttpError {
        HttpError::new(401, "Could not validate credentials")
            .header("WWW-Authenticate", "Bearer error=\"invalid_token\"")
    }
}

/// A key, or the URL of a provider's keys, cannot be used. An app whose key is wrong does not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtKeyError(pub(in crate::security) String);

impl fmt::Display for JwtKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for JwtKeyError {}
