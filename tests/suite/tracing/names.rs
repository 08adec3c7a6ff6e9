//! What a span is called, and what it says about its request.

use fastrs::{
    middleware::{Cors, ProxyHeaders, RequestId},
    prelude::*,
    testing::{TestClient, TestServer},
};
use tracing::Level;

use super::spans::Spans;
use crate::wire::Wire;

#[get("/users/<id>")]
async fn user(id: u32) -> u32 {
    id
}

#[get("/search")]
async fn search(#[query] key: Secret<String>) -> usize {
    key.expose().len()
}

#[post("/notes", body_limit = 10)]
async fn note(text: Bytes) -> usize {
    text.len()
}

fn app() -> App {
    App::new("Names", "1").routes(routes![user, search, note])
}

#[tokio::test]
async fn a_span_has_the_names_of_opentelemetry() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let server = TestServer::start(app().layer(RequestId::new()))
        .await
        .unwrap();
    let mut wire = Wire::to(server.addr()).await;
    wire.send(
        "GET /users/7?token=canary HTTP/1.1\r\nhost: shop.example:8000\r\nuser-agent: curl/8\r\n\
         x-request-id: first\r\nconnection: close\r\n\r\n",
    )
    .await;
    assert_eq!(wire.answer().await.status(), "200");
    server.stop().await;
    let span = spans.one();
    assert_eq!((span.name, span.parent), ("request", None));
    let fields = [
        ("client.address", "127.0.0.1"),
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("http.route", "/users/{id}"),
        ("network.protocol.version", "1.1"),
        ("otel.kind", "server"),
        ("otel.name", "GET /users/{id}"),
        ("request_id", "first"),
        ("server.address", "shop.example"),
        ("server.port", "8000"),
        ("url.path", "/users/7"),
        ("url.scheme", "http"),
        ("user_agent.original", "curl/8"),
    ];
    let expected = fields.map(|(name, value)| (name, value.to_owned()));
    assert_eq!(span.fields, expected.into());
}

/// Nothing that a client can choose freely is part of a name.
#[tokio::test]
async fn a_name_consists_of_the_method_and_the_route() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let router = Router::new("/v1/<shop>").routes(routes![user]);
    let axum = axum::Router::new().route("/old/{id}", axum::routing::get(|| async { "old" }));
    let inner = App::new("Inner", "1").routes(routes![user]);
    let app = app()
        .include(router)
        .mount("/inner", inner.into_service().await.unwrap())
        .mount("/legacy", axum)
        .layer(Cors::new().allow_origins(["https://shop.example"]));
    let client = TestClient::start(app).await.follow_redirects(false);
    for (method, path, status, name, route) in [
        ("GET", "/users/7", 200, "GET /users/{id}", "/users/{id}"),
        ("HEAD", "/users/7", 200, "HEAD /users/{id}", "/users/{id}"),
        ("GET", "/users/x", 422, "GET /users/{id}", "/users/{id}"),
        ("PUT", "/users/7", 405, "PUT /users/{id}", "/users/{id}"),
        ("PURGE", "/users/7", 405, "HTTP /users/{id}", "/users/{id}"),
        ("GET", "/users/7/", 307, "GET", ""),
        ("GET", "/nowhere/7", 404, "GET", ""),
        ("PURGE", "/nowhere/7", 404, "HTTP", ""),
        (
            "GET",
            "/v1/a/users/7",
            200,
            "GET /v1/{shop}/users/{id}",
            "/v1/{shop}/users/{id}",
        ),
        (
            "GET",
            "/inner/users/7",
            200,
            "GET /inner/users/{id}",
            "/inner/users/{id}",
        ),
        ("GET", "/inner/nowhere", 404, "GET", ""),
        ("GET", "/legacy/old/7", 200, "GET /legacy", "/legacy"),
        ("GET", "/docs", 200, "GET /docs", "/docs"),
    ] {
        let response = client.request(method, path).await;
        assert_eq!(response.status(), status, "{method} {path}");
        let span = spans.one();
        assert_eq!(span.get("otel.name"), name, "{method} {path}");
        assert_eq!(span.get("http.route"), route, "{method} {path}");
        assert_eq!(span.get("url.path"), path);
        let known = match method {
            "PURGE" => ("_OTHER", "PURGE"),
            method => (method, ""),
        };
        let sent = span.get("http.request.method_original");
        assert_eq!((span.get("http.request.method"), sent), known);
    }
    let long = client.post("/notes").body("more than ten bytes").await;
    assert_eq!(long.status(), 413);
    assert_eq!(spans.one().get("otel.name"), "POST /notes");
    // Middleware responds to it.
    let preflight = client
        .options("/users/7")
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "GET");
    assert_eq!(preflight.await.status(), 200);
    assert_eq!(spans.one().get("otel.name"), "OPTIONS /users/{id}");
}

#[tokio::test]
async fn what_a_trusted_proxy_says_is_recorded() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let proxies = ProxyHeaders::new()
        .trust("127.0.0.1")
        .x_forwarded_host()
        .x_forwarded_prefix();
    let client = TestClient::start(app().proxy_headers(proxies)).await;
    let response = client
        .get("/users/7")
        .header("x-forwarded-for", "192.0.2.7")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", "shop.example")
        .header("x-forwarded-prefix", "/api");
    assert_eq!(response.await.status(), 200);
    let span = spans.one();
    let fields = [
        ("client.address", "192.0.2.7"),
        ("http.route", "/api/users/{id}"),
        ("server.address", "shop.example"),
        ("url.path", "/api/users/7"),
        ("url.scheme", "https"),
    ];
    for (field, value) in fields {
        assert_eq!(span.get(field), value, "{field}");
    }
}

#[tokio::test]
async fn a_span_is_bounded_and_has_no_query() {
    let (spans, _guard) = Spans::start(Level::TRACE);
    let client = TestClient::start(app()).await;
    let path = format!("/{}", "a".repeat(3000));
    let request = client.get(&path).query(&[("key", "canary")]);
    let response = request.header("user-agent", "a".repeat(3000)).await;
    assert_eq!(response.status(), 404);
    let span = spans.one();
    assert_eq!(span.get("user_agent.original").len(), 1024);
    client.get("/search").header("user-agent", "Bräu").await;
    assert_eq!(spans.one().get("user_agent.original"), "Bräu");
    assert_eq!(span.get("url.path").len(), 1024);
    client.get("/search").query(&[("key", "canary")]).await;
    client.get("/search").header("host", "canary canary").await;
    for span in spans.take() {
        assert!(!format!("{span:?}").contains("canary"), "{span:?}");
    }
}

/// Without a subscriber that listens, a request has no span.
#[tokio::test]
async fn a_subscriber_that_does_not_listen_sees_no_span() {
    #[get("/")]
    async fn home() -> bool {
        tracing::Span::current().is_none()
    }
    let app = || App::new("Quiet", "1").routes(routes![home]);
    for (level, is_quiet) in [(Level::WARN, true), (Level::INFO, false)] {
        let (spans, _guard) = Spans::start(level);
        let client = TestClient::start(app()).await;
        assert_eq!(client.get("/").await.json::<bool>(), is_quiet);
        assert_eq!(spans.take().is_empty(), is_quiet);
    }
}
