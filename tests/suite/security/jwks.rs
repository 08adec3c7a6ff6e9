//! `Jwks`: the keys of another party, which is a server here that counts its requests and can fail in many ways.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastrs::{
    Value,
    prelude::*,
    security::{HttpBearer, Jwks, JwksError, Jwt, JwtKey},
    testing::TestClient,
};
use jsonwebtoken::{Algorithm, EncodingKey, jwk::Jwk};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    sync::Semaphore,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use crate::waiting::soon;

macro_rules! key {
    ($name:literal) => {
        include_str!(concat!("keys/", $name))
    };
}

/// What the provider sends before it closes the connection, or before it stays silent.
#[derive(Clone)]
pub(super) enum Sends {
    Whole(Vec<u8>),
    Silence(Vec<u8>),
}

pub(super) fn ok(headers: &str, body: &str) -> Sends {
    let length = body.len();
    let text = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    Sends::Whole(text.into())
}

/// A provider of keys on the same machine.
pub(super) struct Provider {
    pub(super) port: u16,
    requests: Arc<AtomicUsize>,
    sends: Arc<Mutex<Sends>>,
    /// A request is answered when it gets a permit.
    permits: Arc<Semaphore>,
}

impl Provider {
    pub(super) async fn start(sends: Sends) -> Self {
        Self::serve(sends, None).await
    }

    async fn serve(sends: Sends, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self {
            port: listener.local_addr().unwrap().port(),
            requests: Arc::default(),
            sends: Arc::new(Mutex::new(sends)),
            permits: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
        };
        let (requests, sends, permits) = (
            provider.requests.clone(),
            provider.sends.clone(),
            provider.permits.clone(),
        );
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (requests, sends, permits) = (requests.clone(), sends.clone(), permits.clone());
                let tls = tls.clone();
                tokio::spawn(async move {
                    match tls {
                        None => answer(socket, &requests, &sends, &permits).await,
                        Some(tls) => {
                            if let Ok(socket) = tls.accept(socket).await {
                                answer(socket, &requests, &sends, &permits).await;
                            }
                        }
                    }
                });
            }
        });
        provider
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/keys", self.port)
    }

    pub(super) fn jwks(&self) -> Jwks {
        Jwks::new(self.url())
            .unwrap()
            .issuer("login")
            .audience("shop")
    }

    pub(super) fn now_sends(&self, sends: Sends) {
        *self.sends.lock().unwrap() = sends;
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn answer(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    requests: &AtomicUsize,
    sends: &Mutex<Sends>,
    permits: &Semaphore,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match socket.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let _permit = permits.acquire().await;
    let sends = sends.lock().unwrap().clone();
    match sends {
        Sends::Whole(bytes) => {
            socket.write_all(&bytes).await.ok();
            socket.shutdown().await.ok();
        }
        Sends::Silence(bytes) => {
            socket.write_all(&bytes).await.ok();
            // Until the client disconnects.
            socket.read_u8().await.ok();
        }
    }
}

/// A key as its owner has it, to sign tokens, and as it is published.
pub(super) struct Owned {
    pub(super) jwt: Jwt,
    public: Value,
}

impl Owned {
    fn new(key: JwtKey, sign: &EncodingKey, algorithm: Algorithm, kid: &str) -> Self {
        let mut public = json!(Jwk::from_encoding_key(sign, algorithm).unwrap());
        public["kid"] = kid.into();
        public["use"] = "sig".into();
        let jwt = Jwt::new(key.kid(kid)).issuer("login").audience("shop");
        Self { jwt, public }
    }

    pub(super) fn es256(kid: &str) -> Self {
        let key = JwtKey::es256(key!("ec.pem"), key!("ec.pub.pem")).unwrap();
        let sign = EncodingKey::from_ec_pem(key!("ec.pem").as_bytes()).unwrap();
        Self::new(key, &sign, Algorithm::ES256, kid)
    }

    fn es384(kid: &str) -> Self {
        let key = JwtKey::es384(key!("ec384.pem"), key!("ec384.pub.pem")).unwrap();
        let sign = EncodingKey::from_ec_pem(key!("ec384.pem").as_bytes()).unwrap();
        Self::new(key, &sign, Algorithm::ES384, kid)
    }

    fn rsa(kid: &str, algorithm: Algorithm) -> Self {
        let (private, public) = (key!("rsa.pem"), key!("rsa.pub.pem"));
        let key = match algorithm {
            Algorithm::RS256 => JwtKey::rs256(private, public),
            _ => JwtKey::ps256(private, public),
        };
        let sign = EncodingKey::from_rsa_pem(private.as_bytes()).unwrap();
        Self::new(key.unwrap(), &sign, algorithm, kid)
    }

    pub(super) fn eddsa(kid: &str) -> Self {
        let key = JwtKey::eddsa(key!("ed.pem"), key!("ed.pub.pem")).unwrap();
        let sign = EncodingKey::from_ed_pem(key!("ed.pem").as_bytes()).unwrap();
        Self::new(key, &sign, Algorithm::EdDSA, kid)
    }

    pub(super) fn with(mut self, name: &str, value: Value) -> Self {
        self.public[name] = value;
        self
    }

    pub(super) fn token(&self) -> String {
        self.jwt.encode(&json!({"sub": "alice"})).unwrap()
    }

    /// Returns its token with a signature that takes no private key: the neutral element and zero.
    fn forged_with_zeros(&self) -> String {
        let token = self.token();
        let (signed, _) = token.rsplit_once('.').unwrap();
        format!("{signed}.AQ{}", "A".repeat(84))
    }
}

/// Returns a token that names a key that no provider has.
fn unknown(number: usize) -> String {
    let key = JwtKey::hs256([7; 32])
        .unwrap()
        .kid(format!("unknown-{number}"));
    Jwt::new(key).encode(&json!({"sub": "alice"})).unwrap()
}

pub(super) fn set(keys: &[&Owned]) -> Sends {
    let keys: Vec<&Value> = keys.iter().map(|key| &key.public).collect();
    ok(
        "content-type: application/json\r\n",
        &json!({"keys": keys}).to_string(),
    )
}

pub(super) async fn is_valid(jwks: &Jwks, token: &str) -> bool {
    match soon(jwks.decode::<Value>(token)).await {
        Ok(claims) => claims["sub"] == "alice",
        Err(JwksError::Invalid(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn keys_are_fetched_once_for_all_algorithms() {
    let mut unnamed = Owned::rsa("plain", Algorithm::RS256);
    unnamed.public.as_object_mut().unwrap().remove("alg");
    let keys = [
        Owned::es256("a"),
        Owned::es384("b"),
        Owned::rsa("c", Algorithm::RS256),
        Owned::rsa("d", Algorithm::PS256),
        Owned::eddsa("e"),
        Owned::eddsa("f").with("alg", json!("Ed25519")),
        Owned::es256("g").with("key_ops", json!(["verify"])),
        unnamed,
    ];
    let provider = Provider::start(set(&keys.iter().collect::<Vec<_>>())).await;
    let jwks = provider.jwks();
    assert_eq!(provider.requests(), 0);
    for key in &keys {
        assert!(is_valid(&jwks, &key.token()).await, "{}", key.public);
    }
    assert_eq!(provider.requests(), 1);
    // The rules are those of `Jwt`.
    let claims = |name: &str, value: Value| {
        keys[0]
            .jwt
            .encode(&json!({"sub": "alice", name: value}))
            .unwrap()
    };
    for token in [
        claims("exp", json!(1)),
        claims("iss", json!("login/")),
        claims("aud", json!("other")),
        "x.y.z".into(),
        String::new(),
    ] {
        assert!(!is_valid(&jwks, &token).await, "{token}");
    }
    assert!(!is_valid(&jwks.clone().typ("at+jwt"), &keys[0].token()).await);
    assert!(!is_valid(&jwks.clone().audience("other"), &keys[0].token()).await);
    assert_eq!(provider.requests(), 1);
}

/// Keys that are not public keys for signatures are not used, and do not make the others unusable.
#[tokio::test]
async fn only_public_keys_for_signatures_are_used() {
    let secret = [7; 32];
    let jwk = Jwk::from_encoding_key(&EncodingKey::from_secret(&secret), Algorithm::HS256).unwrap();
    let oct = |kid: &str| Owned {
        jwt: Jwt::new(JwtKey::hs256(secret).unwrap().kid(kid))
            .issuer("login")
            .audience("shop"),
        public: json!(jwk),
    };
    let mut weak = Owned::rsa("weak", Algorithm::RS256);
    weak.public["n"] = json!(weak.public["n"].as_str().unwrap()[..171]);
    // A signature of zeros is valid for the neutral element and other points of small order.
    let eddsa = |x: &str| Owned::eddsa(x).with("x", json!(x));
    let (order_1, order_2, order_4) = (
        eddsa("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        eddsa("7P_______________________________________38"),
        eddsa("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    );
    let short = eddsa("AAAA");
    let none = order_1.forged_with_zeros();
    let unusable = [
        oct("secret").with("kid", json!("secret")),
        Owned::es256("encrypts").with("use", json!("enc")),
        Owned::es256("wraps").with("key_ops", json!(["wrapKey"])),
        Owned::es256("no-operations").with("key_ops", json!([])),
        Owned::es256("private").with("d", json!("AAAA")),
        Owned::es256("other-alg").with("alg", json!("ES384")),
        Owned::rsa("oaep", Algorithm::RS256).with("alg", json!("RSA-OAEP")),
        Owned::rsa("mac", Algorithm::RS256).with("alg", json!("HS256")),
        Owned::es256("other-kty").with("kty", json!("RSA")),
        Owned::es256("other-curve").with("crv", json!("P-521")),
        Owned::es256("off-curve").with("x", json!("A".repeat(43))),
        Owned::eddsa("unknown").with("kty", json!("AKP")),
        Owned::es256("typed").with("use", json!(7)),
        weak,
        order_1,
        order_2,
        order_4,
        short,
    ];
    let good = Owned::es256("good");
    let mut keys: Vec<&Owned> = unusable.iter().collect();
    keys.push(&good);
    let provider = Provider::start(set(&keys)).await;
    let jwks = provider.jwks();
    assert!(is_valid(&jwks, &good.token()).await);
    for key in &unusable {
        assert!(!is_valid(&jwks, &key.token()).await, "{}", key.public);
    }
    assert!(!is_valid(&jwks, &none).await);
    // The public key as a secret.
    let public = JwtKey::hs256(good.public.to_string());
    assert!(public.is_err());
}

#[tokio::test]
async fn a_new_key_is_found_but_unknown_ones_cost_one_fetch() {
    let (old, new) = (Owned::es256("old"), Owned::es384("new"));
    let provider = Provider::start(set(&[&old])).await;
    let jwks = provider.jwks();
    assert!(is_valid(&jwks, &old.token()).await);
    provider.now_sends(set(&[&old, &new]));
    assert!(is_valid(&jwks, &old.token()).await);
    assert_eq!(provider.requests(), 1);
    assert!(is_valid(&jwks, &new.token()).await);
    assert_eq!(provider.requests(), 2);
    for number in 0..500 {
        assert!(!is_valid(&jwks, &unknown(number)).await);
    }
    assert_eq!(provider.requests(), 2);
    // While the provider is down, the known keys stay known.
    provider.now_sends(Sends::Whole(Vec::new()));
    assert!(is_valid(&jwks, &old.token()).await && is_valid(&jwks, &new.token()).await);
    // The first token of all names an unknown key: it is not searched for in the keys that were just fetched.
    let first = Provider::start(set(&[&old])).await;
    assert!(!is_valid(&first.jwks(), &new.token()).await);
    assert_eq!(first.requests(), 1);
}

#[tokio::test]
async fn a_thousand_requests_wait_for_one_fetch() {
    let key = Owned::es256("a");
    let provider = Provider::start(set(&[&key])).await;
    provider.permits.forget_permits(Semaphore::MAX_PERMITS);
    let jwks = provider.jwks();
    let mut waiting = Vec::new();
    let token = key.token();
    for number in 0..1_000 {
        // Checking a signature takes a long time in a dev build.
        let (is_known, jwks) = (number % 100 == 1, jwks.clone());
        let token = if is_known {
            token.clone()
        } else {
            unknown(number)
        };
        waiting.push(tokio::spawn(async move {
            is_valid(&jwks, &token).await == is_known
        }));
    }
    crate::waiting::until_idle().await;
    // The client that began the fetch disconnects, and the others still get their keys.
    waiting.remove(0).abort();
    provider.permits.add_permits(1);
    for request in waiting {
        assert!(request.await.unwrap());
    }
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn a_provider_that_fails_makes_it_unavailable() {
    let key = Owned::es256("a");
    let elsewhere = Provider::start(set(&[&key])).await;
    let whole = |text: &str| Sends::Whole(text.into());
    let redirect = |status: u16, url: &str| {
        whole(&format!(
            "HTTP/1.1 {status} X\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n"
        ))
    };
    let many: Vec<Value> = (0..101).map(|_| key.public.clone()).collect();
    let endless = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}",
        format!("10000\r\n{}\r\n", " ".repeat(0x10000)).repeat(20)
    );
    let cases = [
        ("closes", whole("")),
        ("not HTTP", whole("SSH-2.0-x\r\n")),
        ("500", whole("HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n")),
        (
            "404 with keys",
            whole("HTTP/1.1 404 X\r\ncontent-length: 11\r\n\r\n{\"keys\":[]}"),
        ),
        ("redirects", redirect(302, &elsewhere.url())),
        ("redirects for good", redirect(308, &elsewhere.url())),
        (
            "redirects to http",
            redirect(301, "http://login.example/keys"),
        ),
        ("no JSON", ok("", "<html>")),
        ("no set", ok("", "{}")),
        ("no list", ok("", r#"{"keys":{}}"#)),
        ("no key", ok("", r#"{"keys":[]}"#)),
        (
            "no usable key",
            ok("", r#"{"keys":[7,null,"x",{},{"kty":"oct","k":"AAAA"}]}"#),
        ),
        ("too many keys", ok("", &json!({"keys": many}).to_string())),
        (
            "truncated",
            whole("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"keys\":["),
        ),
        (
            "too large",
            ok(
                "",
                &format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(600_000)),
            ),
        ),
        ("endless", Sends::Silence(endless.into())),
        ("hangs", Sends::Silence(Vec::new())),
        (
            "hangs in its head",
            Sends::Silence(b"HTTP/1.1 200 OK\r\n".into()),
        ),
        (
            "hangs in its body",
            Sends::Silence(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".into()),
        ),
    ];
    for (what, sends) in cases {
        let provider = Provider::start(sends).await;
        let jwks = provider.jwks().timeout(Duration::from_millis(200));
        for _ in 0..3 {
            let failed = soon(jwks.decode::<Value>(&key.token())).await;
            assert_eq!(failed.unwrap_err(), JwksError::Unavailable, "{what}");
        }
        assert_eq!(provider.requests(), 1, "{what}");
    }
    assert_eq!(elsewhere.requests(), 0);
    let gone = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let jwks = Jwks::new(format!("http://{gone}/keys")).unwrap();
    let failed = soon(jwks.decode::<Value>(&key.token())).await;
    assert_eq!(failed.unwrap_err(), JwksError::Unavailable);
}

fn tls() -> TlsAcceptor {
    let chain = CertificateDer::pem_slice_iter(key!("tls/localhost.pem").as_bytes());
    let chain = chain.map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(key!("tls/localhost.key.pem").as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config).into()
}

#[tokio::test]
async fn a_provider_must_prove_its_name() {
    let key = Owned::es256("a");
    let provider = Provider::serve(set(&[&key]), Some(tls())).await;
    let at = |host: &str| Jwks::new(format!("https://{host}:{}/keys", provider.port)).unwrap();
    let at = |host: &str| at(host).issuer("login").audience("shop");
    let own = key!("tls/ca.pem");
    let known = at("localhost").root_certificate(own).unwrap();
    assert!(is_valid(&known, &key.token()).await);
    assert_eq!(provider.requests(), 1);
    for jwks in [
        at("localhost"),
        at("127.0.0.1").root_certificate(own).unwrap(),
    ] {
        let failed = soon(jwks.decode::<Value>(&key.token())).await;
        assert_eq!(failed.unwrap_err(), JwksError::Unavailable);
    }
    // TLS with a server that does not support it.
    let plain = Provider::start(set(&[&key])).await;
    let jwks = Jwks::new(plain.url().replace("http:", "https:")).unwrap();
    let failed = soon(
        jwks.timeout(Duration::from_millis(200))
            .decode::<Value>("x.y.z"),
    )
    .await;
    assert_eq!(failed.unwrap_err(), JwksError::Unavailable);
    assert_eq!(provider.requests(), 1);
    for pem in ["", "x", key!("ec.pem")] {
        let error = at("localhost")
            .root_certificate(pem)
            .unwrap_err()
            .to_string();
        assert!(error.contains("the root certificate is invalid"), "{error}");
    }
}

#[tokio::test]
async fn an_issuer_says_where_its_keys_are() {
    let key = Owned::es256("a");
    let keys = Provider::start(set(&[&key])).await;
    let document = Provider::start(Sends::Whole(Vec::new())).await;
    let issuer = format!("http://127.0.0.1:{}", document.port);
    let found =
        |issuer: &str, url: &str| ok("", &json!({"issuer": issuer, "jwks_uri": url}).to_string());
    let token = key
        .jwt
        .clone()
        .issuer(&issuer)
        .encode(&json!({"sub": "alice"}))
        .unwrap();
    document.now_sends(found(&issuer, &keys.url()));
    let jwks = Jwks::discover(&issuer).unwrap().audience("shop");
    assert!(is_valid(&jwks, &token).await);
    // It accepts only tokens of the issuer.
    assert!(!is_valid(&jwks, &key.token()).await);
    assert_eq!((document.requests(), keys.requests()), (1, 1));
    for (what, sends) in [
        ("another issuer", found("https://evil.example", &keys.url())),
        ("a path", found(&format!("{issuer}/x"), &keys.url())),
        ("slashes", found(&format!("{issuer}//"), &keys.url())),
        ("another scheme", found(&issuer, "https://127.0.0.1:1/keys")),
        ("not secure", found(&issuer, "http://login.example/keys")),
        ("no URL", found(&issuer, "keys")),
        ("no document", ok("", "{}")),
    ] {
        document.now_sends(sends);
        let jwks = Jwks::discover(&issuer).unwrap().audience("shop");
        let failed = soon(jwks.decode::<Value>(&token)).await;
        assert_eq!(failed.unwrap_err(), JwksError::Unavailable, "{what}");
    }
    assert_eq!(keys.requests(), 1);
}

const BEARER: HttpBearer = HttpBearer::new();

#[dependency(scope = "app")]
async fn jwks() -> Result<Jwks> {
    Ok(Jwks::new("http://login.example/keys")?)
}

#[dependency]
async fn user(
    #[security(BEARER)] token: &str,
    #[depends(jwks)] jwks: &Jwks,
) -> Result<String, JwksError> {
    let claims: Value = jwks.decode(token).await?;
    Ok(claims["sub"].to_string())
}

#[get("/me")]
async fn me(#[depends(user)] user: String) -> String {
    user
}

#[tokio::test]
async fn a_client_gets_a_401_or_a_503() {
    let key = Owned::es256("a");
    let provider = Provider::start(Sends::Whole(Vec::new())).await;
    let app = || App::new("jwks", "1").routes(routes![me]);
    let client = TestClient::start(app().provide::<jwks>(provider.jwks())).await;
    let down = client.get("/me").bearer(key.token()).await;
    assert_eq!(down.status(), 503);
    assert_eq!(down.header("retry-after"), Some("10"));
    assert_eq!(
        down.text(),
        r#"{"detail":"Tokens cannot be checked at the moment"}"#
    );
    provider.now_sends(set(&[&key]));
    let client = TestClient::start(app().provide::<jwks>(provider.jwks())).await;
    let valid = client.get("/me").bearer(key.token()).await;
    assert_eq!(valid.status(), 200);
    let invalid = client.get("/me").bearer("x.y.z").await;
    assert_eq!(invalid.status(), 401);
    assert_eq!(
        invalid.header("www-authenticate"),
        Some("Bearer error=\"invalid_token\"")
    );
    let document: Value = client.get("/openapi.json").await.json();
    let responses = &document["paths"]["/me"]["get"]["responses"];
    assert!(responses["401"].is_object());
    assert!(responses["503"]["headers"]["Retry-After"].is_object());
    let error = app()
        .into_service()
        .await
        .expect_err("it is not secure")
        .to_string();
    assert!(error.contains("must begin with `https://`"), "{error}");
}
