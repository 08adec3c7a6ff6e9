//! Tokens that PyJWT and jose made, valid and forged, over a real socket to guarded routes.
//!
//! If a library is not installed, this is skipped with a message; with `FASTRS_REQUIRE_PROGRAMS=1` it fails.

use std::{
    collections::BTreeMap,
    process::{Command, Output},
    time::Duration,
};

use fastrs::{
    ServeConfig,
    prelude::*,
    security::{HttpBearer, Jwt, JwtKey, JwtKeyError},
    testing::TestServer,
};
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::skipping::skip;

const BEARER: HttpBearer = HttpBearer::new();

macro_rules! key {
    ($name:literal) => {
        include_str!(concat!("keys/", $name))
    };
}

fn readers() -> Result<BTreeMap<&'static str, Jwt>, JwtKeyError> {
    let secret = key!("secret.txt");
    let hs256 = JwtKey::hs256(secret)?;
    let new = JwtKey::hs256(secret)?.kid("new");
    let old = JwtKey::rs256_public(key!("rsa.pub.pem"))?.kid("old");
    let mut readers = BTreeMap::from([
        ("/HS256", Jwt::new(hs256.clone())),
        ("/HS384", Jwt::new(JwtKey::hs384(secret)?)),
        ("/HS512", Jwt::new(JwtKey::hs512(secret)?)),
        (
            "/RS256",
            Jwt::new(JwtKey::rs256_public(key!("rsa.pub.pem"))?),
        ),
        (
            "/PS256",
            Jwt::new(JwtKey::ps256_public(key!("rsa.pub.pem"))?),
        ),
        (
            "/ES256",
            Jwt::new(JwtKey::es256_public(key!("ec.pub.pem"))?),
        ),
        (
            "/ES384",
            Jwt::new(JwtKey::es384_public(key!("ec384.pub.pem"))?),
        ),
        (
            "/EdDSA",
            Jwt::new(JwtKey::eddsa_public(key!("ed.pub.pem"))?),
        ),
        ("/several", Jwt::new(new).accept(old)?),
        (
            "/leeway",
            Jwt::new(hs256.clone()).leeway(Duration::from_secs(600)),
        ),
        ("/typed", Jwt::new(hs256).typ("at+jwt")),
    ]);
    for jwt in readers.values_mut() {
        *jwt = jwt
            .clone()
            .issuer("https://issuer.example")
            .audience("shop");
    }
    Ok(readers)
}

#[dependency(scope = "app")]
async fn jwts() -> Result<BTreeMap<&'static str, Jwt>> {
    Ok(readers()?)
}

#[model]
struct Claims {
    sub: String,
}

#[dependency]
async fn user(
    #[security(BEARER)] token: &str,
    request: &Request,
    #[depends(jwts)] jwts: &BTreeMap<&'static str, Jwt>,
) -> Result<String> {
    let claims: Claims = jwts[request.uri().path()].decode(token)?;
    Ok(claims.sub)
}

#[get("/<_name>")]
async fn me(_name: String, #[depends(user)] user: &String) -> String {
    user.clone()
}

/// A request and the response that it must get.
#[derive(Deserialize)]
struct Line {
    what: String,
    path: String,
    headers: Vec<String>,
    status: u16,
    challenge: Option<String>,
}

impl Line {
    async fn send(&self, server: &TestServer) -> String {
        let mut request = format!("GET {} HTTP/1.1\r\nhost: test\r\n", self.path);
        for header in &self.headers {
            request += &format!("{header}\r\n");
        }
        request += "connection: close\r\n\r\n";
        let mut socket = TcpStream::connect(server.addr()).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        socket.read_to_string(&mut response).await.unwrap();
        response
    }

    /// Returns what is wrong with the response.
    fn mistake(&self, response: &str) -> Option<String> {
        let (head, body) = response.split_once("\r\n\r\n").unwrap_or((response, ""));
        let challenge = head
            .lines()
            .find_map(|line| line.strip_prefix("www-authenticate: "));
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let is_right = (status, challenge) == (Some(self.status), self.challenge.as_deref());
        let has_body = (self.status == 200) == (body == "\"alice\"");
        (!is_right || !has_body).then(|| format!("{} {}: {response}", self.path, self.what))
    }
}

/// Sends all requests of a library, and checks how many have a forged token, and how many a valid one.
async fn check(library: &str, forged: usize, valid: usize) {
    let has = run("has");
    if has.status.code() == Some(77) {
        return skip("forged tokens", &String::from_utf8_lossy(&has.stderr));
    }
    // The longest token has 1 MB, and must get as far as the guard.
    let config = ServeConfig::default().max_head_bytes(usize::MAX);
    let app = App::new("forged", "1").config(config).require::<user>();
    let server = TestServer::start(app.routes(routes![me])).await.unwrap();
    let written = run(library);
    assert!(
        written.status.success(),
        "{}",
        String::from_utf8_lossy(&written.stderr)
    );
    let lines = String::from_utf8(written.stdout).unwrap();
    let lines: Vec<Line> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut mistakes = Vec::new();
    for line in &lines {
        mistakes.extend(line.mistake(&line.send(&server).await));
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n\n"));
    let found = lines.iter().filter(|line| line.status == 401).count();
    assert_eq!((found, lines.len() - found), (forged, valid));
    server.stop().await;
}

#[tokio::test]
async fn tokens_of_pyjwt() {
    check("pyjwt", 353, 33).await;
}

#[tokio::test]
async fn tokens_of_jose() {
    check("jose", 150, 15).await;
}

fn run(argument: &str) -> Output {
    const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/forged/run");
    Command::new(SCRIPT).arg(argument).output().unwrap()
}
