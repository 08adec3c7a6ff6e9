//! What the user says about TLS.

use std::path::PathBuf;

use super::pem::{Pem, Version};

/// The certificate and the key of a server that speaks TLS, for [`ServeConfig::tls`](crate::ServeConfig::tls).
///
/// The server accepts TLS 1.2 and 1.3. The files are read when the server starts. If one cannot be used, the server does
/// not start, and the error says why. Afterwards, the server reads them again when they change, and when the process
/// receives SIGHUP; new connections then use the new certificate. If the new files cannot be used, the server logs an
/// error and keeps the old certificate.
///
/// ```
/// use fastrs::{ServeConfig, Tls};
///
/// let tls = Tls::from_pem_files("/etc/shop/fullchain.pem", "/etc/shop/privkey.pem");
/// let config = ServeConfig::new().tls(tls);
/// # let _ = config;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Tls {
    pub(super) certificate: Pem,
    pub(super) key: Pem,
    pub(super) client_ca: Option<Pem>,
    pub(super) are_clients_optional: bool,
}

impl Tls {
    /// Uses the certificate and the key in these PEM files.
    ///
    /// The first file contains the server's own certificate first, followed by those that lead to a certificate
    /// authority that clients know: `fullchain.pem` of Let's Encrypt. The key may be in PKCS #8, PKCS #1 or SEC 1. One
    /// file may contain both.
    pub fn from_pem_files(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self::new(Pem::File(certificate.into()), Pem::File(key.into()))
    }

    /// Uses a certificate and a key in PEM that the program has already, for example from a vault.
    pub fn from_pem(certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        let (certificate, key) = (certificate.into(), key.into());
        Self::new(Pem::Text(certificate.into()), Pem::Text(key.into()))
    }

    fn new(certificate: Pem, key: Pem) -> Self {
        Self {
            certificate,
            key,
            client_ca: None,
            are_clients_optional: false,
        }
    }

    /// Requires a certificate from each client, issued by one of the authorities in this PEM file, directly or through
    /// certificates that the client sends as well. A client without one is refused in the handshake.
    ///
    /// ```
    /// use fastrs::Tls;
    ///
    /// let tls = Tls::from_pem_files("cert.pem", "key.pem").client_ca("clients.pem");
    /// # let _ = tls;
    /// ```
    ///
    /// Handlers read it as a [`ClientCertificate`](crate::ClientCertificate). When the file changes, new connections use
    /// the new authorities. Revocation lists are not read: issue certificates that last for days rather than years.
    pub fn client_ca(mut self, authorities: impl Into<PathBuf>) -> Self {
        self.client_ca = Some(Pem::File(authorities.into()));
        self
    }

    /// Requires certificates like [`client_ca`](Self::client_ca), from authorities in PEM that the program has already.
    pub fn client_ca_pem(mut self, authorities: impl Into<Vec<u8>>) -> Self {
        self.client_ca = Some(Pem::Text(authorities.into().into()));
        self
    }

    /// Also accepts clients without a certificate, for an app that asks only some of them for one. A certificate of
    /// another authority is still refused.
    pub fn optional_client_certificate(mut self) -> Self {
        self.are_clients_optional = true;
        self
    }

    /// Returns the versions of all files.
    pub(super) fn versions(&self) -> Vec<Option<Version>> {
        let files = [
            Some(&self.certificate),
            Some(&self.key),
            self.client_ca.as_ref(),
        ];
        files.into_iter().flatten().map(Pem::version).collect()
    }
}
