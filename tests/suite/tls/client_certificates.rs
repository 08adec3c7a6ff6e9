//! Certificates by which clients identify themselves.

use std::{io, net::SocketAddr};

use fastrs::{
    ClientCertificate, Next, ServeConfig, Tls, http, prelude::*, security::MutualTls,
    testing::TestServer,
};
use h2::client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};

use super::authority::Authority;
use crate::{
    waiting::until,
    wire::{Wire, serve},
};

const CERTIFICATE: MutualTls = MutualTls::new();

#[get("/required")]
async fn required(#[security(CERTIFICATE)] client: ClientCertificate) -> (Option<String>, usize) {
    (client.common_name().map(str::to_owned), client.der().len())
}

#[get("/optional")]
async fn optional(#[security(CERTIFICATE)] client: Option<ClientCertificate>) -> bool {
    client.is_some()
}

#[get("/scheme")]
async fn scheme(req: &Request) -> String {
    req.uri().to_string()
}

/// Adds the client's name to the response.
#[middleware]
async fn named(request: http::Request<Body>, next: Next) -> Response {
    let certificate = request.extensions().get::<ClientCertificate>().cloned();
    let mut response = next.run(request).await;
    let name = certificate
        .as_ref()
        .and_then(ClientCertificate::common_name);
    if let Some(Ok(name)) = name.map(str::parse) {
        response.headers_mut().insert("x-client", name);
    }
    response
}

fn app() -> App {
    App::new("Clients", "1")
        .middleware::<named>()
        .routes(routes![required, optional, scheme])
}

async fn start(tls: Tls) -> TestServer {
    serve(app().config(ServeConfig::new().tls(tls))).await
}

/// A client's certificate, and whose it is.
type Client<'a> = Option<(&'a Authority, &'a str)>;

/// Returns the head and the body of a response, or the error with which the server refuses the client.
async fn get(
    server: &Authority,
    client: Client<'_>,
    address: SocketAddr,
    path: &str,
) -> io::Result<(String, String)> {
    let mut stream = server.connect_as(client, address, &[]).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    // With TLS 1.3, the client learns only now whether its certificate was accepted.
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
    Ok((head.to_owned(), body.to_owned()))
}

/// The server's authority, that of its clients, and another one.
fn authorities() -> Option<[Authority; 3]> {
    let [server, clients, other] = ["server", "clients", "other"].map(Authority::named);
    let (server, clients, other) = (server?, clients?, other?);
    clients.issue("ada", "ada");
    clients.issue_for("late", "ada", "-1");
    other.issue("ada", "ada");
    Some([server, clients, other])
}

#[tokio::test]
async fn a_client_needs_a_certificate_of_the_authority() {
    let Some([authority, clients, other]) = authorities() else {
        return;
    };
    let der = CertificateDer::from_pem_slice(&clients.read("ada.pem")).unwrap();
    for tls in [
        authority.tls().client_ca(clients.path("ca.pem")),
        authority.tls().client_ca_pem(clients.read("ca.pem")),
    ] {
        let server = start(tls).await;
        let get = |client, path| get(&authority, client, server.addr(), path);
        let (head, body) = get(Some((&clients, "ada")), "/required").await.unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains("\r\nx-client: ada\r\n"), "{head}");
        assert_eq!(body, format!(r#"["ada",{}]"#, der.len()));
        for (client, alert) in [
            (None, "CertificateRequired"),
            (Some((&other, "ada")), "UnknownCA"),
            (Some((&clients, "late")), "CertificateExpired"),
        ] {
            let error = get(client, "/optional").await.unwrap_err();
            assert!(error.to_string().contains(alert), "{alert}: {error}");
        }
    }
}

#[tokio::test]
async fn a_certificate_may_be_optional() {
    let Some([authority, clients, other]) = authorities() else {
        return;
    };
    let tls = authority.tls().client_ca(clients.path("ca.pem"));
    let server = start(tls.optional_client_certificate()).await;
    let get = |client, path| get(&authority, client, server.addr(), path);
    let ada = Some((&clients, "ada"));
    assert_eq!(get(None, "/optional").await.unwrap().1, "false");
    assert_eq!(get(ada, "/optional").await.unwrap().1, "true");
    let (head, body) = get(None, "/required").await.unwrap();
    assert!(head.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{head}");
    assert!(
        head.contains("\r\nwww-authenticate: MutualTLS\r\n"),
        "{head}"
    );
    assert!(!head.contains("x-client"), "{head}");
    assert_eq!(body, r#"{"detail":"Not authenticated"}"#);
    assert!(get(Some((&other, "ada")), "/optional").await.is_err());
}

#[tokio::test]
async fn the_authorities_may_change() {
    let Some([authority, clients, other]) = authorities() else {
        return;
    };
    authority.write("clients.pem", clients.read("ca.pem"));
    let server = start(authority.tls().client_ca(authority.path("clients.pem"))).await;
    let get = |client, path| get(&authority, client, server.addr(), path);
    assert!(get(Some((&clients, "ada")), "/required").await.is_ok());
    assert!(get(Some((&other, "ada")), "/required").await.is_err());
    authority.write("clients.pem", other.read("ca.pem"));
    until(async || get(Some((&other, "ada")), "/required").await.is_ok()).await;
    assert!(get(Some((&clients, "ada")), "/required").await.is_err());
}

#[tokio::test]
async fn the_scheme_of_a_request_is_https() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = start(authority.tls()).await;
    let get = |path| get(&authority, None, server.addr(), path);
    assert_eq!(
        get("/scheme?q").await.unwrap().1,
        "\"https://test/scheme?q\""
    );
    assert_eq!(
        get("http://test/scheme").await.unwrap().1,
        "\"https://test/scheme\""
    );
    let stream = authority.connect(server.addr(), &["h2"]).await.unwrap();
    let (client, connection) = client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("http://test/scheme").body(()).unwrap();
    let (response, _) = client
        .ready()
        .await
        .unwrap()
        .send_request(request, true)
        .unwrap();
    let mut body = response.await.unwrap().into_body();
    assert_eq!(
        body.data().await.unwrap().unwrap(),
        "\"https://test/scheme\""
    );
    // Without an authority for clients, nobody is asked for a certificate.
    assert_eq!(get("/optional").await.unwrap().1, "false");
    let plain = serve(app()).await;
    let mut wire = Wire::to(plain.addr()).await;
    wire.request("GET /scheme").await;
    assert_eq!(wire.answer().await.body, "\"/scheme\"");
}

#[tokio::test]
async fn a_common_name_is_read_from_any_subject() {
    let Some([authority, clients, _]) = authorities() else {
        return;
    };
    let server = start(authority.tls().client_ca(clients.path("ca.pem"))).await;
    for (subject, expected) in [
        ("Zoë", "[\"Zoë\","),
        ("a/CN=b", "[null,"),
        ("a/O=Shop/OU=x/emailAddress=a@shop.example", "[\"a\","),
    ] {
        clients.issue("client", subject);
        let client = Some((&clients, "client"));
        let answer = get(&authority, client, server.addr(), "/required").await;
        let (head, body) = answer.unwrap();
        assert!(body.starts_with(expected), "{subject}: {head} {body}");
    }
}
