//! What the handshake of a connection says about its requests.

use bytes::Bytes;
use http::header::HOST;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Request, Uri};

use super::stream::TlsStream;
use super::x509;
use crate::request::ClientCertificate;

/// The same for all requests of a connection.
#[derive(Debug)]
pub(in crate::serve) struct TlsInfo {
    certificate: Option<ClientCertificate>,
}

impl TlsInfo {
    pub(in crate::serve) fn of<S>(stream: &TlsStream<S>) -> Self {
        let certificates = stream.get_ref().1.peer_certificates();
        let own = certificates.and_then(<[_]>::first);
        Self {
            certificate: own.map(|der| {
                let common_name = x509::common_name(der).map(Into::into);
                ClientCertificate::new(Bytes::copy_from_slice(der), common_name)
            }),
        }
    }

    /// Adds it to a request: the scheme of its URI is `https`, and an extension is the client's certificate.
    pub(in crate::serve) fn add_to<B>(&self, request: &mut Request<B>) {
        if let Some(uri) = over_https(request.uri(), request.headers()) {
            *request.uri_mut() = uri;
        }
        if let Some(certificate) = &self.certificate {
            request.extensions_mut().insert(certificate.clone());
        }
    }
}

/// Returns the URI of a request with the scheme `https`, and with the host, without which a URI has no scheme. The targets
/// `*` and that of a CONNECT have neither.
fn over_https(uri: &Uri, headers: &HeaderMap) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query.as_ref().filter(|it| *it != "*")?;
    if parts.authority.is_none() {
        let host = headers.get(HOST)?.as_bytes();
        parts.authority = Authority::try_from(host).ok();
    }
    parts.scheme = Some(Scheme::HTTPS);
    Uri::from_parts(parts).ok()
}
