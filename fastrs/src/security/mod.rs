//! Security: schemes that read credentials from requests, and scopes.
//!
//! A scheme is a constant, and `#[security(SCHEME)]` reads a credential with it. The document then includes the scheme,
//! its scopes and the 401, and the docs page has an Authorize button.
//!
//! ```
//! use fastrs::prelude::*;
//! use fastrs::security::OAuth2PasswordBearer;
//!
//! const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");
//!
//! #[dependency]
//! async fn current_user(#[security(OAUTH2)] token: &str) -> Result<String> {
//!     match token {
//!         "alices-token" => Ok("alice".into()),
//!         _ => Err(HttpError::new(401, "Invalid token").header("WWW-Authenticate", "Bearer")),
//!     }
//! }
//!
//! #[get("/users/me")]
//! async fn me(#[depends(current_user)] user: String) -> String {
//!     user
//! }
//!
//! # fastrs::__private::block_on(async {
//! # use fastrs::testing::TestClient;
//! let client = TestClient::start(App::new("Users", "1.0.0").routes(routes![me])).await;
//! let anonymous = client.get("/users/me").send().await;
//! assert_eq!(anonymous.status(), 401);
//! assert_eq!(anonymous.header("www-authenticate"), Some("Bearer"));
//!
//! let alice = client.get("/users/me").header("authorization", "Bearer alices-token");
//! assert_eq!(alice.send().await.status(), 200);
//! # });
//! ```

/// The setters of every scheme.
macro_rules! documented {
    () => {
        /// Sets the scheme's name in the document, which is otherwise the name of FastAPI's class. Two schemes of an
        /// app need different names.
        pub const fn scheme_name(self, name: &'static str) -> Self {
            Self { name, ..self }
        }

        /// Sets the scheme's description in the document.
        pub const fn description(self, description: &'static str) -> Self {
            Self {
                description: Some(description),
                ..self
            }
        }
    };
}

mod api_key;
mod credential;
mod csrf;
mod http;
#[cfg(feature = "api-keys")]
mod issued_key;
#[cfg(feature = "oidc")]
mod jwks;
#[cfg(feature = "jwt")]
mod jwt;
mod made_once;
#[cfg(feature = "tls")]
mod mutual_tls;
mod oauth2;
mod password_form;
#[cfg(feature = "passwords")]
mod passwords;
mod scheme;
mod scopes;
#[cfg(any(feature = "cursors", feature = "sessions"))]
mod seal;
#[cfg(feature = "sessions")]
mod session;

pub use self::http::{
    Authorization, HttpAuthorizationCredentials, HttpBase, HttpBasic, HttpBasicCredentials,
    HttpBearer, HttpDigest,
};
pub use api_key::{ApiKeyCookie, ApiKeyHeader, ApiKeyQuery};
pub use credential::{Credential, FromCredential};
pub use csrf::Csrf;
#[cfg(feature = "api-keys")]
pub use issued_key::ApiKey;
#[cfg(feature = "oidc")]
pub use jwks::{Jwks, JwksError};
#[cfg(feature = "jwt")]
pub use jwt::{Jwt, JwtError, JwtKey, JwtKeyError, KeyBytes};
#[doc(hidden)]
pub use made_once::{MadeOnce, OnceCheck};
#[cfg(feature = "tls")]
pub use mutual_tls::MutualTls;
pub use oauth2::{
    OAuth2, OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OAuthFlow, OAuthFlows,
    OpenIdConnect,
};
pub use password_form::{OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict};
#[cfg(feature = "passwords")]
pub use passwords::{PasswordError, Passwords, Verification};
pub use scheme::SecurityScheme;
pub use scopes::{MissingScope, SecurityScopes};
#[cfg(feature = "cursors")]
pub(crate) use seal::{Key, secret_mistake};
#[cfg(all(feature = "sessions", feature = "sqlite"))]
pub use session::SqliteSessionStore;
#[cfg(feature = "sessions")]
pub use session::{
    MemorySessionStore, NoSession, Session, SessionData, SessionStore, Sessions, StoredSession,
};

pub(crate) use scheme::{describe, extract};
#[cfg(feature = "sessions")]
pub(crate) use session::{ErasedSessions, RequestSessions};
