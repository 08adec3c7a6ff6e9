//! Requests that pages of other sites make a browser send with the user's cookies.

use fastrs::{
    Value, WebSocket, WebSocketConfig,
    prelude::*,
    security::{ApiKeyCookie, ApiKeyHeader, Csrf, HttpBearer, NoSession, Session, Sessions},
    testing::{TestClient, TestRequest},
};

const KEY: ApiKeyCookie = ApiKeyCookie::new("key");
const HEADER: ApiKeyHeader = ApiKeyHeader::new("x-key");
const BEARER: HttpBearer = HttpBearer::new();

#[route("/key", methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"])]
async fn by_key(#[security(KEY)] key: String) -> String {
    key
}

#[post("/optional")]
async fn optional(#[security(KEY)] key: Option<String>) -> bool {
    key.is_some()
}

#[post("/session")]
async fn by_session(session: Session<String>) -> Option<String> {
    session.get()
}

#[dependency]
async fn key_or_token(
    #[security(KEY)] key: Option<String>,
    #[security(BEARER)] token: Option<&str>,
) -> Result<String> {
    key.or(token.map(str::to_owned))
        .ok_or_else(|| HttpError::from_status(401))
}

#[dependency]
async fn user(#[depends(key_or_token)] key: &String) -> String {
    key.clone()
}

#[dependency]
async fn has_session(session: Session<String>) -> Result<String, NoSession> {
    session.require()
}

#[post("/dependency")]
async fn by_dependency(#[depends(user)] user: String) -> String {
    user
}

#[post("/plain")]
async fn plain() -> String {
    "plain".into()
}

#[post("/header")]
async fn by_header(#[security(HEADER)] key: &str) -> String {
    key.into()
}

fn sessions() -> Sessions<String> {
    let secret = "a secret of at least 32 bytes, for tests";
    Sessions::new(Secret::new(secret.to_owned()))
}

fn routes() -> Router {
    Router::new("")
        .routes(routes![
            by_key,
            optional,
            by_session,
            by_dependency,
            plain,
            by_header
        ])
        .include(
            Router::new("/guarded")
                .require::<user>()
                .routes(routes![plain]),
        )
        .include(
            Router::new("/in-session")
                .require::<has_session>()
                .routes(routes![plain]),
        )
}

fn app() -> App {
    App::new("csrf", "1")
        .sessions(sessions())
        .include(renamed(routes()))
}

/// Two routes have the same handler, and thus the same operation id, so none is in the document.
fn renamed(routes: Router) -> Router {
    routes.include_in_schema(false)
}

async fn client(app: App) -> TestClient {
    let client = TestClient::start(app).await;
    client.set_cookie("key", "abc");
    client
}

/// Adds the headers of a browser: `Sec-Fetch-Site` and `Origin`, unless they are empty.
fn from<'c>(mut request: TestRequest<'c>, site: &str, origin: &str) -> TestRequest<'c> {
    for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    request
        .header("host", "shop.example")
        .header("x-key", "abc")
}

#[tokio::test]
async fn what_the_headers_of_a_browser_decide() {
    let client = client(app()).await;
    for (site, origin, status) in [
        ("", "", 200),
        ("same-origin", "", 200),
        ("same-origin", "https://shop.example", 200),
        // The browser's header is more reliable than `Host`, which a proxy may have changed.
        ("same-origin", "https://public.example", 200),
        ("none", "", 200),
        ("same-site", "https://other.shop.example", 403),
        ("same-site", "", 403),
        ("cross-site", "https://evil.example", 403),
        ("cross-site", "https://shop.example", 403),
        ("cross-site", "null", 403),
        ("cross-site", "", 403),
        ("Same-Origin", "", 403),
        ("same-origin, none", "", 403),
        ("unknown", "", 403),
        ("", "https://shop.example", 200),
        ("", "http://shop.example", 200),
        ("", "HTTPS://SHOP.example", 200),
        ("", "https://shop.example:443", 403),
        ("", "https://shop.example:8443", 403),
        ("", "https://other.shop.example", 403),
        ("", "https://evil.example", 403),
        ("", "https://shop.example.evil.example", 403),
        ("", "https://shop.example@evil.example", 403),
        ("", "https://evil.example/shop.example", 403),
        ("", "null", 403),
        ("", "shop.example", 403),
        ("", "?", 403),
    ] {
        let response = from(client.post("/key"), site, origin).await;
        assert_eq!(response.status(), status, "{site:?} {origin:?}");
        if status == 403 {
            assert_eq!(response.text(), r#"{"detail":"Cross-site request"}"#);
        }
    }
}

#[tokio::test]
async fn methods_that_change_something_are_checked() {
    let client = client(app()).await;
    for (method, status) in [
        ("GET", 200),
        ("HEAD", 200),
        ("OPTIONS", 204),
        ("POST", 403),
        ("PUT", 403),
        ("PATCH", 403),
        ("DELETE", 403),
        ("TRACE", 403),
    ] {
        let request = client.request(method, "/key");
        let response = from(request, "cross-site", "https://evil.example").await;
        assert_eq!(response.status(), status, "{method}");
    }
}

#[tokio::test]
async fn routes_that_read_a_credential_from_a_cookie_are_checked() {
    let client = client(app()).await;
    for (path, status) in [
        ("/key", 403),
        ("/optional", 403),
        ("/session", 403),
        ("/dependency", 403),
        ("/guarded/plain", 403),
        // This check comes before the guard, whose 401 would say that there is no session.
        ("/in-session/plain", 403),
        ("/plain", 200),
        ("/header", 200),
        ("/nowhere", 404),
    ] {
        let response = from(client.post(path), "cross-site", "https://evil.example").await;
        assert_eq!(response.status(), status, "{path}");
    }
    // Requests that need no handler change nothing.
    let redirect = client.post("/key/").follow_redirects(false);
    let redirect = from(redirect, "cross-site", "https://evil.example").await;
    assert_eq!(redirect.status(), 307);
    let other = from(
        client.delete("/optional"),
        "cross-site",
        "https://evil.example",
    )
    .await;
    assert_eq!(other.status(), 405);
}

#[post("/body")]
async fn with_body(#[security(KEY)] key: String, body: Bytes) -> usize {
    key.len() + body.len()
}

#[tokio::test]
async fn no_dependency_runs_and_an_exception_handler_may_respond() {
    let app = App::new("csrf", "1")
        .routes(routes![with_body])
        .status_handler(403, |error: &HttpError, req: &Request| {
            PlainText(format!("{} {}", req.path(), error.detail()))
        });
    let client = client(app).await;
    let response = from(client.post("/body").body("x"), "cross-site", "").await;
    assert_eq!(response.status(), 403);
    assert_eq!(response.text(), "/body \"Cross-site request\"");
    assert_eq!(
        from(client.post("/body").body("x"), "", "").await.text(),
        "4"
    );
}

#[tokio::test]
async fn other_origins_can_be_trusted() {
    let trusting = || {
        Csrf::new()
            .trust("https://app.example")
            .trust("http://localhost:3000")
    };
    for app in [
        app().csrf(trusting()),
        App::new("router", "1")
            .sessions(sessions())
            .include(renamed(routes().csrf(trusting()))),
    ] {
        let client = client(app).await;
        for (site, origin, status) in [
            ("cross-site", "https://app.example", 200),
            ("same-site", "https://app.example", 200),
            ("", "https://app.example", 200),
            ("", "http://localhost:3000", 200),
            ("", "http://app.example", 403),
            ("", "https://app.example:8443", 403),
            ("cross-site", "https://evil.example", 403),
            (
                "cross-site",
                "https://app.example, https://evil.example",
                403,
            ),
        ] {
            let response = from(client.post("/key"), site, origin).await;
            assert_eq!(response.status(), status, "{site:?} {origin:?}");
        }
    }
}

#[tokio::test]
async fn the_innermost_router_decides() {
    let inner = Router::new("/inner")
        .csrf(Csrf::new())
        .routes(routes![optional]);
    let outer = Router::new("/outer")
        .csrf(Csrf::off())
        .routes(routes![by_key])
        .include(inner);
    let app = App::new("routers", "1").csrf(Csrf::new().trust("https://app.example"));
    let app = app.include(outer).routes(routes![with_body]);
    let client = client(app).await;
    for (path, evil, app) in [
        ("/outer/key", 200, 200),
        ("/outer/inner/optional", 403, 403),
        ("/body", 403, 200),
    ] {
        let response = from(client.post(path), "cross-site", "https://evil.example").await;
        assert_eq!(response.status(), evil, "{path}");
        let response = from(client.post(path), "cross-site", "https://app.example").await;
        assert_eq!(response.status(), app, "{path}");
    }
}

#[test]
fn an_origin_that_no_browser_sends_is_a_mistake() {
    for (origin, mistake) in [
        ("app.example", "an origin starts with its scheme"),
        ("https://app.example/", "an origin has no path"),
        ("https://App.example", "lowercase"),
        ("https://app.example:443", "omit the default port"),
        (
            "https://app.example:99999",
            "a port is a number up to 65535",
        ),
        ("https://app.example\\", "a scheme, a host and a port"),
        ("*", "to trust every origin, use `Csrf::off()`"),
        ("null", "any page can send `null`"),
    ] {
        let app = App::new("mistakes", "1").csrf(Csrf::new().trust(origin));
        let error = app.routes(routes![plain]).build().unwrap_err().to_string();
        assert!(error.contains(&format!("`trust({origin:?})`: ")), "{error}");
        assert!(error.contains(mistake), "{error}");
    }
}

#[tokio::test]
async fn the_document_lists_the_403_where_it_is_possible() {
    let routes = routes![
        by_key,
        optional,
        by_session,
        by_dependency,
        plain,
        by_header
    ];
    let app = App::new("csrf", "1").sessions(sessions()).routes(routes);
    let off = Router::new("/off")
        .csrf(Csrf::off())
        .routes(routes![with_body]);
    let client = TestClient::start(app.include(off)).await;
    let document: Value = client.get("/openapi.json").await.json();
    let response = |path: &str, method: &str| &document["paths"][path][method]["responses"]["403"];
    for (path, method) in [
        ("/key", "post"),
        ("/key", "delete"),
        ("/optional", "post"),
        ("/session", "post"),
        ("/dependency", "post"),
    ] {
        let refused = response(path, method);
        assert_eq!(
            refused["description"], "Cross-site request",
            "{method} {path}"
        );
        assert!(refused["content"]["application/json"]["schema"].is_object());
    }
    for (path, method) in [
        ("/key", "get"),
        ("/plain", "post"),
        ("/header", "post"),
        ("/off/body", "post"),
    ] {
        assert!(response(path, method).is_null(), "{method} {path}");
    }
}

#[websocket("/socket")]
async fn socket(#[security(KEY)] key: String, mut socket: WebSocket) -> Result<()> {
    Ok(socket.send(key).await?)
}

#[websocket("/open")]
async fn open(mut socket: WebSocket) -> Result<()> {
    Ok(socket.send("open").await?)
}

#[tokio::test]
async fn a_handshake_that_reads_a_cookie_is_checked() {
    let app = |config: WebSocketConfig| {
        let app = App::new("sockets", "1").csrf(Csrf::new().trust("https://trusted.example"));
        app.websockets(config).routes(routes![socket, open])
    };
    let any = || WebSocketConfig::new().allow_any_origin();
    let one = || WebSocketConfig::new().allow_origin("https://allowed.example");
    for (config, path, site, origin, status) in [
        (any(), "/socket", "", "", 101),
        (any(), "/socket", "same-origin", "https://shop.example", 101),
        (any(), "/socket", "", "https://shop.example", 101),
        (any(), "/socket", "cross-site", "https://evil.example", 403),
        (any(), "/socket", "", "https://evil.example", 403),
        (
            any(),
            "/socket",
            "cross-site",
            "https://trusted.example",
            101,
        ),
        (any(), "/open", "cross-site", "https://evil.example", 101),
        (
            one(),
            "/socket",
            "cross-site",
            "https://allowed.example",
            101,
        ),
        (one(), "/socket", "cross-site", "https://evil.example", 403),
        (one(), "/socket", "", "null", 403),
    ] {
        let client = client(app(config)).await;
        let mut request = client.websocket(path).header("host", "shop.example");
        for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let found = match request.send().await {
            Ok(_) => 101,
            Err(refused) => refused.status().as_u16(),
        };
        assert_eq!(found, status, "{path} {site:?} {origin:?}");
    }
}
