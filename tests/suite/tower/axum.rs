//! axum routers in an app, and apps in an axum router.

use axum::{
    Json, Router as AxumRouter,
    extract::{Path, Query, State},
    routing::{get as axum_get, post as axum_post},
};
use bytes::Bytes;
use fastrs::{
    Body,
    prelude::*,
    testing::{TestClient, TestServer},
};
use http_body_util::BodyExt;
use serde::Deserialize;
use tower_service::Service;

use crate::wire::Wire;

#[derive(Deserialize)]
struct Page {
    limit: u32,
}

#[derive(serde::Serialize, Deserialize)]
struct Note {
    text: String,
}

/// Returns an axum application with the usual extractors.
fn old() -> AxumRouter {
    AxumRouter::new()
        .route("/", axum_get(|| async { "old home" }))
        .route(
            "/notes/{id}",
            axum_get(
                |State(prefix): State<&'static str>,
                 Path(id): Path<u32>,
                 Query(page): Query<Page>| async move {
                    format!("{prefix} {id} {}", page.limit)
                },
            ),
        )
        .route(
            "/notes",
            axum_post(|Json(note): Json<Note>| async move {
                let text = note.text.to_uppercase();
                (axum::http::StatusCode::CREATED, Json(Note { text }))
            }),
        )
        .with_state("note")
}

#[get("/new")]
async fn new() -> &'static str {
    "new"
}

#[post("/items/<id>")]
async fn create(id: u32, #[body] text: String) -> String {
    format!("{id} {text}")
}

fn app() -> App {
    App::new("App", "1").routes(routes![new, create])
}

#[tokio::test]
async fn an_axum_router_mounts_in_an_app() {
    let client = TestClient::start(app().mount("/old", old())).await;
    assert_eq!(client.get("/new").await.json::<String>(), "new");
    assert_eq!(client.get("/old/").await.text(), "old home");
    let note = client.get("/old/notes/7?limit=3").await;
    assert_eq!(
        (note.status().as_u16(), note.text()),
        (200, "note 7 3".to_owned())
    );
    let made = client
        .post("/old/notes")
        .json(&Note { text: "x".into() })
        .await;
    assert_eq!(
        (made.status().as_u16(), made.json::<Note>().text),
        (201, "X".to_owned())
    );
    // axum's own responses are passed through.
    assert_eq!(client.get("/old/notes/x?limit=3").await.status(), 400);
    assert_eq!(client.get("/old/nowhere").await.status(), 404);
    assert_eq!(
        client.delete("/old/notes").await.header("allow"),
        Some("POST")
    );
}

#[tokio::test]
async fn an_axum_router_mounts_in_a_router_behind_its_layers() {
    let router = Router::new("/v1")
        .layer(tower_http::limit::RequestBodyLimitLayer::new(16))
        .mount("/old", old());
    let client = TestClient::start(App::new("App", "1").include(router)).await;
    assert_eq!(
        client.get("/v1/old/notes/7?limit=3").await.text(),
        "note 7 3"
    );
    let long = Note {
        text: "longer than the limit".into(),
    };
    assert_eq!(client.post("/v1/old/notes").json(&long).await.status(), 413);
}

/// Calls an axum router as its server would.
async fn call(
    router: &mut AxumRouter,
    method: &str,
    path: &str,
    body: &'static str,
) -> (u16, String) {
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body))
        .unwrap();
    let answer = router.call(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
        .await
        .unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn an_app_nests_in_an_axum_router() {
    let service = app().into_service().await.unwrap();
    let mut router = old().nest_service("/app", service);
    for (method, path, body, expected) in [
        ("GET", "/app/new", "", (200, r#""new""#)),
        ("POST", "/app/items/7", r#""x""#, (200, r#""7 x""#)),
        (
            "GET",
            "/app/nowhere",
            "",
            (404, r#"{"detail":"Not Found"}"#),
        ),
        ("GET", "/notes/1?limit=2", "", (200, "note 1 2")),
    ] {
        let (status, text) = call(&mut router, method, path, body).await;
        assert_eq!((status, text.as_str()), expected, "{method} {path}");
    }
    let (status, document) = call(&mut router, "GET", "/app/openapi.json", "").await;
    assert!(
        status == 200 && document.contains("/items/{id}"),
        "{status}"
    );
}

#[tokio::test]
async fn an_app_is_the_fallback_of_an_axum_router() {
    let service = app().into_service().await.unwrap();
    let mut router = old().fallback_service(service);
    for (path, expected) in [
        ("/new", (200, r#""new""#)),
        ("/notes/1?limit=2", (200, "note 1 2")),
        ("/nowhere", (404, r#"{"detail":"Not Found"}"#)),
    ] {
        let (status, text) = call(&mut router, "GET", path, "").await;
        assert_eq!((status, text.as_str()), expected, "{path}");
    }
}

#[tokio::test]
async fn a_large_response_passes_through_both_completely() {
    #[get("/large")]
    async fn large() -> PlainText<String> {
        PlainText("0123456789".repeat(20_000))
    }
    let inner = App::new("Inner", "1").routes(routes![large]);
    let nested = AxumRouter::new().nest_service("/inner", inner.into_service().await.unwrap());
    let server = TestServer::start(App::new("Outer", "1").mount("/axum", nested))
        .await
        .unwrap();
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /axum/inner/large").await;
    let answer = wire.answer().await;
    assert_eq!(answer.body.len(), 200_000);
    assert!(answer.body.starts_with("0123456789") && answer.body.ends_with("6789"));
    server.stop().await;
}

#[tokio::test]
async fn a_service_accepts_any_body_and_responds_with_bytes() {
    let mut service = app().into_service().await.unwrap();
    let request = http::Request::post("/items/1").header("content-type", "application/json");
    let request = request.body(r#""x""#.to_owned()).unwrap();
    let answer = service.call(request).await.unwrap();
    let mut body: Body = answer.into_body();
    let frame = body.frame().await.unwrap().unwrap();
    let bytes: Bytes = frame.into_data().unwrap();
    assert_eq!(bytes, r#""1 x""#);
    assert!(body.frame().await.is_none());
}
