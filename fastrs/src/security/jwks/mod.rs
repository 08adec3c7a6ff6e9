//! Tokens from an identity provider, whose keys are fetched from its URL.

mod cache;
mod error;
mod provider;

use std::{
    borrow::Cow,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use serde::de::DeserializeOwned;

pub use error::JwksError;

use cache::Cache;
use provider::{KeySet, Provider};

use super::{
    JwtError, JwtKeyError, MadeOnce,
    jwt::{Expected, decode, now_or_end},
};

/// Checks tokens that another party issues, such as a company's login, with its public keys (RFC 7517). They are
/// fetched when the first token is checked, and again from time to time.
///
/// The rules for tokens are those of [`Jwt`](super::Jwt). Of the provider's keys, only public ones for signatures are
/// used, each for its one algorithm: RS256 to RS512, PS256 to PS512, ES256, ES384 and EdDSA. An RSA key without `alg`
/// is for RS256.
///
/// - Keys are used for as long as the provider's `Cache-Control` says, but for at least 5 minutes and at most a day, or
///   for an hour if it says nothing.
/// - In the last fifth of this time, they are fetched again while they are still used, so no request waits for that.
/// - If a token names an unknown key, the keys are fetched again, but at most once a minute for this reason.
/// - However many requests wait for the keys, they are fetched once, within [5 seconds](Self::timeout).
/// - While the provider is down, the last keys are used for another day. If there are none, the error is a 503.
/// - The URL must begin with `https://`, unless its host is the machine itself. Redirects are not followed, and the
///   environment's proxy is not used.
///
/// ```no_run
/// use fastrs::prelude::*;
/// use fastrs::security::{HttpBearer, Jwks, JwksError};
///
/// const BEARER: HttpBearer = HttpBearer::new();
///
/// #[model]
/// struct Claims {
///     sub: String,
/// }
///
/// #[dependency(scope = "app")]
/// async fn jwks() -> Result<Jwks> {
///     Ok(Jwks::discover("https://login.example")?.audience("shop"))
/// }
///
/// #[dependency]
/// async fn current_user(#[security(BEARER)] token: &str, #[depends(jwks)] jwks: &Jwks) -> Result<String, JwksError> {
///     let claims: Claims = jwks.decode(token).await?;
///     Ok(claims.sub)
/// }
/// # let _ = current_user;
/// ```
#[derive(Clone)]
#[must_use]
pub struct Jwks {
    provider: Provider,
    expected: Expected,
    cache: Arc<Cache>,
}

impl Jwks {
    /// Checks tokens with the keys at this URL, which is a JWK Set.
    pub fn new(url: impl AsRef<str>) -> Result<Self, JwtKeyError> {
        Provider::new(url.as_ref()).map(Self::of)
    }

    /// Checks the tokens of this issuer, whose document at `/.well-known/openid-configuration` names the URL of its
    /// keys (OpenID Connect Discovery 1.0). Only its own tokens are accepted: their `iss` is the issuer as that
    /// document spells it.
    pub fn discover(issuer: impl AsRef<str>) -> Result<Self, JwtKeyError> {
        let jwks = Provider::of_issuer(issuer.as_ref()).map(Self::of)?;
        Ok(jwks.issuer(issuer.as_ref()))
    }

    fn of(provider: Provider) -> Self {
        Self {
            provider,
            expected: Expected::default(),
            cache: Arc::default(),
        }
    }

    /// Sets the only `iss` that is accepted.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.expected.issuer = Some(issuer.into());
        self
    }

    /// Sets the audience that a token must be for: usually the id under which the app is registered with the provider.
    /// A token for another app is rejected even if none is set.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.expected.audience = Some(audience.into());
        self
    }

    /// Sets the only `typ` that is accepted: [`Jwt::typ`](super::Jwt::typ).
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.expected.typ = Some(typ.into());
        self
    }

    /// Sets by how much the provider's clock may differ. The default is 5 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.expected.leeway = leeway;
        self
    }

    /// Sets how long fetching the keys may take altogether. The default is 5 seconds, of which connecting may take 3.
    /// With zero, an app that depends on this value does not start.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.provider.timeout = timeout;
        self
    }

    /// Also trusts the certificates in this PEM, such as that of a company's own certificate authority. Without it, the
    /// provider's certificate must be one that browsers trust, according to Mozilla's list, which is part of the
    /// program.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Result<Self, JwtKeyError> {
        self.provider.trust(pem.as_ref())?;
        Ok(self)
    }

    /// Checks a token and returns its claims. The error is a 401, whose reason is logged at the level `INFO`, or a 503
    /// if there are no keys.
    pub async fn decode<T: DeserializeOwned>(&self, token: &str) -> Result<T, JwksError> {
        let since = Instant::now();
        let keys = self.cache.keys(&self.provider, since).await?;
        let mut decoded = self.decode_with(&keys, token);
        if decoded.as_ref().is_err_and(JwtError::is_unknown_key)
            && let Some(newer) = self.cache.search(&self.provider, since).await
        {
            decoded = self.decode_with(&newer, token);
        }
        Ok(decoded.inspect_err(JwtError::log)?)
    }

    fn decode_with<T: DeserializeOwned>(&self, set: &KeySet, token: &str) -> Result<T, JwtError> {
        decode(token, &set.keys, &self.expected_of(set), now_or_end())
    }

    /// Returns what a token must say: its issuer is the one that the provider names, unless the app sets another.
    fn expected_of(&self, set: &KeySet) -> Cow<'_, Expected> {
        let is_own = self.expected.issuer == self.provider.issuer;
        match &set.issuer {
            Some(issuer) if is_own => Cow::Owned(Expected {
                issuer: Some(issuer.clone()),
                ..self.expected.clone()
            }),
            _ => Cow::Borrowed(&self.expected),
        }
    }
}

impl MadeOnce for Jwks {
    const REPEATED: &'static str =
        "a `Jwks` for each request, so each request would fetch the keys";

    fn mistake(&self) -> Option<String> {
        let is_zero = self.provider.timeout.is_zero();
        is_zero.then(|| "with a `timeout` of zero, it can fetch no keys".to_owned())
    }
}

/// Shows the URL and the settings.
impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwks")
            .field("url", &self.provider.url)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}
