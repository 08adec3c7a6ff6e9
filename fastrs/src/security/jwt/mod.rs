//! JSON Web Tokens.

mod claims;
mod error;
mod header;
#[cfg(feature = "oidc")]
mod jwk;
mod key;
mod token;

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use error::{JwtError, JwtKeyError};
pub use key::{JwtKey, KeyBytes};

pub(super) use claims::Expected;
#[cfg(feature = "oidc")]
pub(super) use jwk::read_set;

use claims::{LAST_SECOND, Registered};
use error::Reason;
use token::Parts;

use super::MadeOnce;
use crate::error::{HttpError, Result};

/// Issues and checks JSON Web Tokens (RFC 7519), which it signs with one key and checks with any number of keys.
///
/// It sets and checks the registered claims `exp`, `iat`, `nbf`, `iss` and `aud`; the app's own model has the others,
/// such as `sub`. A token is accepted only if
///
/// - its algorithm is that of a key, and its signature is valid. What the token says about its key is ignored, except
///   for `kid`, which selects one of the keys;
/// - it has an `exp` that has not passed, and no `nbf` or `iat` in the future, give or take the
///   [`leeway`](Self::leeway);
/// - its `iss` and `aud` are the configured ones. A token for another audience is rejected even if none is configured;
/// - its type is the configured one, if [`typ`](Self::typ) is set, and its claims are not another token;
/// - it is at most 8 KiB long, and has no critical extension.
///
/// ```
/// use std::time::Duration;
///
/// use fastrs::prelude::*;
/// use fastrs::security::{Jwt, OAuth2PasswordBearer};
///
/// #[model]
/// struct Claims {
///     sub: String,
/// }
///
/// #[dependency(scope = "app")]
/// async fn jwt() -> Result<Jwt> {
///     let secret = b"a secret of at least 32 bytes, not in the code";
///     Ok(Jwt::hs256(secret)?.issuer("https://shop.example").lifetime(Duration::from_secs(600)))
/// }
///
/// const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");
///
/// #[dependency]
/// async fn current_user(#[security(OAUTH2)] token: &str, #[depends(jwt)] jwt: &Jwt) -> Result<String> {
///     let claims: Claims = jwt.decode(token)?;
///     Ok(claims.sub)
/// }
///
/// #[post("/token")]
/// async fn login(#[depends(jwt)] jwt: &Jwt) -> Result<String> {
///     jwt.encode(&Claims { sub: "alice".into() })
/// }
///
/// #[get("/me")]
/// async fn me(#[depends(current_user)] user: String) -> String {
///     user
/// }
///
/// # fastrs::__private::block_on(async {
/// # use fastrs::testing::TestClient;
/// let client = TestClient::start(App::new("Users", "1.0.0").routes(routes![login, me])).await;
/// let token: String = client.post("/token").send().await.json();
/// let me = client.get("/me").header("authorization", &format!("Bearer {token}"));
/// assert_eq!(me.send().await.json::<String>(), "alice");
///
/// let forged = client.get("/me").header("authorization", "Bearer x.y.z").send().await;
/// assert_eq!(forged.status(), 401);
/// # });
/// ```
#[derive(Clone)]
#[must_use]
pub struct Jwt {
    /// The first one signs.
    keys: Vec<JwtKey>,
    expected: Expected,
    lifetime: Duration,
}

impl Jwt {
    /// Signs and checks with this key. If it can only check, [`encode`](Self::encode) fails.
    pub fn new(key: JwtKey) -> Self {
        Self {
            keys: vec![key],
            expected: Expected::default(),
            lifetime: Duration::from_secs(15 * 60),
        }
    }

    /// Signs and checks with HMAC-SHA-256 and this secret: [`JwtKey::hs256`].
    pub fn hs256(secret: impl KeyBytes) -> Result<Self, JwtKeyError> {
        JwtKey::hs256(secret).map(Self::new)
    }

    /// Also accepts tokens that are signed with this key, such as the one that signed before the current one. If
    /// several keys are in use, each should have a [`kid`](JwtKey::kid); two with the same are an error.
    pub fn accept(mut self, key: JwtKey) -> Result<Self, JwtKeyError> {
        if let Some(kid) = &key.kid
            && self.keys.iter().any(|known| known.kid == key.kid)
        {
            return Err(JwtKeyError(format!("two keys are called `{kid}`")));
        }
        self.keys.push(key);
        Ok(self)
    }

    /// Sets the issuer: `iss` in new tokens, and the only one that is accepted.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.expected.issuer = Some(issuer.into());
        self
    }

    /// Sets the audience: `aud` in new tokens, and the one that a token must be for.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.expected.audience = Some(audience.into());
        self
    }

    /// Sets the type: `typ` in new tokens, instead of `JWT`, and the only one that is accepted. By default, a token may
    /// have any type, or none.
    ///
    /// If the issuer gives its tokens different types, such as `at+jwt` for access tokens (RFC 9068), this keeps an ID
    /// token or a refresh token from being accepted as an access token.
    ///
    /// ```
    /// use fastrs::security::Jwt;
    ///
    /// # fn main() -> fastrs::Result<()> {
    /// # let secret = [1; 32];
    /// let access = Jwt::hs256(secret)?.typ("at+jwt");
    /// let refresh = Jwt::hs256(secret)?.typ("rt+jwt");
    /// # let claims = fastrs::json!({"sub": "alice"});
    /// assert!(access.decode::<fastrs::Value>(&refresh.encode(&claims)?).is_err());
    /// # assert!(access.decode::<fastrs::Value>(&access.encode(&claims)?).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.expected.typ = Some(typ.into());
        self
    }

    /// Sets how long new tokens are valid. The default is 15 minutes. With less than a second, an app that depends on
    /// this value does not start.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets by how much the clocks of other machines may differ. The default is 5 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.expected.leeway = leeway;
        self
    }

    /// Issues a token with these claims, which are a JSON object. A registered claim among them replaces the one that
    /// would be set: `exp`, for a token with a lifetime of its own.
    pub fn encode<T: Serialize>(&self, claims: &T) -> Result<String> {
        let Value::Object(mut claims) = serde_json::to_value(claims)? else {
            return Err(
                HttpError::from_status(500).cause("the claims of a token must be an object")
            );
        };
        let now = now().unwrap_or_default();
        let expected = &self.expected;
        let mut set = |name: &str, value: Value| {
            let claim = claims.entry(name).or_insert(Value::Null);
            if claim.is_null() {
                *claim = value;
            }
        };
        let exp = now.saturating_add(self.lifetime).as_secs();
        set("exp", exp.min(LAST_SECOND).into());
        set("iat", now.as_secs().into());
        if let Some(issuer) = &expected.issuer {
            set("iss", issuer.as_str().into());
        }
        if let Some(audience) = &expected.audience {
            set("aud", audience.as_str().into());
        }
        let Some(key) = self.keys.first() else {
            return Err(HttpError::from_status(500));
        };
        let typ = expected.typ.as_deref().unwrap_or("JWT");
        token::sign(key, typ, &claims.into())
    }

    /// Checks a token and returns its claims. The error is a 401, whose reason is logged at the level `INFO`.
    pub fn decode<T: DeserializeOwned>(&self, token: &str) -> Result<T, JwtError> {
        self.decode_at(token, now_or_end())
            .inspect_err(JwtError::log)
    }

    fn decode_at<T: DeserializeOwned>(&self, token: &str, now: Duration) -> Result<T, JwtError> {
        decode(token, &self.keys, &self.expected, now)
    }
}

/// Returns the claims of a token if one of these keys signed it, and its claims are as expected.
pub(super) fn decode<T: DeserializeOwned>(
    token: &str,
    keys: &[JwtKey],
    expected: &Expected,
    now: Duration,
) -> Result<T, JwtError> {
    let parts = Parts::of(token)?;
    let header = parts.header()?;
    if let Some(typ) = &expected.typ
        && !header.has_type(typ)
    {
        return Err(JwtError::new(Reason::Type));
    }
    let mut error = JwtError::new(Reason::UnknownKey);
    for key in keys.iter().filter(|key| key.fits(&header, keys.len())) {
        match token::verify(key, &parts) {
            Err(failed) => error = failed,
            Ok(claims) => {
                Registered::read(&claims)?.check(expected, now)?;
                return serde_json::from_str(&claims).map_err(|cause| JwtError::claims(&cause));
            }
        }
    }
    Err(error)
}

/// Returns the time since 1970.
fn now() -> Option<Duration> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok()
}

/// Returns the time since 1970. If the clock shows an earlier time, every token has expired.
pub(super) fn now_or_end() -> Duration {
    now().unwrap_or(Duration::MAX)
}

impl MadeOnce for Jwt {
    const REPEATED: &'static str =
        "a `Jwt` for each request, so a wrong key would not stop the app from starting";

    fn mistake(&self) -> Option<String> {
        let lifetime = self.lifetime;
        let is_short = lifetime < Duration::from_secs(1);
        is_short.then(|| {
            format!("`lifetime({lifetime:?})` is too short: a token is valid for at least a second")
        })
    }
}

/// Shows the settings but no key.
impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("keys", &self.keys)
            .field("expected", &self.expected)
            .field("lifetime", &self.lifetime)
            .finish()
    }
}

#[cfg(test)]
mod tests;
