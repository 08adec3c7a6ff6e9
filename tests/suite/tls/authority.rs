//! A certificate authority in a temporary folder, and clients that trust it.

use std::{
    fs, io,
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use fastrs::{App, ServeConfig, Tls, testing::TestServer};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    },
};

use crate::{skipping::skip, wire::serve};

/// Its own certificate is `ca.pem`, and the server's are `server.pem` and `server-key.pem`.
pub(crate) struct Authority {
    folder: TempDir,
    name: &'static str,
}

impl Authority {
    /// Creates an authority; `None` if `openssl` is not installed.
    pub(crate) fn new() -> Option<Self> {
        Self::named("authority")
    }

    pub(super) fn named(name: &'static str) -> Option<Self> {
        if !has("openssl") {
            return None;
        }
        let authority = Self {
            folder: TempDir::new().unwrap(),
            name,
        };
        let (ca, key) = (authority.path("ca.pem"), authority.path("ca-key.pem"));
        authority.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            &format!("/CN={name}"),
            "-keyout",
            &key,
            "-out",
            &ca,
        ]);
        authority.issue("server", "localhost");
        Some(authority)
    }

    /// Issues `file.pem` and `file-key.pem`.
    pub(super) fn issue(&self, file: &str, name: &str) {
        self.issue_for(file, name, "2");
    }

    /// Issues a certificate that is valid for a number of days, which may be negative.
    pub(super) fn issue_for(&self, file: &str, name: &str, days: &str) {
        let (request, extensions) = (self.path("request.pem"), self.path("extensions"));
        let (certificate, key) = (
            self.path(&format!("{file}.pem")),
            self.path(&format!("{file}-key.pem")),
        );
        let text = "subjectAltName=DNS:localhost,DNS:shop.example,IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n";
        fs::write(&extensions, text).unwrap();
        self.openssl(&[
            "req",
            "-new",
            "-utf8",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            &format!("/CN={name}"),
            "-keyout",
            &key,
            "-out",
            &request,
        ]);
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &self.path("ca.pem"),
            "-CAkey",
            &self.path("ca-key.pem"),
            "-days",
            days,
            "-extfile",
            &extensions,
            "-out",
            &certificate,
        ]);
    }

    pub(super) fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").args(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{}: openssl {arguments:?}: {error}",
            self.name
        );
    }

    pub(crate) fn path(&self, file: &str) -> String {
        let path: PathBuf = self.folder.path().join(file);
        path.to_str().unwrap().to_owned()
    }

    pub(super) fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).unwrap()
    }

    pub(super) fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(file), content).unwrap();
    }

    /// What the server uses.
    pub(super) fn tls(&self) -> Tls {
        Tls::from_pem_files(self.path("server.pem"), self.path("server-key.pem"))
    }

    /// Serves an app over TLS.
    pub(super) async fn serve(&self, app: App) -> TestServer {
        serve(app.config(ServeConfig::new().tls(self.tls()))).await
    }

    /// Connects with these protocols, the preferred one first.
    pub(super) async fn connect(
        &self,
        address: SocketAddr,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        self.connect_as(None, address, protocols).await
    }

    /// Connects with the client certificate in a file, and its key.
    pub(super) async fn connect_as(
        &self,
        client: Option<(&Authority, &str)>,
        address: SocketAddr,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        self.encrypt(client, stream, "localhost", protocols).await
    }

    /// Encrypts a connection to the server with that name.
    pub(crate) async fn encrypt(
        &self,
        client: Option<(&Authority, &str)>,
        stream: TcpStream,
        name: &'static str,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(&self.read("ca.pem")).unwrap())
            .unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match client {
            None => builder.with_no_client_auth(),
            Some((authority, file)) => {
                let certificate = authority.read(&format!("{file}.pem"));
                let key = authority.read(&format!("{file}-key.pem"));
                let chain = vec![CertificateDer::from_pem_slice(&certificate).unwrap()];
                let key = PrivateKeyDer::from_pem_slice(&key).unwrap();
                builder.with_client_auth_cert(chain, key).unwrap()
            }
        };
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        let name = ServerName::try_from(name).unwrap();
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    }
}

/// Returns whether a program is installed.
pub(super) fn has(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(if program == "openssl" {
        "version"
    } else {
        "--version"
    });
    if command.stdout(Stdio::null()).status().is_ok() {
        return true;
    }
    skip("TLS", &format!("`{program}` is not installed"));
    false
}
