//! The URLs of providers: with which an app starts, with which it does not, and how an issuer may be spelled.

use fastrs::{Value, prelude::*, security::Jwks};

use tracing::Level;

use super::jwks::{Owned, Provider, is_valid, ok, set};
use crate::{log::Log, waiting::soon};

/// Returns a provider whose document names this issuer, given the provider's own URL.
async fn provider(keys: &Provider, issuer: impl FnOnce(&str) -> String) -> (Provider, String) {
    let document = Provider::start(ok("", "")).await;
    let url = format!("http://127.0.0.1:{}", document.port);
    let text = json!({"issuer": issuer(&url), "jwks_uri": keys.url()}).to_string();
    document.now_sends(ok("", &text));
    (document, url)
}

#[tokio::test]
async fn the_slash_of_an_empty_path_does_not_matter() {
    let key = Owned::es256("a");
    let keys = Provider::start(set(&[&key])).await;
    for (asked, named) in [("", ""), ("/", ""), ("", "/"), ("/", "/")] {
        let (_document, url) = provider(&keys, |url| format!("{url}{named}")).await;
        let jwks = Jwks::discover(format!("{url}{asked}"))
            .unwrap()
            .audience("shop");
        let token = |issuer: &str| {
            let jwt = key.jwt.clone().issuer(issuer);
            jwt.encode(&json!({"sub": "alice"})).unwrap()
        };
        let other = if named.is_empty() { "/" } else { "" };
        let (of_provider, of_other) = (
            token(&format!("{url}{named}")),
            token(&format!("{url}{other}")),
        );
        assert!(is_valid(&jwks, &of_provider).await, "{asked} {named}");
        // Tokens have the issuer as the provider spells it.
        assert!(!is_valid(&jwks, &of_other).await, "{asked} {named}");
        // The app may expect another one.
        let jwks = jwks.issuer("login");
        assert!(is_valid(&jwks, &key.token()).await, "{asked} {named}");
        assert!(!is_valid(&jwks, &of_provider).await, "{asked} {named}");
    }
}

#[tokio::test]
async fn another_issuer_is_named_in_the_log() {
    let key = Owned::es256("a");
    let keys = Provider::start(set(&[&key])).await;
    for (asked, named) in [("/a", "/b"), ("/a", "/a/"), ("/a/", "/a"), ("", "//")] {
        let (_document, url) = provider(&keys, |url| format!("{url}{named}")).await;
        let (log, _guard) = Log::start(Level::TRACE);
        let jwks = Jwks::discover(format!("{url}{asked}")).unwrap();
        soon(jwks.decode::<Value>("x.y.z")).await.unwrap_err();
        let expected =
            format!("`{url}{asked}` is expected to be the issuer there, but it is `{url}{named}`");
        let log = log.take().join("\n");
        assert!(log.contains(&expected), "{log}");
    }
}

#[test]
fn a_url_that_cannot_work_is_an_error_that_names_the_fix() {
    let discover = "use what comes before it, `Jwks::discover(\"https://login.example/a\")`, or `Jwks::new(url)`";
    for (issuer, message) in [
        (
            "https://login.example/a/.well-known/openid-configuration",
            discover,
        ),
        (
            "https://login.example/a/.well-known/oauth-authorization-server",
            discover,
        ),
        ("https://login.example/a/.well-known/jwks.json", discover),
        (
            "https://login.example/?a=b",
            "must not have a query or a fragment",
        ),
        (
            "https://login.example?",
            "must not have a query or a fragment",
        ),
        ("https://login.example#x", "must not have a fragment"),
        ("https://:443", "has no host"),
        ("https://login.example:99999", "has an invalid port"),
        ("https://login.example:0", "has an invalid port"),
        ("http://login.example", "must begin with `https://`"),
        ("login.example", "must begin with `https://`"),
        ("/keys", "must be complete"),
        ("", "is invalid"),
    ] {
        let error = Jwks::discover(issuer).expect_err(issuer).to_string();
        assert!(error.contains(message) && error.contains(issuer), "{error}");
    }
    let keys =
        "use `Jwks::discover(\"https://login.example/a\")`, or the URL that is its `jwks_uri`";
    for (url, message) in [
        (
            "https://login.example/a/.well-known/openid-configuration",
            keys,
        ),
        (
            "https://login.example/a/.well-known/openid-configuration?p=x",
            keys,
        ),
        (
            "https://login.example/a/.well-known/oauth-authorization-server",
            keys,
        ),
        ("https://login.example/keys#x", "must not have a fragment"),
        ("https://:443/keys", "has no host"),
        ("https://login.example:99999/keys", "has an invalid port"),
    ] {
        let error = Jwks::new(url).expect_err(url).to_string();
        assert!(error.contains(message) && error.contains(url), "{error}");
    }
    for url in [
        "https://login.example/.well-known/jwks.json",
        "https://login.example/keys?app=shop",
        "https://login.example:8443/keys",
        "http://[::1]:8000/keys",
        "http://[::1]/keys",
    ] {
        drop(Jwks::new(url).expect(url));
    }
    for issuer in [
        "https://login.example",
        "https://login.example/",
        "https://login.example/a/",
    ] {
        drop(Jwks::discover(issuer).expect(issuer));
    }
}
