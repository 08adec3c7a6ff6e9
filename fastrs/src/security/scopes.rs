//! OAuth 2 scopes.

use std::{error::Error, fmt};

use crate::{
    error::HttpError,
    extract::{Arg, FromRequest, ParamSpec},
    openapi::Operation,
    request::Context,
    response::{ResponseError, error::as_http_error},
};

/// The scopes that the operation requires: all that `scopes = [..]` lists for any of its dependencies, outer ones
/// first.
///
/// They are known when the app is built, so they are the same wherever the operation asks for them.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{OAuth2PasswordBearer, SecurityScopes};
///
/// const OAUTH2: OAuth2PasswordBearer =
///     OAuth2PasswordBearer::new("token").scopes(&[("items", "Your items.")]);
///
/// #[dependency]
/// async fn current_user(#[security(OAUTH2)] token: &str, scopes: SecurityScopes) -> Result<String> {
///     let granted: Vec<String> = vec!["items".into()]; // those of the token
///     scopes.require(&granted)?;
///     Ok(token.to_owned())
/// }
///
/// #[get("/items")]
/// async fn items(#[depends(current_user, scopes = ["items"])] user: String) -> String {
///     user
/// }
/// # let _ = items;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityScopes(Vec<String>);

impl SecurityScopes {
    /// Returns the scopes.
    pub fn scopes(&self) -> &[String] {
        &self.0
    }

    /// Returns the scopes as one string, separated by spaces, as OAuth 2 writes them (RFC 6749, 3.3).
    pub fn scope_str(&self) -> String {
        self.0.join(" ")
    }

    /// Returns whether the operation requires no scope.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns an error unless all scopes are among those that were granted.
    pub fn require<S: AsRef<str>>(&self, granted: &[S]) -> Result<(), MissingScope> {
        let granted = granted.iter().map(AsRef::as_ref);
        let is_granted = |scope: &String| granted.clone().any(|granted| granted == scope);
        match self.0.iter().all(is_granted) {
            true => Ok(()),
            false => Err(MissingScope(self.scope_str())),
        }
    }
}

#[diagnostic::do_not_recommend]
impl FromRequest<'_> for SecurityScopes {
    fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
        op.reads_scopes();
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        let scopes = cx.route().map_or(&[][..], |route| &route.scopes);
        Arg::Value(Self(scopes.to_vec()))
    }
}

/// A token does not have the scopes that the operation requires: a 403 with the challenge of RFC 6750, 3.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingScope(String);

impl fmt::Display for MissingScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the operation requires the scopes \"{}\"", self.0)
    }
}

/// The status stays the same when `?` converts the error into an [`HttpError`].
impl Error for MissingScope {
    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        Some(const { &as_http_error::<Self>() })
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for MissingScope {
    fn describe(op: &mut Operation<'_>) {
        op.missing_scope();
    }

    fn to_http_error(&self) -> HttpError {
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", self.0);
        HttpError::new(403, "Not enough permissions").header("WWW-Authenticate", &challenge)
    }
}
