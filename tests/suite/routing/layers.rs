//! tower: layers on the app, a router and a route; services below a path.

use std::convert::Infallible;

use fastrs::{Body, Next, prelude::*, testing::TestClient};
use http::{HeaderName, HeaderValue};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

fn mark(name: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::appending(
        HeaderName::from_static("x-layer"),
        HeaderValue::from_static(name),
    )
}

#[get("/inner/<id>")]
async fn inner(id: u32, client: ClientAddr, #[query] q: Option<String>) -> String {
    format!("{id} {} {q:?}", client.ip())
}

#[get("/plain")]
async fn plain() {}

#[post("/echo")]
async fn echo(#[body] text: String) -> String {
    text
}

fn app() -> App {
    let layered = routes![inner, echo].map(|route| route.layer(mark("route")));
    let router = Router::new("/r")
        .layer(mark("router"))
        .layer(mark("router, outermost"))
        .routes(layered)
        .routes(routes![plain]);
    App::new("Layers", "1")
        .layer(mark("app"))
        .layer(mark("app, outermost"))
        .include(router)
        .routes(routes![plain_too])
}

#[get("/plain-too")]
async fn plain_too() {}

#[tokio::test]
async fn a_layer_wraps_what_it_is_added_to() {
    let client = TestClient::start(app()).await;
    let app = ["app", "app, outermost"];
    let router = ["router", "router, outermost", "app", "app, outermost"];
    let route = [
        "route",
        "router",
        "router, outermost",
        "app",
        "app, outermost",
    ];
    for (path, status, expected) in [
        ("/r/inner/7", 200, &route[..]),
        ("/r/plain", 200, &router),
        ("/plain-too", 200, &app),
        ("/nowhere", 404, &app),
        ("/openapi.json", 200, &app),
    ] {
        let answer = client.get(path).await;
        let marks: Vec<_> = answer
            .headers()
            .get_all("x-layer")
            .iter()
            .filter_map(|mark| mark.to_str().ok())
            .collect();
        assert_eq!(
            (answer.status().as_u16(), &marks[..]),
            (status, expected),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_handler_behind_layers_sees_the_same_request() {
    let client = TestClient::start(app()).await;
    assert_eq!(
        client.get("/r/inner/7?q=%C3%A9").await.json::<String>(),
        "7 127.0.0.1 Some(\"é\")"
    );
    assert_eq!(client.get("/r/inner/x").await.status(), 422);
    assert_eq!(
        client.post("/r/echo").json("text").await.json::<String>(),
        "text"
    );
}

/// Responds with what was requested.
#[derive(Clone)]
struct Mirror;

impl tower_service::Service<http::Request<Body>> for Mirror {
    type Response = http::Response<String>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        std::future::ready(Ok(http::Response::new(format!(
            "{} {}",
            request.method(),
            request.uri()
        ))))
    }
}

#[get("/mirror/known")]
async fn known() -> &'static str {
    "a route takes precedence over a mount"
}

#[tokio::test]
async fn a_mounted_service_sees_the_path_below_it() {
    let router = Router::new("/in")
        .layer(mark("router"))
        .mount("/mirror", Mirror);
    let client = TestClient::start(
        App::new("Mounts", "1")
            .mount("/mirror", Mirror)
            .routes(routes![known])
            .include(router),
    )
    .await;
    for (method, path, expected) in [
        ("GET", "/mirror", "GET /"),
        ("GET", "/mirror/", "GET /"),
        ("PURGE", "/mirror/a/b?c=d", "PURGE /a/b?c=d"),
        ("GET", "/mirror/a%20b%3F%25", "GET /a%20b%3F%25"),
        ("GET", "/in/mirror/x", "GET /x"),
        ("POST", "/mirror/known", "POST /known"),
        (
            "GET",
            "/mirror/known",
            r#""a route takes precedence over a mount""#,
        ),
    ] {
        assert_eq!(
            client.request(method, path).await.text(),
            expected,
            "{method} {path}"
        );
    }
    assert_eq!(
        client.get("/in/mirror/x").await.header("x-layer"),
        Some("router")
    );
    assert_eq!(client.get("/mirrors").await.status(), 404);
}

#[get("/items/")]
async fn items() -> &'static str {
    "items"
}

#[get("/item")]
async fn item() -> &'static str {
    "item"
}

#[tokio::test]
async fn a_slash_redirect_stays_below_the_mount() {
    let inner = App::new("Inner", "1").routes(routes![items, item]);
    let inner = inner.into_service().await.unwrap();
    let middle = App::new("Middle", "1").mount("/b c", inner);
    let middle = middle.into_service().await.unwrap();
    let client = TestClient::start(App::new("Outer", "1").mount("/a", middle)).await;
    for (path, location) in [
        ("/a/b%20c/items?x=1", "items/?x=1"),
        ("/a/b%20c/item/", "../item"),
    ] {
        let answer = client.get(path).follow_redirects(false).await;
        assert_eq!(answer.status(), 307, "{path}");
        assert_eq!(answer.header("location"), Some(location), "{path}");
        assert_eq!(client.get(path).await.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_folder_is_served_and_nothing_outside_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    std::fs::create_dir(&root).unwrap();
    std::fs::write(root.join("a b.txt"), "inside").unwrap();
    std::fs::write(folder.path().join("secret.txt"), "outside").unwrap();
    let client =
        TestClient::start(App::new("Files", "1").mount("/static", ServeDir::new(&root))).await;
    assert_eq!(client.get("/static/a%20b.txt").await.text(), "inside");
    for path in [
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..%2fsecret.txt",
        "/static/%252e%252e/secret.txt",
        "/static//../secret.txt",
    ] {
        assert_eq!(client.get(path).await.status(), 404, "{path}");
    }
}

/// Fails on every request.
#[derive(Clone)]
struct Broken<S>(S);

impl<S> tower_service::Service<http::Request<Body>> for Broken<S> {
    type Response = Response;
    type Error = std::io::Error;
    type Future = std::future::Ready<Result<Response, std::io::Error>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), std::io::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<Body>) -> Self::Future {
        std::future::ready(Err(std::io::Error::other("the secret of the layer")))
    }
}

#[derive(Clone)]
struct Breaks;

impl tower_layer::Layer<Next> for Breaks {
    type Service = Broken<Next>;

    fn layer(&self, next: Next) -> Broken<Next> {
        Broken(next)
    }
}

#[tokio::test]
async fn a_layer_that_fails_is_a_500() {
    let client = TestClient::start(
        App::new("Broken", "1").include(Router::new("").layer(Breaks).routes(routes![plain])),
    )
    .await;
    let answer = client.get("/plain").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text()),
        (500, r#"{"detail":"Internal Server Error"}"#.to_owned())
    );
}
