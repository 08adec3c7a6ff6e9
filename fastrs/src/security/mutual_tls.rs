//! Client certificates.

use serde_json::{Value, json};

use super::{Credential, SecurityScheme, http::described};
use crate::{
    error::Result,
    request::{ClientCertificate, Request},
};

/// A client certificate, which the server checks in the TLS handshake
/// ([`Tls::client_ca`](crate::Tls::client_ca)). It reads a [`ClientCertificate`].
///
/// ```
/// use fastrs::{ClientCertificate, prelude::*, security::MutualTls};
///
/// const CERTIFICATE: MutualTls = MutualTls::new();
///
/// #[get("/me")]
/// async fn me(#[security(CERTIFICATE)] client: ClientCertificate) -> Option<String> {
///     client.common_name().map(str::to_owned)
/// }
///
/// # fastrs::__private::block_on(async {
/// # use fastrs::testing::TestClient;
/// let client = TestClient::start(App::new("Shop", "1.0.0").routes(routes![me])).await;
/// assert_eq!(client.get("/me").await.status(), 401);
/// # });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MutualTls {
    name: &'static str,
    description: Option<&'static str>,
}

impl MutualTls {
    /// Creates the scheme.
    #[allow(clippy::new_without_default)] // schemes are constants
    pub const fn new() -> Self {
        Self {
            name: "MutualTLS",
            description: None,
        }
    }

    documented!();
}

impl Credential for ClientCertificate {}

impl SecurityScheme for MutualTls {
    const IS_BUILT_IN: bool = true;
    type Credential<'r> = ClientCertificate;

    fn name(&self) -> &str {
        self.name
    }

    fn describe(&self) -> Value {
        described(json!({ "type": "mutualTLS" }), self.description)
    }

    fn challenge(&self) -> String {
        "MutualTLS".into()
    }

    fn read(&self, request: &Request) -> Result<Option<ClientCertificate>> {
        Ok(request.extensions().get().cloned())
    }
}
