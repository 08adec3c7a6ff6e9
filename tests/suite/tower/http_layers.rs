//! The layers of tower-http: on the app, on a router, on a route.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io::{Read, Write},
    pin::Pin,
    task::{Context, Poll},
    time::Duration as Time,
};

use bytes::Bytes;
use fastrs::{Body, Next, Route, prelude::*, testing::TestClient};
use http::{HeaderValue, StatusCode};
use http_body::Frame;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    decompression::{DecompressionLayer, RequestDecompressionLayer},
    limit::RequestBodyLimitLayer,
    normalize_path::NormalizePathLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::{RequestBodyTimeoutLayer, ResponseBodyTimeoutLayer, TimeoutLayer},
    trace::TraceLayer,
};
use tower_service::Service;

use crate::journal::Journal;

#[post("/echo")]
async fn echo(#[body] text: String) -> String {
    text
}

#[get("/long")]
async fn long() -> String {
    "long ".repeat(1000)
}

#[get("/never")]
async fn never() {
    std::future::pending().await
}

#[get("/id")]
async fn id(#[header] x_request_id: String) -> String {
    x_request_id
}

fn all() -> [Route; 4] {
    routes![echo, long, never, id]
}

/// Tests the same layer on the app, on a router, and on each route.
macro_rules! everywhere {
    ($layer:expr) => {
        [
            App::new("App", "1").layer($layer).routes(all()),
            App::new("App", "1").include(Router::new("").layer($layer).routes(all())),
            App::new("App", "1").routes(all().map(|route| route.layer($layer))),
        ]
    };
}

/// A body of unknown length. The flag keeps it open after its last piece.
struct Pieces(VecDeque<&'static [u8]>, bool);

impl Pieces {
    fn body(pieces: &[&'static str], ends: bool) -> Body {
        let pieces = pieces.iter().map(|piece| piece.as_bytes()).collect();
        Body::new(Self(pieces, ends))
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.0.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(piece))))),
            None if self.1 => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[tokio::test]
async fn a_limit_applies_to_announced_and_streaming_bodies() {
    for app in everywhere!(RequestBodyLimitLayer::new(8)) {
        let client = TestClient::start(app).await;
        assert_eq!(
            client.post("/echo").json("short").await.json::<String>(),
            "short"
        );
        assert_eq!(
            client.post("/echo").json("longer than 8").await.status(),
            413
        );
        let flowing = Pieces::body(&[r#""long"#, r#"er than 8""#], true);
        let sent = client
            .post("/echo")
            .header("content-type", "application/json");
        assert_eq!(sent.body(flowing).await.status(), 413);
    }
}

#[tokio::test]
async fn a_timeout_ends_a_handler() {
    let layer =
        || TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Time::from_millis(5));
    for app in everywhere!(layer()) {
        let client = TestClient::start(app).await;
        assert_eq!(client.get("/never").await.status(), 503);
        assert_eq!(client.post("/echo").json("quick").await.status(), 200);
    }
}

#[tokio::test]
async fn a_timeout_ends_a_request_body() {
    for app in everywhere!(RequestBodyTimeoutLayer::new(Time::from_millis(5))) {
        let client = TestClient::start(app).await;
        let stalled = Pieces::body(&[r#""begun"#], false);
        let sent = client
            .post("/echo")
            .header("content-type", "application/json");
        assert_eq!(sent.body(stalled).await.status(), 400);
        assert_eq!(client.post("/echo").json("quick").await.status(), 200);
    }
}

#[tokio::test]
async fn a_timeout_ends_a_response_body() {
    #[get("/stalls")]
    async fn stalls() -> Response {
        Response::new(Pieces::body(&["begun"], false))
    }
    let layer = ResponseBodyTimeoutLayer::new(Time::from_millis(5));
    let app = App::new("App", "1").layer(layer).routes(routes![stalls]);
    let mut service = app.into_service().await.unwrap();
    let answer = service
        .call(http::Request::get("/stalls").body(Body::empty()).unwrap())
        .await;
    let error = answer.unwrap().into_body().collect(100).await.unwrap_err();
    assert!(!error.is_too_large(), "{error:?}");
}

#[tokio::test]
async fn request_bodies_are_decompressed() {
    for app in everywhere!(RequestDecompressionLayer::new()) {
        let client = TestClient::start(app).await;
        let sent = client
            .post("/echo")
            .header("content-type", "application/json");
        let sent = sent
            .header("content-encoding", "gzip")
            .body(gzip(r#""packed""#));
        assert_eq!(sent.await.json::<String>(), "packed");
        assert_eq!(
            client.post("/echo").json("plain").await.json::<String>(),
            "plain"
        );
    }
}

#[tokio::test]
async fn a_decompression_bomb_is_stopped_by_the_body_limit() {
    let app = App::new("App", "1")
        .layer(RequestDecompressionLayer::new())
        .body_limit(1000);
    let client = TestClient::start(app.routes(all())).await;
    let sent = client
        .post("/echo")
        .header("content-type", "application/json");
    let bomb = gzip(&format!("\"{}\"", "0".repeat(100_000)));
    assert!(bomb.len() < 1000);
    assert_eq!(
        sent.header("content-encoding", "gzip")
            .body(bomb)
            .await
            .status(),
        413
    );
}

#[tokio::test]
async fn responses_are_compressed_and_decompressed() {
    for app in everywhere!(CompressionLayer::new()) {
        let client = TestClient::start(app).await;
        let answer = client.get("/long").header("accept-encoding", "gzip").await;
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        assert_eq!(
            gunzip(answer.bytes()),
            format!("\"{}\"", "long ".repeat(1000))
        );
        assert_eq!(client.get("/long").await.header("content-encoding"), None);
    }
    #[get("/packed")]
    async fn packed() -> Response {
        let mut answer = Response::new(Body::from(gzip("unpacked")));
        answer
            .headers_mut()
            .insert("content-encoding", HeaderValue::from_static("gzip"));
        answer
    }
    let app = App::new("App", "1")
        .layer(DecompressionLayer::new())
        .routes(routes![packed]);
    let answer = TestClient::start(app).await.get("/packed").await;
    assert_eq!(
        (answer.text().as_str(), answer.header("content-encoding")),
        ("unpacked", None)
    );
}

/// A faulty layer.
#[derive(Clone)]
struct Panics;

impl<S> tower_layer::Layer<S> for Panics {
    type Service = Self;

    fn layer(&self, _: S) -> Self {
        Self
    }
}

impl<B> Service<http::Request<B>> for Panics {
    type Response = Response;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<B>) -> Self::Future {
        panic!("a layer with a fault")
    }
}

#[tokio::test]
async fn a_panic_below_is_caught() {
    let layer = || {
        CatchPanicLayer::custom(|_| {
            let mut caught = http::Response::new("caught".to_owned());
            *caught.status_mut() = StatusCode::BAD_GATEWAY;
            caught
        })
    };
    for app in [
        App::new("App", "1")
            .layer(Panics)
            .layer(layer())
            .routes(all()),
        App::new("App", "1").include(Router::new("").layer(Panics).layer(layer()).routes(all())),
        App::new("App", "1").routes(all().map(|route| route.layer(Panics).layer(layer()))),
        App::new("App", "1").include(Router::new("").mount("/", Panics).layer(layer())),
    ] {
        let answer = TestClient::start(app).await.get("/long").await;
        assert_eq!(
            (answer.status().as_u16(), answer.text()),
            (502, "caught".to_owned())
        );
    }
    let app = App::new("App", "1")
        .layer(Panics)
        .layer(CatchPanicLayer::new());
    assert_eq!(
        TestClient::start(app).await.get("/long").await.status(),
        500
    );
}

#[tokio::test]
async fn headers_are_set_and_requests_are_traced() {
    let header = http::HeaderName::from_static("x-layer");
    let layer =
        || SetResponseHeaderLayer::overriding(header.clone(), HeaderValue::from_static("set"));
    for app in everywhere!(layer()) {
        let client = TestClient::start(app).await;
        assert_eq!(client.get("/long").await.header("x-layer"), Some("set"));
    }
    let notes = Journal::new();
    let layer = || {
        let notes = notes.clone();
        TraceLayer::new_for_http().on_response(
            move |answer: &Response, _: Time, _: &tracing::Span| {
                notes.write(answer.status().as_str())
            },
        )
    };
    for app in everywhere!(layer()) {
        let client = TestClient::start(app).await;
        client.get("/long").await;
        client.post("/echo").json(&7).await;
        assert_eq!(notes.take(), ["200", "422"]);
    }
}

#[tokio::test]
async fn a_request_id_reaches_the_handler_and_is_returned() {
    // The last layer is the outermost: the id is set before it is propagated.
    let layered = |router: Router| {
        router
            .layer(PropagateRequestIdLayer::x_request_id())
            .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
    };
    let client =
        TestClient::start(App::new("App", "1").include(layered(Router::new("").routes(all()))))
            .await;
    let answer = client.get("/id").await;
    let id: String = answer.json();
    assert_eq!(answer.header("x-request-id"), Some(id.as_str()));
    let answer = client.get("/id").header("x-request-id", "mine").await;
    assert_eq!(
        (
            answer.json::<String>().as_str(),
            answer.header("x-request-id")
        ),
        ("mine", Some("mine"))
    );
}

#[tokio::test]
async fn paths_are_normalized_before_they_are_routed() {
    let app = App::new("App", "1")
        .layer(NormalizePathLayer::trim_trailing_slash())
        .routes(all());
    let answer = TestClient::start(app).await.get("/long///").await;
    assert_eq!((answer.status().as_u16(), answer.redirects()), (200, 0));
}

/// Gives a request another target, or keeps only its head and body.
#[derive(Clone)]
struct Changes<S = ()>(S, Option<&'static str>);

impl<S> tower_layer::Layer<S> for Changes {
    type Service = Changes<S>;

    fn layer(&self, inner: S) -> Changes<S> {
        Changes(inner, self.1)
    }
}

impl<S: Service<http::Request<Body>>> Service<http::Request<Body>> for Changes<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> S::Future {
        match self.1 {
            Some(target) => *request.uri_mut() = target.parse().unwrap(),
            None => request.extensions_mut().clear(),
        }
        self.0.call(request)
    }
}

#[get("/items/<id>/<rest..>")]
async fn item(id: String, rest: String, req: &Request) -> String {
    format!("{id} {rest} {} {}", req.path(), req.uri())
}

#[tokio::test]
async fn a_layer_that_changes_the_target_leaves_the_routed_path() {
    for target in ["/", "/another/far/longer/path/than/the/one/that/was/routed"] {
        let router = Router::new("/v1")
            .layer(Changes((), Some(target)))
            .routes(routes![item]);
        let client = TestClient::start(App::new("App", "1").include(router)).await;
        for (path, expected) in [
            ("/v1/items/7/a", "7 a /v1/items/7/a"),
            ("/v1/items/%C3%A9/a/b", "é a/b /v1/items/é/a/b"),
        ] {
            let answer = client.get(path).await.json::<String>();
            assert_eq!(answer, format!("{expected} {target}"));
        }
    }
}

/// Without the extensions the routing result is lost: a 405 could become a call.
#[tokio::test]
async fn a_layer_that_drops_the_extensions_is_an_error() {
    let router = Router::new("")
        .layer(Changes((), None))
        .routes(routes![long]);
    let client = TestClient::start(App::new("App", "1").include(router)).await;
    assert_eq!(client.get("/long").await.status(), 500);
    assert_eq!(client.post("/long").await.status(), 500);
}

/// The type that a layer wraps can be named.
#[test]
fn next_is_a_service_of_any_body() {
    fn takes<B, S: Service<http::Request<B>, Response = Response, Error = Infallible>>() {}
    takes::<Body, Next>();
    takes::<String, Next>();
    takes::<http_body_util::Limited<Body>, Next>();
}
