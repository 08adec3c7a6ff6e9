//! Security schemes: how a credential is read from a request and described in the document.

use http::{HeaderValue, header::WWW_AUTHENTICATE};
use serde_json::Value;

use super::{Credential, FromCredential};
use crate::{
    error::{HttpError, Result},
    openapi::{Operation, ResponseDoc},
    request::{Context, Failure, Request, is_token},
};

/// A way in which a client can identify itself. The schemes of OpenAPI are ready to use; others implement this trait.
///
/// ```
/// use fastrs::{Value, prelude::*};
/// use fastrs::security::{Credential, SecurityScheme};
///
/// /// The client's certificate, as a proxy in front of the app passes it on.
/// struct Certificate;
///
/// struct Subject(String);
///
/// impl Credential for Subject {}
///
/// impl SecurityScheme for Certificate {
///     type Credential<'r> = Subject;
///
///     fn name(&self) -> &str {
///         "Certificate"
///     }
///
///     fn describe(&self) -> Value {
///         json!({"type": "mutualTLS"})
///     }
///
///     fn challenge(&self) -> String {
///         "Certificate".into()
///     }
///
///     fn read(&self, request: &Request) -> Result<Option<Subject>> {
///         let subject = request.headers().get("x-client-subject");
///         let subject = subject.and_then(|subject| subject.to_str().ok());
///         Ok(subject.map(|subject| Subject(subject.to_owned())))
///     }
/// }
///
/// const CERTIFICATE: Certificate = Certificate;
///
/// #[get("/subject")]
/// async fn subject(#[security(CERTIFICATE)] subject: Subject) -> String {
///     subject.0
/// }
/// # let _ = subject;
/// ```
pub trait SecurityScheme: Send + Sync {
    /// What the scheme reads.
    type Credential<'r>: Credential;

    /// Whether [`read`](Self::read) can return an error, so that the document has a 401 even where the credential is
    /// optional.
    const REJECTS: bool = false;

    /// Whether it reads nothing but what it describes.
    #[doc(hidden)]
    const IS_BUILT_IN: bool = false;

    /// Returns the scheme's name in the document, of letters, digits, `.`, `-` and `_`. Schemes with the same name must
    /// be the same.
    fn name(&self) -> &str;

    /// Returns the Security Scheme Object of the document (OpenAPI 3.1, 4.8.27).
    fn describe(&self) -> Value;

    /// Returns the challenge of the 401, `WWW-Authenticate` (RFC 9110, 11.6.1).
    fn challenge(&self) -> String;

    /// Reads the credential: `None` if the request has none, or one for another scheme. An error is sent even if the
    /// credential is optional.
    fn read<'r>(&self, request: &'r Request) -> Result<Option<Self::Credential<'r>>>;

    /// Returns the error for a request without a credential: a 401 with the [`challenge`](Self::challenge). The
    /// document describes it.
    fn not_authenticated(&self) -> HttpError {
        HttpError::new(401, "Not authenticated").header("WWW-Authenticate", &self.challenge())
    }
}

/// Adds the scheme, and the error for a request without a credential, to an operation.
pub(crate) fn describe<T, C, S>(scheme: &S, op: &mut Operation<'_>)
where
    S: SecurityScheme,
    T: FromCredential<C>,
{
    let described = scheme.describe();
    if let Some(mistake) = mistake(&described, &scheme.challenge()) {
        let name = scheme.name();
        op.scheme_mistake(format!("the security scheme `{name}`: {mistake}"));
    }
    op.security_scheme(scheme.name(), described, T::OPTIONAL);
    if !S::IS_BUILT_IN {
        op.custom_scheme(scheme.name());
    }
    if !T::OPTIONAL || S::REJECTS {
        let error = scheme.not_authenticated();
        let described = match error.headers().contains_key(WWW_AUTHENTICATE) {
            true => ResponseDoc::challenge(),
            false => ResponseDoc::error(),
        };
        op.response(error.status().as_u16(), described);
    }
}

/// Returns why no request could ever have the credential, or no response the challenge.
fn mistake(scheme: &Value, challenge: &str) -> Option<String> {
    let text = |key: &str| scheme[key].as_str().unwrap_or_default();
    let name = text("name");
    if text("type") == "apiKey" && text("in") != "query" && !is_token(name) {
        let place = text("in");
        return Some(format!("{name:?} is not a valid name for a {place}"));
    }
    if text("type") == "http" && !is_token(text("scheme")) {
        let scheme = text("scheme");
        return Some(format!(
            "{scheme:?} is not a valid scheme for `Authorization`"
        ));
    }
    let is_valid = HeaderValue::try_from(challenge).is_ok();
    (!is_valid).then(|| format!("its challenge {challenge:?} cannot be sent in a header"))
}

/// Reads an argument with a scheme.
pub(crate) fn extract<'r, T, S>(scheme: &S, cx: &mut Context<'r>) -> Option<T>
where
    S: SecurityScheme,
    T: FromCredential<S::Credential<'r>>,
{
    let failure = match scheme.read(cx.request()) {
        Ok(Some(credential)) => return Some(T::from_credential(credential)),
        Ok(None) => match T::missing() {
            Some(missing) => return Some(missing),
            None => scheme.not_authenticated(),
        },
        Err(error) => error,
    };
    cx.fail(Failure::of(failure));
    None
}
