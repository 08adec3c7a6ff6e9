//! `Jwt`: the tokens that it issues, and those that it rejects.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fastrs::{
    Base64Bytes, Value,
    prelude::*,
    security::{HttpBearer, Jwt, JwtKey},
    testing::TestClient,
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};

const SECRET: [u8; 32] = [7; 32];
const BEARER: HttpBearer = HttpBearer::new();

// `openssl genpkey` made these keys for the tests.
const RSA_PRIVATE: &str = include_str!("keys/rsa.pem");
const RSA_PUBLIC: &str = include_str!("keys/rsa.pub.pem");
const EC_PRIVATE: &str = include_str!("keys/ec.pem");
const EC_PUBLIC: &str = include_str!("keys/ec.pub.pem");
const ED_PRIVATE: &str = include_str!("keys/ed.pem");
const ED_PUBLIC: &str = include_str!("keys/ed.pub.pem");

#[model]
#[derive(Debug, PartialEq)]
struct Claims {
    sub: String,
}

fn alice() -> Claims {
    Claims {
        sub: "alice".into(),
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

fn base64(bytes: impl Into<Vec<u8>>) -> String {
    let padded = json!(Base64Bytes::from(bytes.into()));
    padded.as_str().unwrap().trim_end_matches('=').to_owned()
}

/// Returns the first two parts of a token, which can claim anything.
fn unsigned(header: &Value, claims: &str) -> String {
    format!("{}.{}", base64(header.to_string()), base64(claims))
}

fn signed_as(algorithm: Algorithm, secret: &[u8], header: &Value, claims: &str) -> String {
    let message = unsigned(header, claims);
    let key = EncodingKey::from_secret(secret);
    let signature = crypto::sign(message.as_bytes(), &key, algorithm).unwrap();
    format!("{message}.{signature}")
}

/// Returns a token that is signed with the right secret.
fn signed(header: Value, claims: &str) -> String {
    signed_as(Algorithm::HS256, &SECRET, &header, claims)
}

fn hs256() -> Value {
    json!({"alg": "HS256", "typ": "JWT"})
}

#[tokio::test]
async fn what_it_issues_it_accepts() {
    let pairs = [
        Jwt::hs256(SECRET).unwrap(),
        Jwt::new(JwtKey::hs384([1; 48]).unwrap()),
        Jwt::new(JwtKey::hs512([1; 64]).unwrap()),
        Jwt::new(JwtKey::rs256(RSA_PRIVATE, RSA_PUBLIC).unwrap()),
        Jwt::new(JwtKey::es256(EC_PRIVATE, EC_PUBLIC).unwrap()),
        Jwt::new(JwtKey::eddsa(ED_PRIVATE, ED_PUBLIC).unwrap()),
    ];
    for (index, jwt) in pairs.iter().enumerate() {
        let token = jwt.encode(&alice()).unwrap();
        for (other, reader) in pairs.iter().enumerate() {
            let read = reader.decode::<Claims>(&token);
            assert_eq!(read.is_ok(), index == other, "{index} {other}");
        }
    }
    let checks = Jwt::new(JwtKey::rs256_public(RSA_PUBLIC).unwrap());
    let token = pairs[3].encode(&alice()).unwrap();
    assert_eq!(checks.decode::<Claims>(&token).unwrap(), alice());
    assert_eq!(checks.encode(&alice()).unwrap_err().status(), 500);
}

#[test]
fn it_sets_the_registered_claims() {
    let jwt = Jwt::hs256(SECRET)
        .unwrap()
        .issuer("shop")
        .audience("web")
        .lifetime(Duration::from_secs(600));
    let token = jwt.encode(&alice()).unwrap();
    let claims: Value = jwt.decode(&token).unwrap();
    let (iat, exp) = (
        claims["iat"].as_u64().unwrap(),
        claims["exp"].as_u64().unwrap(),
    );
    assert_eq!(exp - iat, 600);
    assert!(now() - iat <= 5);
    assert_eq!(claims["iss"], "shop");
    assert_eq!(claims["aud"], "web");
    // A claim of the app's own replaces it: here, the lifetime of this one token.
    let long = jwt
        .encode(&json!({"sub": "alice", "exp": iat + 86_400}))
        .unwrap();
    assert_eq!(jwt.decode::<Value>(&long).unwrap()["exp"], iat + 86_400);
    // A claim that is null counts as absent.
    let absent = jwt.encode(&json!({"sub": "alice", "aud": null})).unwrap();
    assert_eq!(jwt.decode::<Value>(&absent).unwrap()["aud"], "web");
    let endless = jwt.clone().lifetime(Duration::MAX);
    let token = endless.encode(&alice()).unwrap();
    assert!(endless.decode::<Claims>(&token).is_ok());
    assert_eq!(jwt.encode(&"alice").unwrap_err().status(), 500);
    let long = json!({"sub": "alice", "text": "x".repeat(9000)});
    assert_eq!(jwt.encode(&long).unwrap_err().status(), 500);
}

#[test]
fn keys_are_rotated_by_their_names() {
    let old = Jwt::new(JwtKey::hs256([1; 32]).unwrap().kid("old"));
    let new = Jwt::new(JwtKey::hs256([2; 32]).unwrap().kid("new"));
    let both = new
        .clone()
        .accept(JwtKey::hs256([1; 32]).unwrap().kid("old"))
        .unwrap();
    for issued in [old.encode(&alice()), new.encode(&alice())] {
        assert_eq!(both.decode::<Claims>(&issued.unwrap()).unwrap(), alice());
    }
    let issued = both.encode(&alice()).unwrap();
    assert!(new.decode::<Claims>(&issued).is_ok());
    assert!(old.decode::<Claims>(&issued).is_err());
    // The right key is not used under a wrong name, or without a name.
    let unnamed = Jwt::hs256([1; 32]).unwrap().encode(&alice()).unwrap();
    assert!(both.decode::<Claims>(&unnamed).is_err());
}

#[test]
fn forged_tokens_are_rejected() {
    let jwt = Jwt::hs256(SECRET).unwrap().issuer("shop").audience("web");
    let rsa = Jwt::new(JwtKey::rs256(RSA_PRIVATE, RSA_PUBLIC).unwrap());
    let exp = now() + 600;
    let good = json!({"sub": "alice", "exp": exp, "iss": "shop", "aud": "web"});
    let claims = good.to_string();
    assert!(jwt.decode::<Claims>(&signed(hs256(), &claims)).is_ok());
    let header = |key: &str, value: Value| {
        let mut header = hs256();
        header[key] = value;
        header
    };
    let claim = |key: &str, value: Value| {
        let mut changed = good.clone();
        changed[key] = value;
        signed(hs256(), &changed.to_string())
    };
    let without = |key: &str| {
        let mut changed = good.clone();
        changed.as_object_mut().unwrap().remove(key);
        signed(hs256(), &changed.to_string())
    };
    let token = signed(hs256(), &claims);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let nobody = |alg: &str| format!("{}.", unsigned(&json!({"alg": alg}), &claims));
    let mut forged = vec![
        ("no token", String::new()),
        ("no dots", "abc".into()),
        ("two parts", message.into()),
        ("four parts", format!("{token}.x")),
        ("five parts", format!("{token}.x.y")),
        ("empty signature", format!("{message}.")),
        ("cut signature", format!("{message}.{}", &signature[1..])),
        ("padded signature", format!("{token}=")),
        ("a space", format!("{token} ")),
        ("a line feed", format!("{token}\n")),
        (
            "standard alphabet",
            format!("{message}.{}", "+/".repeat(21) + "A"),
        ),
        ("alg none", nobody("none")),
        ("alg None", nobody("None")),
        ("alg nOnE", nobody("nOnE")),
        ("alg empty", nobody("")),
        ("alg none, signed", signed(json!({"alg": "none"}), &claims)),
        ("alg in lowercase", signed(json!({"alg": "hs256"}), &claims)),
        ("no alg", signed(json!({"typ": "JWT"}), &claims)),
        (
            "alg of another type",
            signed(json!({"alg": ["HS256"]}), &claims),
        ),
        (
            "another secret",
            signed_as(Algorithm::HS256, &[8; 32], &hs256(), &claims),
        ),
        (
            "an empty secret",
            signed_as(Algorithm::HS256, b"", &hs256(), &claims),
        ),
        (
            "HS512 with the same secret",
            signed_as(Algorithm::HS512, &SECRET, &json!({"alg": "HS512"}), &claims),
        ),
        (
            "HS512 that says HS256",
            signed_as(Algorithm::HS512, &SECRET, &hs256(), &claims),
        ),
        ("crit", signed(header("crit", json!(["exp"])), &claims)),
        ("empty crit", signed(header("crit", json!([])), &claims)),
        ("crit null", signed(header("crit", json!(null)), &claims)),
        (
            "header as a list",
            signed(json!(["HS256", null, null, null]), &claims),
        ),
        ("b64 false", signed(header("b64", json!(false)), &claims)),
        (
            "kid of another type",
            signed(header("kid", json!(7)), &claims),
        ),
        ("header of another type", signed(json!(["HS256"]), &claims)),
        ("claims of another type", signed(hs256(), "[]")),
        ("claims that are not JSON", signed(hs256(), "{")),
        (
            "claims with two values",
            signed(hs256(), &format!("{claims}{claims}")),
        ),
        ("no exp", without("exp")),
        ("expired", claim("exp", json!(exp - 700))),
        ("exp null", claim("exp", json!(null))),
        ("exp as text", claim("exp", json!(exp.to_string()))),
        ("exp as a list", claim("exp", json!([exp]))),
        ("exp negative", claim("exp", json!(-1))),
        ("exp beyond 9999", claim("exp", json!(i64::MAX))),
        ("nbf in the future", claim("nbf", json!(exp))),
        ("nbf as text", claim("nbf", json!("0"))),
        ("nbf null", claim("nbf", json!(null))),
        ("iat in the future", claim("iat", json!(exp))),
        ("no iss", without("iss")),
        ("another iss", claim("iss", json!("shop/"))),
        ("iss as a list", claim("iss", json!(["shop"]))),
        ("no aud", without("aud")),
        ("another aud", claim("aud", json!("webs"))),
        ("a list without it", claim("aud", json!(["a", "b"]))),
        ("an empty list", claim("aud", json!([]))),
        ("aud null", claim("aud", json!(null))),
        ("no sub", without("sub")),
        ("sub of another type", claim("sub", json!(7))),
        (
            "a long token",
            signed(hs256(), &format!("{claims}{}", " ".repeat(9000))),
        ),
        (
            "exp twice",
            signed(hs256(), &format!("{{\"exp\":{exp},{}", &claims[1..])),
        ),
        (
            "sub twice",
            signed(hs256(), &format!("{{\"sub\":\"eve\",{}", &claims[1..])),
        ),
    ];
    let at = token.len() / 2;
    let flipped = if token.as_bytes()[at] == b'A' {
        "B"
    } else {
        "A"
    };
    forged.push((
        "a changed letter",
        format!("{}{flipped}{}", &token[..at], &token[at + 1..]),
    ));
    for (what, token) in &forged {
        let error = jwt.decode::<Claims>(token).err();
        assert!(error.is_some(), "{what}: {token}");
        assert!(
            rsa.decode::<Claims>(token).is_err(),
            "{what} with RSA: {token}"
        );
    }
    assert!(forged.len() >= 55, "{}", forged.len());

    // The public key as the secret of HMAC: the best-known forgery.
    let confused = signed_as(Algorithm::HS256, RSA_PUBLIC.as_bytes(), &hs256(), &claims);
    assert!(rsa.decode::<Claims>(&confused).is_err());
    // A token for an audience is not for an app without one.
    let any = Jwt::hs256(SECRET).unwrap();
    assert!(any.decode::<Claims>(&token).is_err());
    assert!(any.decode::<Claims>(&without("aud")).is_ok());
    let several = claim("aud", json!(["other", "web"]));
    assert!(jwt.decode::<Claims>(&several).is_ok());
}

#[test]
fn a_wrong_key_is_refused() {
    let text = |key: Result<JwtKey, fastrs::security::JwtKeyError>| match key {
        Ok(_) => panic!("the key must be refused"),
        Err(error) => error.to_string(),
    };
    assert!(text(JwtKey::hs256("")).contains("needs at least 32"));
    assert!(text(JwtKey::hs256("secret")).contains("has 6 bytes"));
    assert!(text(JwtKey::hs512([1; 63])).contains("needs at least 64"));
    assert!(text(JwtKey::hs256(RSA_PUBLIC)).contains("is a key in PEM"));
    assert!(text(JwtKey::rs256(RSA_PRIVATE, "x")).contains("the public key"));
    assert!(text(JwtKey::rs256("x", RSA_PUBLIC)).contains("the private key"));
    assert!(text(JwtKey::rs256_public(EC_PUBLIC)).contains("the public key"));
    assert!(text(JwtKey::es256(ED_PRIVATE, EC_PUBLIC)).contains("the private key"));
    assert!(text(JwtKey::rs256_public(RSA_PRIVATE)).contains("is a private one"));
    let short = include_str!("keys/rsa.1024.pub.pem");
    assert!(text(JwtKey::rs256_public(short)).contains("between 2048 and 4096 bits"));
    assert!(text(JwtKey::ps256_public(short)).contains("between 2048 and 4096 bits"));
    assert!(text(JwtKey::ps256_public(EC_PUBLIC)).contains("the public key"));
    let p384 = include_str!("keys/ec384.pub.pem");
    for key in [p384, ED_PUBLIC, RSA_PUBLIC] {
        assert!(text(JwtKey::es256_public(key)).contains("the public key"));
    }
    for key in [EC_PUBLIC, ED_PUBLIC, RSA_PUBLIC] {
        assert!(text(JwtKey::es384_public(key)).contains("the public key"));
    }
    for key in [EC_PUBLIC, p384, RSA_PUBLIC] {
        assert!(text(JwtKey::eddsa_public(key)).contains("the public key"));
    }
    let other = include_str!("keys/ec.other.pub.pem");
    assert!(text(JwtKey::es256(EC_PRIVATE, other)).contains("do not belong together"));
}

/// A public key in any form is not a secret.
#[test]
fn a_key_is_not_a_secret() {
    let der = |pem: &str| -> Vec<u8> {
        let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        lines.parse::<Base64Bytes>().unwrap().into()
    };
    let jwk = json!({"kty": "RSA", "n": "x".repeat(40), "e": "AQAB"});
    let secret = json!({"kty": "oct", "k": "x".repeat(43)});
    let keys = json!({"keys": [jwk]}).to_string();
    let (jwk, secret) = (jwk.to_string(), secret.to_string());
    let base64 = |bytes: Vec<u8>| json!(Base64Bytes::from(bytes)).as_str().unwrap().to_owned();
    let mut forms = vec![
        ("JWK", jwk.into_bytes()),
        ("JWK", secret.into_bytes()),
        ("JWK", keys.into_bytes()),
    ];
    for pem in [
        RSA_PUBLIC,
        EC_PUBLIC,
        ED_PUBLIC,
        RSA_PRIVATE,
        EC_PRIVATE,
        ED_PRIVATE,
    ] {
        forms.push(("PEM", pem.into()));
        forms.push(("PEM", format!("\n  {pem}").into()));
        forms.push(("DER", der(pem)));
        forms.push(("DER", base64(der(pem)).into()));
        forms.push((
            "DER",
            pem.lines()
                .filter(|line| !line.starts_with('-'))
                .collect::<Vec<_>>()
                .join("\n")
                .into(),
        ));
    }
    for (form, secret) in forms {
        let error = JwtKey::hs256(&secret).expect_err(form).to_string();
        assert!(error.contains(&format!("is a key in {form}")), "{error}");
    }
    // Not every secret that resembles a key is one.
    for secret in [
        &b"0123456789012345678901234567890123456789"[..],
        br#"{"secret": "a text that is JSON", "n": 1}"#,
    ] {
        assert!(JwtKey::hs256(secret).is_ok());
    }
}

#[test]
fn a_token_must_have_the_type() {
    let access = Jwt::hs256(SECRET).unwrap().typ("at+jwt");
    let (id, any) = (access.clone().typ("id+jwt"), Jwt::hs256(SECRET).unwrap());
    let token = access.encode(&alice()).unwrap();
    assert!(access.decode::<Claims>(&token).is_ok());
    assert!(any.decode::<Claims>(&token).is_ok());
    let error = id.decode::<Claims>(&token).unwrap_err();
    assert_eq!(error.to_string(), "the token is of another type");
    assert!(
        access
            .decode::<Claims>(&any.encode(&alice()).unwrap())
            .is_err()
    );
}

#[dependency(scope = "app")]
async fn jwt() -> Result<Jwt> {
    Ok(Jwt::hs256(SECRET)?)
}

#[dependency(scope = "app")]
async fn weak() -> Result<Jwt> {
    Ok(Jwt::hs256("secret")?)
}

#[get("/me")]
async fn me(#[security(BEARER)] token: &str, #[depends(jwt)] jwt: &Jwt) -> Result<String> {
    Ok(jwt.decode::<Claims>(token)?.sub)
}

#[get("/weak")]
async fn with_weak(#[depends(weak)] _jwt: &Jwt) {}

#[dependency(scope = "app")]
async fn confused() -> Result<Jwt> {
    Ok(Jwt::hs256(RSA_PUBLIC)?)
}

#[get("/confused")]
async fn with_confused(#[depends(confused)] _jwt: &Jwt) {}

#[dependency(scope = "app")]
async fn doubled() -> Result<Jwt> {
    let old = JwtKey::hs256([1; 32])?.kid("2026-11");
    Ok(Jwt::new(JwtKey::hs256(SECRET)?.kid("2026-11")).accept(old)?)
}

#[get("/doubled")]
async fn with_doubled(#[depends(doubled)] _jwt: &Jwt) {}

#[tokio::test]
async fn a_client_learns_that_its_token_is_invalid_but_not_why() {
    let client = TestClient::start(App::new("tokens", "1").routes(routes![me])).await;
    let token = Jwt::hs256(SECRET).unwrap().encode(&alice()).unwrap();
    let send = |token: &str| {
        client
            .get("/me")
            .header("authorization", format!("Bearer {token}"))
    };
    assert_eq!(send(&token).send().await.json::<String>(), "alice");
    let expired = signed(hs256(), r#"{"sub": "alice", "exp": 1}"#);
    for token in [&expired, "x.y.z"] {
        let response = send(token).send().await;
        assert_eq!(response.status(), 401);
        assert_eq!(
            response.header("www-authenticate"),
            Some("Bearer error=\"invalid_token\"")
        );
        let body: Value = response.json();
        assert_eq!(body, json!({"detail": "Could not validate credentials"}));
    }
    client.stop().await;
    let debug = format!("{:?}", Jwt::hs256(SECRET).unwrap());
    assert!(!debug.contains('7') && debug.contains("HS256"), "{debug}");
}

#[tokio::test]
async fn an_app_with_a_wrong_key_does_not_start() {
    for (routes, expected) in [
        (routes![with_weak], "needs at least 32"),
        (routes![with_confused], "is a key in PEM"),
        (routes![with_doubled], "two keys are called `2026-11`"),
    ] {
        let app = App::new("wrong", "1").routes(routes).into_service().await;
        let error = app.expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}
