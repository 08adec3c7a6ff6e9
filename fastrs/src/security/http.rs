//! The schemes of the header `Authorization`: Basic, Bearer and Digest.

use std::fmt;

use http::header::AUTHORIZATION;
use serde_json::{Map, Value, json};

use super::{Credential, FromCredential, SecurityScheme};
use crate::{
    error::Result,
    model::{Base64Bytes, Secret},
    request::Request,
};

/// The header `Authorization`, taken apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Authorization<'r> {
    /// The scheme as it was sent, such as `Bearer`.
    pub scheme: &'r str,
    /// What follows the scheme.
    pub credentials: &'r str,
}

impl<'r> Authorization<'r> {
    /// Reads the header. There must be only one: otherwise the app and a proxy could authenticate different users.
    pub(super) fn of(request: &'r Request) -> Option<Self> {
        let whole = whole(request)?;
        let (scheme, credentials) = whole.split_once(' ')?;
        let credentials = credentials.trim_matches([' ', '\t']);
        (!scheme.is_empty() && !credentials.is_empty()).then_some(Self {
            scheme,
            credentials,
        })
    }

    /// Reads the credentials of this scheme, whose case does not matter (RFC 9110, 11.1).
    pub(super) fn with_scheme(request: &'r Request, scheme: &str) -> Option<Self> {
        Self::of(request).filter(|sent| sent.scheme.eq_ignore_ascii_case(scheme))
    }
}

/// Returns the only value of the header `Authorization`.
pub(super) fn whole(request: &Request) -> Option<&str> {
    only_value(request, AUTHORIZATION.as_str())
}

/// Returns the value of a header that is sent once and is not empty.
pub(super) fn only_value<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let mut values = request.headers().get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => std::str::from_utf8(value.as_bytes())
            .ok()
            .filter(|value| !value.is_empty()),
        _ => None,
    }
}

impl fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

impl Credential for Authorization<'_> {}

#[diagnostic::do_not_recommend]
impl<'r> FromCredential<Authorization<'r>> for &'r str {
    fn from_credential(sent: Authorization<'r>) -> Self {
        sent.credentials
    }
}

#[diagnostic::do_not_recommend]
impl FromCredential<Authorization<'_>> for String {
    fn from_credential(sent: Authorization<'_>) -> Self {
        sent.credentials.to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl FromCredential<Authorization<'_>> for Secret<String> {
    fn from_credential(sent: Authorization<'_>) -> Self {
        sent.credentials.to_owned().into()
    }
}

/// The scheme and the credentials of the header `Authorization`: FastAPI's `HTTPAuthorizationCredentials`.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpAuthorizationCredentials {
    /// The scheme as it was sent, such as `Bearer`.
    pub scheme: String,
    /// What follows the scheme.
    pub credentials: String,
}

impl fmt::Debug for HttpAuthorizationCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpAuthorizationCredentials")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl FromCredential<Authorization<'_>> for HttpAuthorizationCredentials {
    fn from_credential(sent: Authorization<'_>) -> Self {
        Self {
            scheme: sent.scheme.to_owned(),
            credentials: sent.credentials.to_owned(),
        }
    }
}

/// A user name and a password, as [`HttpBasic`] reads them.
#[derive(Clone, Debug)]
pub struct HttpBasicCredentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: Secret<String>,
}

impl Credential for HttpBasicCredentials {}

/// HTTP Basic (RFC 7617): the browser asks for a user name and a password.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{HttpBasic, HttpBasicCredentials};
///
/// const BASIC: HttpBasic = HttpBasic::new().realm("shop");
///
/// #[get("/whoami")]
/// async fn whoami(#[security(BASIC)] sent: HttpBasicCredentials) -> String {
///     sent.username
/// }
/// # let _ = whoami;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HttpBasic {
    name: &'static str,
    description: Option<&'static str>,
    realm: Option<&'static str>,
}

impl HttpBasic {
    /// Creates the scheme.
    #[allow(clippy::new_without_default)] // schemes are constants
    pub const fn new() -> Self {
        Self {
            name: "HTTPBasic",
            description: None,
            realm: None,
        }
    }

    /// Sets the realm of the challenge. Browsers show it, or use it to tell sets of passwords apart.
    pub const fn realm(self, realm: &'static str) -> Self {
        Self {
            realm: Some(realm),
            ..self
        }
    }

    documented!();
}

impl SecurityScheme for HttpBasic {
    const IS_BUILT_IN: bool = true;
    type Credential<'r> = HttpBasicCredentials;

    const REJECTS: bool = true;

    fn name(&self) -> &str {
        self.name
    }

    fn describe(&self) -> Value {
        http("basic", self.description)
    }

    fn challenge(&self) -> String {
        match self.realm {
            Some(realm) => format!("Basic realm=\"{}\"", quoted(realm)),
            None => "Basic".into(),
        }
    }

    fn read(&self, request: &Request) -> Result<Option<HttpBasicCredentials>> {
        let Some(sent) = Authorization::with_scheme(request, "basic") else {
            return Ok(None);
        };
        match decoded(sent.credentials) {
            Some(credentials) => Ok(Some(credentials)),
            None => Err(self.not_authenticated()),
        }
    }
}

/// Decodes `user:password` from base64. Both are UTF-8 (RFC 7617, 2.1); FastAPI reads only ASCII.
fn decoded(credentials: &str) -> Option<HttpBasicCredentials> {
    // Base64 is more lenient elsewhere, but credentials have one form (RFC 4648, 4): with padding, and not URL-safe.
    if !credentials.len().is_multiple_of(4) || credentials.contains(['-', '_']) {
        return None;
    }
    let bytes: Base64Bytes = credentials.parse().ok()?;
    let text = String::from_utf8(bytes.into()).ok()?;
    let (username, password) = text.split_once(':')?;
    // RFC 7617, 2.
    if text.contains(char::is_control) {
        return None;
    }
    Some(HttpBasicCredentials {
        username: username.to_owned(),
        password: password.to_owned().into(),
    })
}

/// Escapes text for a quoted string (RFC 9110, 5.6.4).
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A bearer token (RFC 6750) that is not issued by OAuth 2.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::HttpBearer;
///
/// const BEARER: HttpBearer = HttpBearer::new().bearer_format("JWT");
///
/// #[get("/token")]
/// async fn token(#[security(BEARER)] token: String) -> String {
///     token
/// }
/// # let _ = token;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HttpBearer {
    name: &'static str,
    description: Option<&'static str>,
    format: Option<&'static str>,
}

impl HttpBearer {
    /// Creates the scheme.
    #[allow(clippy::new_without_default)] // schemes are constants
    pub const fn new() -> Self {
        Self {
            name: "HTTPBearer",
            description: None,
            format: None,
        }
    }

    /// Sets the format of the token, `JWT`, which only the document shows.
    pub const fn bearer_format(self, format: &'static str) -> Self {
        Self {
            format: Some(format),
            ..self
        }
    }

    documented!();
}

impl SecurityScheme for HttpBearer {
    const IS_BUILT_IN: bool = true;
    type Credential<'r> = Authorization<'r>;

    fn name(&self) -> &str {
        self.name
    }

    fn describe(&self) -> Value {
        let mut described = http("bearer", self.description);
        if let Some(format) = self.format {
            described["bearerFormat"] = format.into();
        }
        described
    }

    fn challenge(&self) -> String {
        "Bearer".into()
    }

    fn read<'r>(&self, request: &'r Request) -> Result<Option<Authorization<'r>>> {
        Ok(Authorization::with_scheme(request, "bearer"))
    }
}

/// HTTP Digest (RFC 7616). It reads the header and documents the scheme; the app checks the digest itself.
#[derive(Clone, Copy, Debug)]
pub struct HttpDigest {
    name: &'static str,
    description: Option<&'static str>,
}

impl HttpDigest {
    /// Creates the scheme.
    #[allow(clippy::new_without_default)] // schemes are constants
    pub const fn new() -> Self {
        Self {
            name: "HTTPDigest",
            description: None,
        }
    }

    documented!();
}

impl SecurityScheme for HttpDigest {
    const IS_BUILT_IN: bool = true;
    type Credential<'r> = Authorization<'r>;

    fn name(&self) -> &str {
        self.name
    }

    fn describe(&self) -> Value {
        http("digest", self.description)
    }

    fn challenge(&self) -> String {
        "Digest".into()
    }

    fn read<'r>(&self, request: &'r Request) -> Result<Option<Authorization<'r>>> {
        Ok(Authorization::with_scheme(request, "digest"))
    }
}

/// Any other scheme of the header `Authorization`. It reads what follows the scheme; the app checks that itself.
#[derive(Clone, Copy, Debug)]
pub struct HttpBase {
    scheme: &'static str,
    name: &'static str,
    description: Option<&'static str>,
}

impl HttpBase {
    /// Creates the scheme, given its name in the header.
    pub const fn new(scheme: &'static str) -> Self {
        Self {
            scheme,
            name: "HTTPBase",
            description: None,
        }
    }

    documented!();
}

impl SecurityScheme for HttpBase {
    const IS_BUILT_IN: bool = true;
    type Credential<'r> = Authorization<'r>;

    fn name(&self) -> &str {
        self.name
    }

    fn describe(&self) -> Value {
        http(self.scheme, self.description)
    }

    fn challenge(&self) -> String {
        self.scheme.into()
    }

    fn read<'r>(&self, request: &'r Request) -> Result<Option<Authorization<'r>>> {
        Ok(Authorization::with_scheme(request, self.scheme))
    }
}

fn http(scheme: &str, description: Option<&str>) -> Value {
    described(json!({"type": "http", "scheme": scheme}), description)
}

/// Adds a description to a scheme's object.
pub(super) fn described(scheme: Value, description: Option<&str>) -> Value {
    let mut scheme = scheme;
    if let (Value::Object(scheme), Some(description)) = (&mut scheme, description) {
        let scheme: &mut Map<String, Value> = scheme;
        scheme.insert("description".into(), description.into());
    }
    scheme
}
