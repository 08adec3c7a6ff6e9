//! An app as a tower service.

use std::future::poll_fn;

use fastrs::{Body, prelude::*};
use http_body_util::Full;
use tower_service::Service;

use crate::journal::{Journal, journal};

#[get("/greet/<name>")]
async fn greet(name: &str, #[depends(journal)] journal: &Journal) -> String {
    journal.write(name);
    format!("hello {name}")
}

#[post("/double")]
async fn double(#[body] number: u32) -> u32 {
    2 * number
}

fn app(notes: &Journal) -> App {
    App::new("Service", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![greet, double])
}

/// Calls the service as any tower client does: waits until it is ready, then calls it.
async fn call<S, B>(service: &mut S, request: http::Request<B>) -> (u16, String)
where
    S: Service<http::Request<B>, Response = Response, Error: std::fmt::Debug>,
{
    poll_fn(|task| service.poll_ready(task)).await.unwrap();
    let answer = service.call(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect(usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn an_app_becomes_a_service() {
    let notes = Journal::new();
    let mut service = app(&notes).into_service().await.unwrap();
    let request = http::Request::get("/greet/ada")
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        call(&mut service, request).await,
        (200, r#""hello ada""#.to_owned())
    );
    let request = http::Request::get("/nowhere").body(Body::empty()).unwrap();
    assert_eq!(call(&mut service, request).await.0, 404);
    assert_eq!(notes.take(), ["ada"]);
}

#[tokio::test]
async fn a_service_accepts_bodies_of_any_type() {
    let mut service = app(&Journal::new()).into_service().await.unwrap();
    let request = http::Request::post("/double").header("content-type", "application/json");
    let request = request.body(Full::new(&b"21"[..])).unwrap();
    assert_eq!(
        call(&mut service.clone(), request).await,
        (200, "42".to_owned())
    );
    let request = http::Request::get("/greet/bob")
        .body(String::new())
        .unwrap();
    assert_eq!(call(&mut service, request).await.1, r#""hello bob""#);
}

#[tokio::test]
async fn an_app_with_a_mistake_does_not_become_a_service() {
    #[get("/lost")]
    async fn lost(#[path] id: u8) -> u8 {
        id
    }
    let app = App::new("Service", "1").routes(routes![lost]);
    let error = app.into_service().await.unwrap_err().to_string();
    assert!(error.contains("`#[path] id` has no placeholder"), "{error}");
}

#[tokio::test]
async fn one_app_mounts_another() {
    let notes = Journal::new();
    let inner = app(&notes).into_service().await.unwrap();
    let client =
        fastrs::testing::TestClient::start(App::new("Outer", "1").mount("/inner", inner)).await;
    assert_eq!(
        client.get("/inner/greet/ada").await.json::<String>(),
        "hello ada"
    );
    assert_eq!(
        client
            .get("/inner/openapi.json")
            .await
            .json::<fastrs::Value>()["info"]["title"],
        "Service"
    );
    assert_eq!(client.get("/inner/nowhere").await.status(), 404);
}
