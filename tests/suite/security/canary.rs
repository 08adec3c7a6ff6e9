//! Secrets that are planted wherever a client or a program can put one, and searched for in all that leaves the app.

mod app;
mod leaks;
mod stored;

use fastrs::{
    Value,
    prelude::*,
    security::{Jwt, JwtKey},
    testing::{TestClient, TestForm, TestRequest},
};

use app::{Login, Settings, app, read_pool, settings};
use leaks::Leaks;
use tracing::Level;

use crate::log::Log;

/// The prefix of each secret, so that it is found in any encoding, and in any part.
const CANARY: &str = "canary";

const PASSWORD: &str = "canary-password";
const TOKEN: &str = "canary-token";
const KEY: &str = "canary-key";
const COOKIE: &str = "canary-cookie";
const DATABASE: &str = "postgres://shop:canary-database@db/shop";
const SIGNING_KEY: &str = "canary-signing-key-of-32-bytes-or-more";

/// Sends a request, and checks what comes back. A cookie that the app sets and a redirect of the client's own URL may
/// contain what they consist of.
async fn check(leaks: &Leaks, what: &str, request: TestRequest<'_>, status: u16) {
    let request = request.follow_redirects(false);
    let response = request.send().await;
    assert_eq!(response.status(), status, "{what}: {}", response.text());
    leaks.look(what, &response.text());
    for (name, value) in response.headers() {
        if !["set-cookie", "location"].contains(&name.as_str()) {
            leaks.look(what, &format!("{name}: {value:?}"));
        }
    }
}

/// Bodies that are wrong in different ways, each with a secret where a program expects one.
const LOGINS: [&str; 12] = [
    r#"{"username": 1, "password": "canary-password", "attempt": 1}"#,
    r#"{"password": "canary-password", "attempt": 1}"#,
    r#"{"username": "a", "password": "canary-password", "attempt": "x"}"#,
    r#"{"username": "a", "password": ["canary-password"], "attempt": 1}"#,
    r#"{"username": "a", "password": {"canary": "canary-password"}, "attempt": 1}"#,
    r#"{"username": "a", "password": "canary", "attempt": 1}"#,
    r#"{"username": "a", "password": "canary-password-that-is-longer-than-forty-characters", "attempt": 1}"#,
    r#"{"username": "a", "password": "canary-password", "attempt": 0}"#,
    r#""canary-password""#,
    r#"["alice", "canary-password", 1]"#,
    r#"{"username": "a", "password": "canary-password", "attempt": 1"#,
    r#"{"username": "a", "password": canary-password}"#,
];

const NESTED: [&str; 8] = [
    r#"{"login": {"username": "a", "password": "canary-password"}, "proofs": [], "tokens": {}}"#,
    r#"{"login": 1, "proofs": [{"Password": ["canary-password"]}], "tokens": {}}"#,
    r#"{"login": 1, "proofs": [{"Keys": {"keys": ["canary-key", 1], "n": "x"}}], "tokens": {}}"#,
    r#"{"login": 1, "proofs": [{"Unknown": "canary-password"}], "tokens": {}}"#,
    r#"{"login": 1, "proofs": "canary-password", "tokens": {}}"#,
    r#"{"login": 1, "proofs": [], "either": {"pin": "canary-pin"}, "tokens": {}}"#,
    r#"{"login": 1, "proofs": [], "either": {"password": "canary-password", "n": "x"}, "tokens": {}}"#,
    r#"{"login": 1, "proofs": [], "tokens": {"a": 1, "b": "canary-token", "c": ["canary-token"]}, "fallback": 1}"#,
];

async fn send_bodies(client: &TestClient, leaks: &Leaks) {
    let json = async |path: &str, body: &'static str, status: u16| {
        let request = client.post(path).header("content-type", "application/json");
        check(leaks, &format!("{path} {body}"), request.body(body), status).await;
    };
    for body in LOGINS {
        json("/login", body, 422).await;
        check(leaks, body, client.post("/login").body(body), 415).await;
    }
    for body in NESTED {
        json("/nested", body, 422).await;
    }
    let valid = r#"{"username": "a", "password": "canary-password", "attempt": 1}"#;
    json("/login", valid, 200).await;

    let fields = |attempt: &'static str| {
        [
            ("password", PASSWORD),
            ("username", "a"),
            ("attempt", attempt),
        ]
    };
    let form = |fields: &[(&str, &str)]| client.post("/form").form(fields);
    for (request, status) in [
        (form(&fields("1")), 500),
        (form(&fields("x")), 422),
        (form(&fields("x")[..1]), 422),
        (form(&[("password", "canary")]), 422),
    ] {
        check(leaks, "form", request, status).await;
    }
    let field = TestForm::new()
        .field("password", "canary")
        .field("attempt", "x");
    let file = TestForm::new().file("password", "canary.txt", "text/plain", PASSWORD);
    for form in [field, file] {
        let request = client.post("/form").multipart(form);
        check(leaks, "multipart", request, 422).await;
    }

    let json = json!({"username": "a", "password": PASSWORD});
    check(leaks, "JSON", client.post("/token").json(&json), 422).await;
    let grant = |kind: &'static str| {
        [
            ("password", PASSWORD),
            ("username", "a"),
            ("grant_type", kind),
            ("client_secret", KEY),
        ]
    };
    for (path, fields, status) in [
        ("/token", &grant("password")[..], 500),
        ("/token", &grant("code"), 422),
        ("/token", &grant("code")[..1], 422),
        ("/strict", &grant("password"), 400),
        ("/strict", &grant("password")[..2], 422),
    ] {
        check(leaks, path, client.post(path).form(fields), status).await;
    }
}

async fn send_parameters(client: &TestClient, leaks: &Leaks) {
    let get = |path: &str| {
        client
            .get(path)
            .header("x-api-key", KEY)
            .cookie("session", COOKIE)
    };
    let pins = get("/scalars").query(&[("pin", "canary"), ("hint", "canary")]);
    let pins = pins
        .header("x-pin", "canary")
        .cookie("pin_cookie", "canary");
    let key = &[("key", KEY)];
    for (what, request, status) in [
        ("scalars", pins, 422),
        ("hint", get("/scalars").query(&[("pin", "canary")]), 422),
        ("secrets", get("/secrets").query(key), 500),
        ("slash", get("/secrets/").query(key), 307),
        ("no path", get("/nowhere").query(key), 404),
        ("method", client.delete("/secrets").query(key), 405),
    ] {
        check(leaks, what, request, status).await;
    }

    for (path, basic_status, bearer_status) in [
        ("/basic", 401, 401),
        ("/bearer", 401, 500),
        ("/jwt", 401, 401),
    ] {
        let twice = get(path).bearer(TOKEN).header("authorization", TOKEN);
        for (request, status) in [
            (get(path).basic("alice", PASSWORD), basic_status),
            (get(path).bearer(TOKEN), bearer_status),
            (get(path).header("authorization", TOKEN), 401),
            (twice, 401),
        ] {
            check(leaks, path, request, status).await;
        }
    }
    let signed = Jwt::hs256(SIGNING_KEY)
        .unwrap()
        .encode(&json!({"sub": "alice"}))
        .unwrap();
    for (token, status) in [(&*signed, 500), (&signed[..signed.len() - 1], 401)] {
        check(leaks, "signed", get("/jwt").bearer(token), status).await;
    }
    check(leaks, "key", get("/key"), 500).await;
    check(leaks, "twice", get("/key").header("x-api-key", KEY), 401).await;
    let anywhere = |limit: &str| get("/anywhere").query(&[("api_key", KEY), ("limit", limit)]);
    check(leaks, "anywhere", anywhere("1").bearer(TOKEN), 500).await;
    check(leaks, "anywhere", anywhere("x"), 422).await;
    for path in [
        "/cookie",
        "/broken-cookie",
        "/broken-header",
        "/broken-error",
    ] {
        check(leaks, path, get(path), 500).await;
    }
    check(leaks, "settings", get("/settings"), 503).await;
    for path in [
        "/openapi.json",
        "/docs",
        "/docs/swagger-initializer.js",
        "/redoc",
    ] {
        check(leaks, path, get(path), 200).await;
    }
}

#[tokio::test]
async fn a_secret_is_in_no_response_and_no_log() {
    let (log, _guard) = Log::start(Level::TRACE);
    let leaks = Leaks::default();
    let client = TestClient::start(app()).await;
    send_bodies(&client, &leaks).await;
    send_parameters(&client, &leaks).await;
    for message in LOGINS {
        let mut socket = client.websocket("/socket").bearer(TOKEN).await;
        socket.send(message).await;
        let closed = socket.closed().await;
        leaks.look(message, &closed.reason);
    }
    leaks.look("client", &format!("{client:?}"));
    client.stop().await;
    let log = log.take().join("\n");
    assert!(
        log.contains("request rejected") && log.contains("request failed"),
        "{log}"
    );
    leaks.look("log", &log);
    leaks.assert_none();
}

/// A program prints its values, and an app that does not start prints why.
#[tokio::test]
async fn a_secret_is_in_no_debug_output_and_no_startup_error() {
    let leaks = Leaks::default();
    let provided = || Settings {
        database_url: Secret::new(DATABASE.to_owned()),
        signing_key: Secret::new(SIGNING_KEY.to_owned()),
    };
    let app = app().provide::<settings>(provided());
    leaks.look("app", &format!("{app:?}"));
    let built = app.build().unwrap();
    leaks.look("built app", &format!("{built:?}"));
    let broken = App::new("broken", "1").routes(routes![read_pool]);
    let error = broken
        .provide::<settings>(provided())
        .into_service()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("`pool` failed"), "{error}");
    leaks.look("startup error", &format!("{error} {error:?}"));

    let key = JwtKey::hs256(SIGNING_KEY).unwrap();
    leaks.look("key", &format!("{key:?}"));
    let jwt = Jwt::new(key);
    leaks.look("jwt", &format!("{jwt:?} {jwt:#?}"));
    let short = JwtKey::hs256("canary").unwrap_err();
    leaks.look("short key", &format!("{short} {short:?}"));
    let pem = JwtKey::rs256_public("-----BEGIN PUBLIC KEY-----\ncanary").unwrap_err();
    leaks.look("broken key", &format!("{pem} {pem:?}"));
    let wrong = jwt.decode::<Value>(TOKEN).unwrap_err();
    leaks.look("broken token", &format!("{wrong} {wrong:?}"));
    let other = jwt.encode(&json!({"canary": Secret::new(TOKEN)})).unwrap();
    let shape = jwt.decode::<Login>(&other).unwrap_err();
    leaks.look("claims", &format!("{shape} {shape:?}"));
    leaks.assert_none();
}
