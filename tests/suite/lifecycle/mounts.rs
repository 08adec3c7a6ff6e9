//! The body limit applies to mounts.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{Router as AxumRouter, routing::post as axum_post};
use fastrs::{Body, prelude::*, testing::TestClient};
use tower_service::Service;

/// Responds with the length of the body, or with its error.
#[derive(Clone)]
struct Length;

impl Service<http::Request<Body>> for Length {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            let read = request.into_body().collect(usize::MAX).await;
            let text = match read {
                Ok(bytes) => bytes.len().to_string(),
                Err(error) => format!("too large: {}", error.is_too_large()),
            };
            Ok(Response::new(text.into()))
        })
    }
}

#[post("/bytes")]
async fn bytes(body: Bytes) -> usize {
    body.len()
}

#[post("/own", body_limit = 50)]
async fn own(body: Bytes) -> usize {
    body.len()
}

/// A body that does not declare its length.
fn unannounced(length: usize) -> Body {
    struct Once(Option<Bytes>);
    impl http_body::Body for Once {
        type Data = Bytes;
        type Error = Infallible;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<std::result::Result<http_body::Frame<Bytes>, Infallible>>> {
            Poll::Ready(self.0.take().map(|bytes| Ok(http_body::Frame::data(bytes))))
        }
    }
    Body::new(Once(Some(vec![b'x'; length].into())))
}

async fn send(client: &TestClient, path: &str, body: impl Into<Body>) -> (u16, String) {
    let answer = client.post(path).body(body).await;
    (answer.status().as_u16(), answer.text())
}

#[tokio::test]
async fn a_mounted_service_has_the_limit_of_its_app_or_router() {
    let axum = AxumRouter::new().route(
        "/",
        axum_post(|body: Bytes| async move { body.len().to_string() }),
    );
    let app = App::new("Mounts", "1")
        .body_limit(10)
        .mount("/raw", Length)
        .mount("/axum", axum)
        .include(Router::new("/router").body_limit(20).mount("/raw", Length));
    let client = TestClient::start(app).await;
    let refused = (413, r#"{"detail":"Content Too Large"}"#.to_owned());
    for (path, limit) in [("/raw/x", 10), ("/router/raw/x", 20), ("/axum/", 10)] {
        let whole = (200, limit.to_string());
        assert_eq!(
            send(&client, path, "x".repeat(limit)).await,
            whole,
            "{path}"
        );
        assert_eq!(
            send(&client, path, unannounced(limit)).await,
            whole,
            "{path}"
        );
        assert_eq!(
            send(&client, path, "x".repeat(limit + 1)).await,
            refused,
            "{path}"
        );
    }
    let cut = (200, "too large: true".to_owned());
    assert_eq!(send(&client, "/raw/x", unannounced(11)).await, cut);
    // axum recognizes the error.
    assert_eq!(send(&client, "/axum/", unannounced(11)).await.0, 413);
}

#[tokio::test]
async fn the_default_applies_to_a_mounted_service() {
    let client = TestClient::start(App::new("Mounts", "1").mount("/raw", Length)).await;
    let most = 2 * 1024 * 1024;
    assert_eq!(send(&client, "/raw/x", vec![0; most]).await.0, 200);
    assert_eq!(send(&client, "/raw/x", vec![0; most + 1]).await.0, 413);
}

#[tokio::test]
async fn a_mounted_app_keeps_the_limits_that_it_sets() {
    let inner = || App::new("Inner", "1").routes(routes![bytes, own]);
    let with_own = inner().body_limit(30).into_service().await.unwrap();
    let without = inner().into_service().await.unwrap();
    let through_axum = AxumRouter::new().nest_service("/app", without.clone());
    let app = App::new("Outer", "1")
        .body_limit(10)
        .mount("/with", with_own)
        .mount("/without", without)
        .mount("/axum", through_axum);
    let client = TestClient::start(app).await;
    for (path, limit) in [
        ("/with/bytes", 30),
        ("/with/own", 50),
        ("/without/bytes", 10),
        ("/without/own", 50),
        ("/axum/app/bytes", 10),
        ("/axum/app/own", 10),
    ] {
        for (length, status) in [(limit, 200), (limit + 1, 413)] {
            let announced = send(&client, path, "x".repeat(length)).await;
            assert_eq!(announced.0, status, "{path} {length}");
            let streamed = send(&client, path, unannounced(length)).await;
            assert_eq!(streamed.0, status, "{path} {length}, unannounced");
        }
    }
}
