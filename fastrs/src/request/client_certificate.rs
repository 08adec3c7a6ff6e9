//! The certificate by which a client identifies itself.

use std::{fmt, sync::Arc};

use bytes::Bytes;

/// The certificate that a client sent in the TLS handshake. Its chain leads to an authority that
/// [`Tls::client_ca`](crate::Tls::client_ca) names, it is not out of date, and the client has its key.
///
/// The argument of a handler is `#[security(..)]` with the scheme [`MutualTls`](crate::security::MutualTls). Layers and
/// middleware find it in the request's extensions.
///
/// ```
/// use fastrs::{ClientCertificate, Next, http, prelude::*};
///
/// /// Lets only clients with a certificate in.
/// #[middleware]
/// async fn identified(request: http::Request<Body>, next: Next) -> Result<Response> {
///     let certificate = request.extensions().get::<ClientCertificate>();
///     let name = certificate.and_then(ClientCertificate::common_name);
///     name.or_status(403, "No certificate with a name")?;
///     Ok(next.run(request).await)
/// }
/// # let _ = App::new("Shop", "1.0.0").middleware::<identified>();
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    der: Bytes,
    common_name: Option<Arc<str>>,
}

impl ClientCertificate {
    pub(crate) fn new(der: Bytes, common_name: Option<Arc<str>>) -> Self {
        Self { der, common_name }
    }

    /// Returns the whole certificate in DER, for a parser such as that of the crate `x509-parser`.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Returns the common name of its subject: `ada` for `CN=ada, O=Shop`. It is `None` if the subject has none, or
    /// several.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("common_name", &self.common_name)
            .finish_non_exhaustive()
    }
}
