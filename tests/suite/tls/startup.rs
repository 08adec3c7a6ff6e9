//! What keeps a server from starting, and what it only warns about.

use fastrs::{App, ServeConfig, Tls, testing::TestServer};
use tracing::Level;

use super::authority::Authority;
use crate::log::Log;

async fn error(tls: Tls) -> String {
    let app = App::new("Startup", "1").config(ServeConfig::new().tls(tls));
    TestServer::start(app).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_mistake_is_named_with_its_file() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let (certificate, key) = (
        authority.path("server.pem"),
        authority.path("server-key.pem"),
    );
    authority.issue("other", "localhost");
    authority.write("empty.pem", "");
    authority.write(
        "broken.pem",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    );
    authority.write(
        "no-certificate.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    let encrypted = authority.path("encrypted-key.pem");
    authority.openssl(&[
        "pkey",
        "-in",
        &key,
        "-aes256",
        "-passout",
        "pass:secret",
        "-out",
        &encrypted,
    ]);
    let small = authority.path("small-key.pem");
    authority.openssl(&["genrsa", "-out", &small, "1024"]);
    let path = |file: &str| authority.path(file);
    let cases = [
        (
            path("missing.pem"),
            path("server-key.pem"),
            "cannot read the TLS certificate `{0}`: No such file or directory (os error 2); check the path and its permissions",
        ),
        (
            path("server.pem"),
            path("missing-key.pem"),
            "cannot read the TLS key `{1}`: No such file or directory (os error 2); check the path and its permissions",
        ),
        (
            path("empty.pem"),
            path("server-key.pem"),
            "`{0}` contains no certificate: it has to contain `-----BEGIN CERTIFICATE-----`",
        ),
        (
            path("server-key.pem"),
            path("server.pem"),
            "`{0}` contains no certificate: it contains a private key, which is the other argument",
        ),
        (
            path("server.pem"),
            path("empty.pem"),
            "`{1}` contains no usable TLS key: it has to contain `-----BEGIN PRIVATE KEY-----`",
        ),
        (
            path("server.pem"),
            encrypted,
            "`{1}` contains no usable TLS key: it is encrypted; decrypt it with `openssl pkey -in key.pem -out plain.pem`",
        ),
        (
            path("broken.pem"),
            path("server-key.pem"),
            "the TLS certificate `{0}` is not valid PEM: ",
        ),
        (
            path("no-certificate.pem"),
            path("server-key.pem"),
            "the TLS certificate `{0}` is not valid: ",
        ),
        (
            path("server.pem"),
            path("other-key.pem"),
            "the TLS key `{1}` does not belong to the certificate `{0}`: use the two that were made together",
        ),
        (
            path("server.pem"),
            small,
            "the TLS key `{1}` cannot be used: ",
        ),
    ];
    for (certificate, key, expected) in cases {
        let expected = expected.replace("{0}", &certificate).replace("{1}", &key);
        let error = error(Tls::from_pem_files(certificate, key)).await;
        let start = format!("the app cannot start: {expected}");
        assert!(error.starts_with(&start), "{error}\n{start}");
    }
    let error = error(Tls::from_pem(authority.read("server.pem"), "x")).await;
    let expected =
        "the given PEM contains no usable TLS key: it has to contain `-----BEGIN PRIVATE KEY-----`";
    assert_eq!(error, format!("the app cannot start: {expected}"));
    let tls = Tls::from_pem_files(&certificate, &key).client_ca(authority.path("empty.pem"));
    let expected = format!(
        "`{}` contains no certificate of an authority for clients: it has to contain `-----BEGIN CERTIFICATE-----`",
        authority.path("empty.pem")
    );
    assert_eq!(
        self::error(tls).await,
        format!("the app cannot start: {expected}")
    );
    let tls = Tls::from_pem("certificate", "secret");
    assert!(!format!("{tls:?}").contains("secret"), "{tls:?}");
    let tls = Tls::from_pem_files(certificate, key);
    assert!(format!("{tls:?}").contains("server-key.pem"), "{tls:?}");
}

#[tokio::test]
async fn an_expired_certificate_is_only_a_warning() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let (log, _guard) = Log::start(Level::WARN);
    let server = authority.serve(App::new("Startup", "1")).await;
    assert_eq!(log.take(), [""; 0]);
    server.stop().await;
    authority.issue_for("server", "localhost", "-1");
    authority.serve(App::new("Startup", "1")).await.stop().await;
    let certificate = authority.path("server.pem");
    let expected = format!(
        "the TLS certificate `{certificate}` has expired: clients refuse it until it is renewed"
    );
    let lines = log.take();
    assert!(
        matches!(&lines[..], [line] if line.contains(&expected)),
        "{lines:?}"
    );
}
