//! `#[middleware]`: functions around everything that answers a request.

mod built_in;
mod compression;
mod cors;
mod unseen;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use fastrs::{prelude::*, testing::TestClient};
use http::HeaderValue;
use serde_json::Value;

use crate::wire::{Wire, serve};

/// Appends a name to the header `x-seen`. The response passes through the innermost first.
fn mark(mut response: Response, name: &'static str) -> Response {
    let value = HeaderValue::from_static(name);
    response.headers_mut().append("x-seen", value);
    response
}

macro_rules! marking {
    ($($name:ident)*) => {$(
        #[middleware]
        async fn $name(request: http::Request<Body>, next: Next) -> Response {
            mark(next.run(request).await, stringify!($name))
        }
    )*};
}

marking!(first second on_router on_route outer_of_route on_mount);

#[get("/plain")]
async fn plain() -> String {
    "plain".into()
}

#[get("/marked", middleware = [outer_of_route, on_route])]
async fn marked() -> String {
    "marked".into()
}

async fn app() -> App {
    let mounted = App::new("Inner", "1")
        .routes(routes![plain])
        .middleware::<on_mount>();
    let mounted = mounted.into_service().await.unwrap();
    let router = Router::new("/r")
        .middleware::<on_router>()
        .routes(routes![plain, marked])
        .mount("/m", mounted);
    App::new("Marked", "1")
        .middleware::<first>()
        .middleware::<second>()
        .routes(routes![plain])
        .include(router)
}

#[tokio::test]
async fn middleware_is_around_what_it_is_added_to() {
    let client = TestClient::start(app().await).await;
    let app = &["first", "second"][..];
    let router = &["on_router", "first", "second"][..];
    for (method, path, status, expected) in [
        ("GET", "/plain", 200, app),
        ("HEAD", "/plain", 200, app),
        ("GET", "/nowhere", 404, app),
        ("GET", "/docs", 200, app),
        ("GET", "/openapi.json", 200, app),
        ("GET", "/plain/", 307, app),
        ("GET", "/r/plain", 200, router),
        ("POST", "/r/plain", 405, router),
        ("OPTIONS", "/r/plain", 204, router),
        ("GET", "/r/plain/", 307, router),
        ("GET", "/r/nowhere", 404, app),
        (
            "GET",
            "/r/marked",
            200,
            &["on_route", "outer_of_route", "on_router", "first", "second"],
        ),
        (
            "GET",
            "/r/m/plain",
            200,
            &["on_mount", "on_router", "first", "second"],
        ),
        (
            "GET",
            "/r/m/nowhere",
            404,
            &["on_mount", "on_router", "first", "second"],
        ),
    ] {
        let request = client.request(method, path).follow_redirects(false);
        let response = request.send().await;
        assert_eq!(response.status(), status, "{method} {path}");
        let seen = response.headers().get_all("x-seen");
        let seen: Vec<_> = seen.iter().map(|name| name.to_str().unwrap()).collect();
        assert_eq!(seen, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn layers_and_middleware_are_in_the_order_in_which_they_were_added() {
    let layer = || {
        tower_http::set_header::SetResponseHeaderLayer::appending(
            http::HeaderName::from_static("x-seen"),
            HeaderValue::from_static("layer"),
        )
    };
    let app = App::new("Mixed", "1")
        .routes(routes![plain])
        .middleware::<first>()
        .layer(layer())
        .middleware::<second>();
    let response = TestClient::start(app).await.get("/plain").await;
    let seen: Vec<_> = response.headers().get_all("x-seen").iter().collect();
    assert_eq!(seen, ["first", "layer", "second"]);
}

/// How often its middleware ran.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicU32>);

#[dependency(scope = "app")]
async fn counter() -> Counter {
    Counter::default()
}

#[dependency(scope = "app")]
async fn step() -> Result<u32> {
    Ok(1)
}

/// Counts, with one dependency by reference and one by value, in any order among the arguments.
#[middleware]
async fn counting(
    #[depends(counter)] counter: &Counter,
    next: Next,
    #[depends(step)] step: u32,
    request: http::Request<Body>,
) -> Response {
    counter.0.fetch_add(step, SeqCst);
    next.run(request).await
}

#[tokio::test]
async fn middleware_takes_app_scoped_dependencies() {
    let app = || {
        App::new("Counted", "1")
            .middleware::<counting>()
            .routes(routes![plain])
    };
    let known = Counter::default();
    let client = TestClient::start(app().provide::<counter>(known.clone())).await;
    client.get("/plain").await;
    client.get("/nowhere").await;
    assert_eq!(known.0.load(SeqCst), 2);

    let overridden = app()
        .provide::<counter>(known.clone())
        .override_dependency::<step>(|| Ok(10));
    let client = TestClient::start(overridden).await;
    client.get("/plain").await;
    assert_eq!(known.0.load(SeqCst), 12);
}

#[dependency(scope = "app")]
async fn broken() -> Result<Counter> {
    Err(HttpError::new(500, "the counter is broken"))
}

#[dependency(scope = "app")]
async fn given() -> Counter;

#[middleware]
async fn on_broken(
    request: http::Request<Body>,
    next: Next,
    #[depends(broken)] counter: &Counter,
) -> Response {
    counter.0.fetch_add(1, SeqCst);
    next.run(request).await
}

#[middleware]
async fn on_given(
    request: http::Request<Body>,
    next: Next,
    #[depends(given)] counter: &Counter,
) -> Response {
    counter.0.fetch_add(1, SeqCst);
    next.run(request).await
}

#[tokio::test]
async fn the_dependencies_of_middleware_are_created_at_the_start() {
    for app in [
        App::new("Broken", "1").middleware::<on_broken>(),
        App::new("Broken", "1").include(
            Router::new("/r")
                .middleware::<on_broken>()
                .mount("/m", App::new("Inner", "1").into_service().await.unwrap()),
        ),
        App::new("Broken", "1").routes(routes![plain].map(|route| route.middleware::<on_broken>())),
    ] {
        let error = app.into_service().await.err().unwrap().to_string();
        assert!(error.contains("`broken` failed to start"), "{error}");
    }
    let error = App::new("Missing", "1").middleware::<on_given>().build();
    let error = error.err().unwrap().to_string();
    assert!(error.contains("`given` has no value"), "{error}");
}

/// Why middleware lets nobody pass.
#[derive(Debug, HttpError)]
enum Closed {
    /// For a while.
    #[error("We will be back soon")]
    #[status(503)]
    #[header("Retry-After", "60")]
    Maintenance,
    /// The client is unwelcome.
    #[error("go away")]
    #[status(403)]
    Unwelcome,
}

#[middleware]
async fn gate(request: http::Request<Body>, next: Next) -> Result<Response, Closed> {
    match request.headers().get("x-gate").map(HeaderValue::as_bytes) {
        Some(b"maintenance") => Err(Closed::Maintenance),
        Some(b"unwelcome") => Err(Closed::Unwelcome),
        _ => Ok(next.run(request).await),
    }
}

#[tokio::test]
async fn an_error_of_middleware_is_a_response_and_in_the_document_of_the_routes_below() {
    let app = App::new("Gated", "1").routes(routes![plain]).include(
        Router::new("/gated")
            .middleware::<gate>()
            .routes(routes![plain]),
    );
    let responses = |path: &str| app.document()["paths"][path]["get"]["responses"].clone();
    assert_eq!(responses("/plain")["503"], Value::Null);
    assert!(responses("/gated/plain")["503"].is_object());
    assert!(responses("/gated/plain")["403"].is_object());

    let client = TestClient::start(app).await;
    let send = async |gate: &str| client.get("/gated/plain").header("x-gate", gate).await;
    let response = send("maintenance").await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.header("retry-after"), Some("60"));
    assert_eq!(
        response.json::<Value>(),
        json!({"detail": "Service Unavailable"})
    );
    assert_eq!(
        send("unwelcome").await.json::<Value>(),
        json!({"detail": "go away"})
    );
    assert_eq!(send("open").await.status(), 200);
}

#[tokio::test]
async fn the_errors_of_the_apps_middleware_are_in_the_document_of_every_route() {
    let document = App::new("Gated", "1")
        .routes(routes![plain, marked])
        .middleware::<gate>()
        .document();
    for path in ["/plain", "/marked"] {
        let responses = &document["paths"][path]["get"]["responses"];
        assert!(responses["503"].is_object(), "{path}: {responses}");
    }
}

#[tokio::test]
async fn exception_handlers_see_the_errors_of_middleware() {
    let app = App::new("Gated", "1")
        .routes(routes![plain])
        .middleware::<gate>()
        .exception_handler(|error: &Closed, request: &Request| {
            let gate = request.headers().get("x-gate").unwrap().to_str().unwrap();
            let text = format!("{} {} {gate}: {error}", request.method(), request.path());
            (StatusCode::IM_A_TEAPOT, PlainText(text))
        });
    let client = TestClient::start(app).await;
    let response = client.get("/plain").header("x-gate", "unwelcome").await;
    assert_eq!(response.status(), 418);
    assert_eq!(response.text(), "GET /plain unwelcome: go away");
}

#[model]
struct Note {
    text: String,
}

#[post("/notes")]
async fn create_note(note: Note, request: &Request) -> String {
    let user = request.extensions().get::<&str>().unwrap_or(&"nobody");
    format!("{user}: {} ({})", note.text, request.method())
}

/// Reads the whole body, changes it, and adds an extension.
#[middleware]
async fn rewriting(request: http::Request<Body>, next: Next) -> Result<Response, HttpError> {
    let (mut parts, body) = request.into_parts();
    let text = String::from_utf8(body.collect(1_000).await?.to_vec())?;
    parts.extensions.insert("ada");
    parts.headers.remove("content-length");
    let body = Body::from(text.replace("secret", "***"));
    Ok(next.run(http::Request::from_parts(parts, body)).await)
}

#[tokio::test]
async fn middleware_changes_a_request() {
    let app = App::new("Rewritten", "1")
        .routes(routes![create_note])
        .middleware::<rewriting>();
    let client = TestClient::start(app).await;
    let response = client
        .post("/notes")
        .json(&json!({"text": "a secret"}))
        .await;
    assert_eq!(response.text(), "\"ada: a *** (POST)\"");
}

#[websocket("/echo")]
async fn echo(mut socket: WebSocket) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

/// Generates three lines, one after the other.
#[get("/lines")]
async fn lines() -> Streaming {
    Streaming::generate(|out| async move {
        for line in ["one\n", "two\n", "three\n"] {
            out.send(line).await?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn streams_and_sockets_pass_through_middleware() {
    let app = App::new("Flowing", "1")
        .routes(routes![echo, lines])
        .middleware::<gate>()
        .middleware::<first>();
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/lines").await.text(), "one\ntwo\nthree\n");
    let mut socket = client.websocket("/echo").await;
    socket.send("hello").await;
    assert_eq!(socket.recv_text().await, "hello");
    let refused = client.websocket("/echo").header("x-gate", "unwelcome");
    assert_eq!(refused.send().await.err().unwrap().status(), 403);
}

#[dependency(scope = "app")]
async fn failures() -> AtomicU32 {
    AtomicU32::new(2)
}

/// Fails twice.
#[get("/flaky")]
async fn flaky(#[depends(failures)] failures: &AtomicU32) -> Result<String, Closed> {
    match failures.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)) {
        Ok(_) => Err(Closed::Maintenance),
        Err(_) => Ok("done".into()),
    }
}

/// Sends a request without a body again, as long as the service is unavailable.
#[middleware]
async fn retrying(request: http::Request<Body>, next: Next) -> Response {
    loop {
        let mut again = http::Request::new(Body::empty());
        *again.method_mut() = request.method().clone();
        *again.uri_mut() = request.uri().clone();
        again.extensions_mut().clone_from(request.extensions());
        let response = next.clone().run(again).await;
        if response.status() != StatusCode::SERVICE_UNAVAILABLE {
            return response;
        }
    }
}

#[tokio::test]
async fn middleware_may_call_the_rest_several_times() {
    let app = App::new("Flaky", "1")
        .routes(routes![flaky])
        .middleware::<retrying>();
    let response = TestClient::start(app).await.get("/flaky").await;
    assert_eq!(response.text(), "\"done\"");
}

#[middleware]
async fn panicking(request: http::Request<Body>, next: Next) -> Response {
    assert!(request.headers().get("x-panic").is_none(), "on purpose");
    next.run(request).await
}

#[tokio::test]
async fn a_panic_of_middleware_is_a_500_that_outer_middleware_sees() {
    let app = App::new("Panicking", "1")
        .routes(routes![plain])
        .middleware::<panicking>()
        .middleware::<first>()
        .status_handler(500, |_: &HttpError, request: &Request| {
            PlainText(format!("{} failed", request.path()))
        });
    let client = TestClient::start(app).await;
    let response = client.get("/plain").header("x-panic", "1").await;
    assert_eq!(response.status(), 500);
    assert_eq!(response.header("x-seen"), Some("first"));
    assert_eq!(response.text(), "/plain failed");
    assert_eq!(client.get("/plain").await.status(), 200);
}

#[get("/sized")]
async fn sized() -> Response {
    let mut response = Response::new("short".into());
    response
        .headers_mut()
        .insert("content-length", HeaderValue::from(5));
    response
}

/// Replaces the body, but not its length.
#[middleware]
async fn replacing(request: http::Request<Body>, next: Next) -> Response {
    let mut response = next.run(request).await;
    *response.body_mut() = "a longer body".into();
    response
}

#[tokio::test]
async fn a_length_that_contradicts_the_body_is_not_sent() {
    let app = App::new("Replaced", "1")
        .routes(routes![sized])
        .middleware::<replacing>();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    for _ in 0..2 {
        wire.request("GET /sized").await;
        let answer = wire.answer().await;
        assert_eq!(answer.header("content-length"), Some("13"));
        assert_eq!(answer.body, "a longer body");
    }
}

/// Says which client the middleware sees, and replaces it for the handler.
#[middleware]
async fn behind_a_proxy(mut request: http::Request<Body>, next: Next) -> Response {
    let peer = request.extensions().get::<ClientAddr>().copied();
    let forwarded = ClientAddr(([192, 0, 2, 1], 80).into());
    request.extensions_mut().insert(forwarded);
    let mut response = next.run(request).await;
    let peer = peer.map_or("nobody".into(), |peer| peer.ip().to_string());
    response
        .headers_mut()
        .insert("x-peer", peer.parse().unwrap());
    response
}

#[get("/client")]
async fn client_of(client: ClientAddr) -> String {
    client.ip().to_string()
}

#[tokio::test]
async fn middleware_sees_and_replaces_the_address_of_the_client() {
    let layered = routes![client_of].map(|route| route.middleware::<behind_a_proxy>());
    for app in [
        App::new("Proxied", "1")
            .routes(routes![client_of])
            .middleware::<behind_a_proxy>(),
        App::new("Proxied", "1").routes(layered),
        App::new("Proxied", "1")
            .routes(routes![client_of].map(|route| route.middleware::<first>()))
            .middleware::<behind_a_proxy>(),
    ] {
        let server = serve(app).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /client").await;
        let answer = wire.answer().await;
        assert_eq!(answer.header("x-peer"), Some("127.0.0.1"));
        assert_eq!(answer.body, "\"192.0.2.1\"");
    }
}
