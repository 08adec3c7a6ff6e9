//! OAuth 2 and OpenID Connect.

use serde_json::{Map, Value, json};

use super::{
    SecurityScheme,
    http::{Authorization, described, whole},
};
use crate::{error::Result, request::Request};

/// The URLs and scopes of one OAuth 2 flow (OpenAPI 3.1, 4.8.29).
#[derive(Clone, Copy, Debug)]
pub struct OAuthFlow {
    authorization_url: Option<&'static str>,
    token_url: Option<&'static str>,
    refresh_url: Option<&'static str>,
    scopes: &'static [(&'static str, &'static str)],
}

impl OAuthFlow {
    /// Creates a flow without URLs or scopes.
    #[allow(clippy::new_without_default)] // schemes are constants
    pub const fn new() -> Self {
        Self {
            authorization_url: None,
            token_url: None,
            refresh_url: None,
            scopes: &[],
        }
    }

    /// Sets the URL that shows the login page: for the flows `implicit` and `authorization_code`.
    pub const fn authorization_url(self, url: &'static str) -> Self {
        Self {
            authorization_url: Some(url),
            ..self
        }
    }

    /// Sets the URL that issues tokens: for all flows but `implicit`.
    pub const fn token_url(self, url: &'static str) -> Self {
        Self {
            token_url: Some(url),
            ..self
        }
    }

    /// Sets the URL that renews tokens.
    pub const fn refresh_url(self, url: &'static str) -> Self {
        Self {
            refresh_url: Some(url),
            ..self
        }
    }

    /// Sets the scopes, each with its description.
    pub const fn scopes(self, scopes: &'static [(&'static str, &'static str)]) -> Self {
        Self { scopes, ..self }
    }

    fn describe(&self) -> Value {
        let mut flow = Map::new();
        let urls = [
            ("authorizationUrl", self.authorization_url),
            ("tokenUrl", self.token_url),
            ("refreshUrl", self.refresh_url),
        ];
        for (key, url) in urls {
            if let Some(url) = url {
                flow.insert(key.into(), url.into());
            }
        }
        let mut scopes = Map::new();
        for (scope, description) in self.scopes {
            scopes.insert((*scope).into(), (*description).into());
        }
        flow.insert("scopes".into(), scopes.into());
        flow.into()
    }
}

/// The flows of an [`OAuth2`] scheme.
#[derive(Clone, Copy, Debug)]
pub struct OAuthFlows {
    implicit: Option<OAuthFlow>,
    password: Option<OAuthFlow>,
    client_credentials: Option<OAuthFlow>,
    authorization_code: Option<OAuthFlow>,
}

impl OAuthFlows {
    /// Creates an empty set of flows.
    #[allow(clippy::new_without_default)] // schemes are constants
    pub const fn new() -> Self {
        Self {
            implicit: None,
            password: None,
            client_credentials: None,
            authorization_code: None,
        }
    }

    /// Adds the implicit flow, which RFC 9700 advises against.
    pub const fn implicit(self, flow: OAuthFlow) -> Self {
        Self {
            implicit: Some(flow),
            ..self
        }
    }

    /// Adds the password flow.
    pub const fn password(self, flow: OAuthFlow) -> Self {
        Self {
            password: Some(flow),
            ..self
        }
    }

    /// Adds the client credentials flow.
    pub const fn client_credentials(self, flow: OAuthFlow) -> Self {
        Self {
            client_credentials: Some(flow),
            ..self
        }
    }

    /// Adds the authorization code flow.
    pub const fn authorization_code(self, flow: OAuthFlow) -> Self {
        Self {
            authorization_code: Some(flow),
            ..self
        }
    }

    fn describe(&self) -> Value {
        let mut flows = Map::new();
        let all = [
            ("implicit", &self.implicit),
            ("password", &self.password),
            ("clientCredentials", &self.client_credentials),
            ("authorizationCode", &self.authorization_code),
        ];
        for (key, flow) in all {
            if let Some(flow) = flow {
                flows.insert(key.into(), flow.describe());
            }
        }
        flows.into()
    }
}

/// OAuth 2 with any flows. It reads the whole header `Authorization`, whatever its scheme.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{OAuth2, OAuthFlow, OAuthFlows};
///
/// const OAUTH2: OAuth2 = OAuth2::new(
///     OAuthFlows::new().client_credentials(OAuthFlow::new().token_url("/token")),
/// );
///
/// #[get("/header")]
/// async fn header(#[security(OAUTH2)] authorization: String) -> String {
///     authorization
/// }
/// # let _ = header;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OAuth2 {
    name: &'static str,
    description: Option<&'static str>,
    flows: OAuthFlows,
}

impl OAuth2 {
    /// Creates the scheme.
    pub const fn new(flows: OAuthFlows) -> Self {
        Self {
            name: "OAuth2",
            description: None,
            flows,
        }
    }

    documented!();
}

impl SecurityScheme for OAuth2 {
    const IS_BUILT_IN: bool = true;
    type Credential<'r> = &'r str;

    fn name(&self) -> &str {
        self.name
    }

    fn describe(&self) -> Value {
        let scheme = json!({"type": "oauth2", "flows": self.flows.describe()});
        described(scheme, self.description)
    }

    fn challenge(&self) -> String {
        "Bearer".into()
    }

    fn read<'r>(&self, request: &'r Request) -> Result<Option<&'r str>> {
        Ok(whole(request))
    }
}

macro_rules! bearers {
    ($($(#[$doc:meta])* $scheme:ident = $name:literal, $flow:ident, new($($url:ident),*) {})*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $scheme {
            name: &'static str,
            description: Option<&'static str>,
            flow: OAuthFlow,
        }

        impl $scheme {
            /// Creates the scheme, given its URLs. They may be relative to the document's server.
            pub const fn new($($url: &'static str),*) -> Self {
                Self {
                    name: $name,
                    description: None,
                    flow: OAuthFlow::new()$(.$url($url))*,
                }
            }

            /// Sets the URL that renews tokens.
            pub const fn refresh_url(self, url: &'static str) -> Self {
                Self { flow: self.flow.refresh_url(url), ..self }
            }

            /// Sets the scopes that a client can ask for, each with its description.
            pub const fn scopes(self, scopes: &'static [(&'static str, &'static str)]) -> Self {
                Self { flow: self.flow.scopes(scopes), ..self }
            }

            documented!();
        }

        impl SecurityScheme for $scheme {
            const IS_BUILT_IN: bool = true;
            type Credential<'r> = &'r str;

            fn name(&self) -> &str {
                self.name
            }

            fn describe(&self) -> Value {
                let flows = OAuthFlows::new().$flow(self.flow);
                let scheme = json!({"type": "oauth2", "flows": flows.describe()});
                described(scheme, self.description)
            }

            fn challenge(&self) -> String {
                "Bearer".into()
            }

            fn read<'r>(&self, request: &'r Request) -> Result<Option<&'r str>> {
                let sent = Authorization::with_scheme(request, "bearer");
                Ok(sent.map(|sent| sent.credentials))
            }
        }
    )*};
}

bearers! {
    /// A bearer token that the app itself issues for a user name and a password.
    ///
    /// ```
    /// use fastrs::security::OAuth2PasswordBearer;
    ///
    /// const OAUTH2: OAuth2PasswordBearer =
    ///     OAuth2PasswordBearer::new("token").scopes(&[("me", "Who you are."), ("items", "Your items.")]);
    /// ```
    OAuth2PasswordBearer = "OAuth2PasswordBearer", password, new(token_url) {}
    /// A bearer token that another party issues: the user logs in there.
    ///
    /// ```
    /// use fastrs::security::OAuth2AuthorizationCodeBearer;
    ///
    /// const OAUTH2: OAuth2AuthorizationCodeBearer = OAuth2AuthorizationCodeBearer::new(
    ///     "https://login.example/authorize",
    ///     "https://login.example/token",
    /// );
    /// ```
    OAuth2AuthorizationCodeBearer = "OAuth2AuthorizationCodeBearer", authorization_code, new(authorization_url, token_url) {}
}

/// OpenID Connect: the document at the URL says how to log in. It reads the whole header `Authorization`, whatever its
/// scheme.
#[derive(Clone, Copy, Debug)]
pub struct OpenIdConnect {
    name: &'static str,
    description: Option<&'static str>,
    url: &'static str,
}

impl OpenIdConnect {
    /// Creates the scheme, given the URL of the provider's document, which ends in
    /// `/.well-known/openid-configuration`.
    pub const fn new(url: &'static str) -> Self {
        Self {
            name: "OpenIdConnect",
            description: None,
            url,
        }
    }

    documented!();
}

impl SecurityScheme for OpenIdConnect {
    const IS_BUILT_IN: bool = true;
    type Credential<'r> = &'r str;

    fn name(&self) -> &str {
        self.name
    }

    fn describe(&self) -> Value {
        let scheme = json!({"type": "openIdConnect", "openIdConnectUrl": self.url});
        described(scheme, self.description)
    }

    fn challenge(&self) -> String {
        "Bearer".into()
    }

    fn read<'r>(&self, request: &'r Request) -> Result<Option<&'r str>> {
        Ok(whole(request))
    }
}
