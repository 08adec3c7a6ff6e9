//! Reads certificates and keys, and says what is wrong with them.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{Error, InconsistentKeys, RootCertStore, ServerConfig};

use super::pem::Pem;
use super::settings::Tls;
use super::stream::HTTP2;
use super::x509;

/// Reads everything, and returns what rustls needs for a connection, or the mistake.
pub(super) fn load(tls: &Tls, http2: bool) -> Result<ServerConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let verifier = client_verifier(tls, &provider)?;
    let certificates = certificates(&tls.certificate, "certificate")?;
    let key = key(&tls.key)?;
    if let Some(problem) = certificates.first().and_then(|first| out_of_date(first)) {
        let certificate = &tls.certificate;
        tracing::warn!("the TLS certificate {certificate} {problem}");
        crate::log::to_stderr(format_args!(
            "WARNING the TLS certificate {certificate} {problem}"
        ));
    }
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_client_cert_verifier(verifier);
    let mut config = builder
        .with_single_cert(certificates, key)
        .map_err(|error| pair_error(tls, &error))?;
    if http2 {
        config.alpn_protocols.push(HTTP2.to_vec());
    }
    let http1 = [&b"http/1.1"[..], b"http/1.0"].map(<[u8]>::to_vec);
    config.alpn_protocols.extend(http1);
    config.ticketer =
        ring::Ticketer::new().map_err(|error| format!("TLS cannot be set up: {error}"))?;
    Ok(config)
}

/// Returns what checks the certificates of clients.
fn client_verifier(
    tls: &Tls,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, String> {
    let Some(pem) = &tls.client_ca else {
        return Ok(WebPkiClientVerifier::no_client_auth());
    };
    let mut roots = RootCertStore::empty();
    for authority in certificates(pem, "certificate of an authority for clients")? {
        roots.add(authority).map_err(|error| {
            format!("the certificate of an authority for clients in {pem} is not valid: {error}")
        })?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(provider));
    let builder = match tls.are_clients_optional {
        true => builder.allow_unauthenticated(),
        false => builder,
    };
    builder
        .build()
        .map_err(|error| format!("TLS cannot be set up: {error}"))
}

fn certificates(pem: &Pem, what: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = read(pem, what)?;
    let certificates = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    let certificates = certificates.map_err(|error| not_pem(pem, what, &error))?;
    match certificates.is_empty() {
        false => Ok(certificates),
        true => {
            let hint = match PrivateKeyDer::from_pem_slice(&text) {
                Ok(_) => "it contains a private key, which is the other argument",
                Err(_) => "it has to contain `-----BEGIN CERTIFICATE-----`",
            };
            Err(format!("{pem} contains no {what}: {hint}"))
        }
    }
}

fn key(pem: &Pem) -> Result<PrivateKeyDer<'static>, String> {
    let text = read(pem, "key")?;
    match PrivateKeyDer::from_pem_slice(&text) {
        Ok(key) => Ok(key),
        Err(PemError::NoItemsFound) => {
            let is_encrypted = String::from_utf8_lossy(&text).contains("ENCRYPTED PRIVATE KEY");
            let hint = match is_encrypted {
                true => {
                    "it is encrypted; decrypt it with `openssl pkey -in key.pem -out plain.pem`"
                }
                false => "it has to contain `-----BEGIN PRIVATE KEY-----`",
            };
            Err(format!("{pem} contains no usable TLS key: {hint}"))
        }
        Err(error) => Err(not_pem(pem, "key", &error)),
    }
}

fn read(pem: &Pem, what: &str) -> Result<Arc<[u8]>, String> {
    pem.read().map_err(|error| {
        format!("cannot read the TLS {what} {pem}: {error}; check the path and its permissions")
    })
}

fn not_pem(pem: &Pem, what: &str, error: &PemError) -> String {
    format!("the TLS {what} {pem} is not valid PEM: {error}")
}

/// Returns why clients refuse a certificate today.
fn out_of_date(certificate: &CertificateDer<'_>) -> Option<&'static str> {
    let (from, until) = x509::validity(certificate)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs() as i64;
    match now {
        _ if now > until => Some("has expired: clients refuse it until it is renewed"),
        _ if now < from => Some("is not valid yet: check the clock of this machine"),
        _ => None,
    }
}

/// Says why a certificate and a key cannot be used.
fn pair_error(tls: &Tls, error: &Error) -> String {
    let (certificate, key) = (&tls.certificate, &tls.key);
    match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => format!(
            "the TLS key {key} does not belong to the certificate {certificate}: use the two that were made together, \
             with the server's own certificate before the others"
        ),
        Error::InvalidCertificate(_) => {
            format!("the TLS certificate {certificate} is not valid: {error}")
        }
        _ => format!(
            "the TLS key {key} cannot be used: {error}; use a key for ECDSA (P-256 or P-384), Ed25519, or RSA with \
             2048 to 4096 bits"
        ),
    }
}
