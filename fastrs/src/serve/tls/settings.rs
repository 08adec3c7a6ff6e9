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
}

impl Tls {
    /// Uses the certificate and the key in these PEM files.
    ///
    /// The first file contains the server's own certificate first, followed by those that lead to a certificate
    /// authority that clients know: `fullchain.pem` of Let's Encrypt. The key may be in PKCS #8, PKCS #1 or SEC 1. One
    /// file may contain both.
    pub fn from_pem_files(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self {
            certificate: Pem::File(certificate.into()),
            key: Pem::File(key.into()),
        }
    }

    /// Uses a certificate and a key in PEM that the program has already, for example from a vault.
    pub fn from_pem(certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        Self {
            certificate: Pem::Text(certificate.into().into()),
            key: Pem::Text(key.into().into()),
        }
    }

    /// Returns the versions of all files.
    pub(super) fn versions(&self) -> Vec<Option<Version>> {
        [&self.certificate, &self.key].map(Pem::version).into()
    }
}
