//! What the log says about tokens that are rejected: why, but neither the token nor its claims.

use fastrs::{
    Value,
    prelude::*,
    security::{HttpBearer, Jwks, JwksError, Jwt, JwtError},
    testing::TestClient,
};

use tracing::Level;

use super::jwks::{Owned, Provider, ok, set};
use crate::log::Log;

const BEARER: HttpBearer = HttpBearer::new();
const SECRET: [u8; 32] = [7; 32];

#[model]
struct Claims {
    sub: String,
    age: Option<u8>,
}

#[derive(Debug, HttpError)]
enum AuthError {
    #[error(transparent)]
    Token(#[from] JwtError),
}

#[dependency(scope = "app")]
async fn jwt() -> Result<Jwt> {
    Ok(Jwt::hs256(SECRET)?)
}

#[dependency(scope = "app")]
async fn jwks() -> Result<Jwks> {
    Ok(Jwks::new("http://127.0.0.1:1")?)
}

#[get("/own")]
async fn own(
    #[security(BEARER)] token: &str,
    #[depends(jwt)] jwt: &Jwt,
) -> Result<String, JwtError> {
    Ok(jwt.decode::<Claims>(token)?.sub)
}

#[get("/converted")]
async fn converted(#[security(BEARER)] token: &str, #[depends(jwt)] jwt: &Jwt) -> Result<String> {
    Ok(jwt.decode::<Claims>(token)?.sub)
}

#[get("/transparent")]
async fn transparent(
    #[security(BEARER)] token: &str,
    #[depends(jwt)] jwt: &Jwt,
) -> Result<String, AuthError> {
    Ok(jwt.decode::<Claims>(token)?.sub)
}

#[get("/mapped")]
async fn mapped(#[security(BEARER)] token: &str, #[depends(jwt)] jwt: &Jwt) -> Result<String> {
    let claims = jwt.decode::<Claims>(token);
    Ok(claims.map_err(|_| HttpError::from_status(401))?.sub)
}

#[get("/theirs")]
async fn theirs(
    #[security(BEARER)] token: &str,
    #[depends(jwks)] jwks: &Jwks,
) -> Result<String, JwksError> {
    Ok(jwks.decode::<Claims>(token).await?.sub)
}

#[get("/theirs-converted")]
async fn theirs_converted(
    #[security(BEARER)] token: &str,
    #[depends(jwks)] jwks: &Jwks,
) -> Result<String> {
    Ok(jwks.decode::<Claims>(token).await?.sub)
}

fn app() -> App {
    App::new("rejections", "1").routes(routes![
        own,
        converted,
        transparent,
        mapped,
        theirs,
        theirs_converted
    ])
}

#[tokio::test]
async fn the_log_says_why_a_token_is_rejected() {
    let key = Owned::es256("a");
    let provider = Provider::start(set(&[&key])).await;
    let client = TestClient::start(app().provide::<jwks>(provider.jwks())).await;
    let jwt = Jwt::hs256(SECRET).unwrap();
    const CLAIMS: &str = "the claims of the token are invalid: a value is not of the expected type";
    // Only the provider's tokens have an issuer, which is checked before the audience.
    let cases = |jwt: &Jwt, foreign: &'static str| {
        let with = |claims: Value| jwt.encode(&claims).unwrap();
        [
            (
                with(json!({"sub": "canary", "exp": 1})),
                "the token has expired",
            ),
            (
                with(json!({"sub": "canary", "iss": "canary", "aud": "canary"})),
                foreign,
            ),
            (
                with(json!({"name": "canary"})),
                "the claims of the token are invalid: missing field `sub`",
            ),
            (with(json!({"sub": ["canary"]})), CLAIMS),
            (with(json!({"sub": "x", "age": "canary"})), CLAIMS),
            (with(json!({"sub": "x", "age": 81723})), CLAIMS),
            (with(json!({"sub": "x", "nbf": "canary"})), CLAIMS),
            (
                "canary.canary".to_owned(),
                "the token is malformed: it does not have three parts",
            ),
        ]
    };
    let own = cases(&jwt, "the token is for someone else");
    let theirs = cases(&key.jwt, "the token was issued by someone else");
    let (log, _guard) = Log::start(Level::TRACE);
    for (paths, cases) in [
        (&["/own", "/converted", "/transparent", "/mapped"][..], own),
        (&["/theirs", "/theirs-converted"], theirs),
    ] {
        for (path, (token, reason)) in paths
            .iter()
            .flat_map(|path| cases.iter().map(move |case| (path, case)))
        {
            let response = client.get(path).bearer(token).await;
            assert_eq!(response.status(), 401, "{path} {reason}");
            assert!(!response.text().contains("token"), "{}", response.text());
            let lines = log.take_events();
            let [line] = &lines[..] else {
                panic!("{path} {reason}: {lines:?}");
            };
            assert!(line.starts_with("INFO token rejected"), "{line}");
            assert!(line.contains(reason), "{path} {reason}: {line}");
            for secret in ["canary", "81723", token] {
                assert!(!line.contains(secret), "{line}");
            }
        }
    }
    let valid = jwt.encode(&json!({"sub": "canary"})).unwrap();
    assert_eq!(client.get("/own").bearer(valid).await.status(), 200);
    assert_eq!(log.take_events(), [""; 0]);
}

#[tokio::test]
async fn an_outage_of_the_provider_is_logged_once() {
    let provider = Provider::start(ok("", "{}")).await;
    let client = TestClient::start(app().provide::<jwks>(provider.jwks())).await;
    let (log, _guard) = Log::start(Level::TRACE);
    for path in ["/theirs", "/theirs-converted", "/theirs"] {
        assert_eq!(client.get(path).bearer("x.y.z").await.status(), 503);
    }
    let lines = log.take_events();
    let mut errors = lines.iter().filter(|line| !line.starts_with("DEBUG"));
    let first = errors.next().expect("it is logged");
    assert!(
        first.starts_with("ERROR the keys of tokens cannot be fetched"),
        "{first}"
    );
    assert_eq!(errors.next(), None);
    let requests = lines.iter().filter(|line| line.contains("request failed"));
    assert_eq!(requests.count(), 3);
}
