//! A CORS layer sees every response for the paths that it covers.

use fastrs::{
    prelude::*,
    testing::{TestClient, TestResponse},
};
use http::Method;
use tower_http::{cors::CorsLayer, limit::RequestBodyLimitLayer, services::ServeDir};

const ORIGIN: &str = "https://shop.example";

#[get("/items")]
async fn list() -> Vec<i32> {
    vec![]
}

#[post("/items", body_limit = 8)]
async fn create(#[body] name: String) -> String {
    name
}

#[get("/items/<id>/")]
async fn read(id: u32) -> u32 {
    id
}

fn cors() -> CorsLayer {
    let origin = http::HeaderValue::from_static(ORIGIN);
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
}

fn api() -> Router {
    Router::new("/api").routes(routes![list, create, read])
}

/// Returns apps with the layer on the app, on a router, on a router around it, and on each route.
fn apps() -> [App; 4] {
    let routes = routes![list, create, read].map(|route| route.layer(cors()));
    [
        App::new("App", "1").layer(cors()).include(api()),
        App::new("App", "1").include(api().layer(cors())),
        App::new("App", "1").include(Router::new("").layer(cors()).include(api())),
        App::new("App", "1").include(Router::new("/api").routes(routes)),
    ]
}

fn allowed(answer: &TestResponse) -> (u16, Option<&str>) {
    let status = answer.status().as_u16();
    (status, answer.header("access-control-allow-origin"))
}

#[tokio::test]
async fn preflights_are_handled_by_the_layer() {
    for app in apps() {
        let client = TestClient::start(app).await.header("origin", ORIGIN);
        for (path, method) in [
            ("/api/items", "POST"),
            ("/api/items", "GET"),
            ("/api/items/7/", "GET"),
        ] {
            let preflight = client
                .options(path)
                .header("access-control-request-method", method);
            let answer = preflight.await;
            assert_eq!(allowed(&answer), (200, Some(ORIGIN)), "{method} {path}");
            assert_eq!(
                answer.header("access-control-allow-methods"),
                Some("GET,POST")
            );
        }
    }
}

#[tokio::test]
async fn every_response_has_the_headers_of_cors() {
    for app in apps() {
        let client = TestClient::start(app)
            .await
            .header("origin", ORIGIN)
            .follow_redirects(false);
        assert_eq!(
            allowed(&client.get("/api/items").await),
            (200, Some(ORIGIN))
        );
        assert_eq!(
            allowed(&client.head("/api/items").await),
            (200, Some(ORIGIN))
        );
        let refused = client.delete("/api/items").await;
        assert_eq!(allowed(&refused), (405, Some(ORIGIN)));
        assert_eq!(refused.header("allow"), Some("GET, HEAD, OPTIONS, POST"));
        assert_eq!(refused.text(), r#"{"detail":"Method Not Allowed"}"#);
        let redirect = client.get("/api/items/7").await;
        assert_eq!(allowed(&redirect), (307, Some(ORIGIN)));
        assert_eq!(redirect.header("location"), Some("7/"));
        let invalid = client.post("/api/items").json(&7).await;
        assert_eq!(allowed(&invalid), (422, Some(ORIGIN)));
        let large = client.post("/api/items").json("longer than 8").await;
        assert_eq!(allowed(&large), (413, Some(ORIGIN)));
    }
}

#[tokio::test]
async fn a_layer_does_not_affect_other_paths() {
    let other = Router::new("/other").routes(routes![list]);
    let app = App::new("App", "1")
        .include(api().layer(cors()))
        .include(other);
    let client = TestClient::start(app).await.header("origin", ORIGIN);
    let preflight = client
        .options("/other/items")
        .header("access-control-request-method", "GET");
    assert_eq!(allowed(&preflight.await), (204, None));
    assert_eq!(allowed(&client.get("/other/items").await), (200, None));
    assert_eq!(allowed(&client.get("/api/nowhere").await), (404, None));
    let plain = client.options("/other/items").await;
    assert_eq!(plain.header("allow"), Some("GET, HEAD, OPTIONS"));
}

#[tokio::test]
async fn a_preflight_is_routed_like_its_request() {
    // Two routes of one path: the one that the preflight announces has the layer.
    let open = routes![list].map(|route| route.layer(cors()));
    let app = App::new("App", "1").routes(routes![create]).routes(open);
    let client = TestClient::start(app).await.header("origin", ORIGIN);
    let preflight = |method| {
        client
            .options("/items")
            .header("access-control-request-method", method)
    };
    assert_eq!(allowed(&preflight("GET").await), (200, Some(ORIGIN)));
    assert_eq!(allowed(&preflight("POST").await), (204, None));
    // A method that no route has goes to the mount.
    let old = axum::Router::new()
        .fallback(|| async { "old" })
        .layer(cors());
    let app = App::new("App", "1").mount("/", old).routes(routes![create]);
    let client = TestClient::start(app).await.header("origin", ORIGIN);
    let preflight = |method| {
        client
            .options("/items")
            .header("access-control-request-method", method)
    };
    assert_eq!(allowed(&preflight("PUT").await), (200, Some(ORIGIN)));
    assert_eq!(allowed(&preflight("POST").await), (204, None));
}

#[tokio::test]
async fn a_routers_layer_is_on_its_mounts_too() {
    let router = Router::new("/v1")
        .layer(cors())
        .mount("/ui", ServeDir::new("."));
    let client = TestClient::start(App::new("App", "1").include(router)).await;
    let client = client.header("origin", ORIGIN).follow_redirects(false);
    assert_eq!(allowed(&client.get("/v1/ui").await), (307, Some(ORIGIN)));
    assert_eq!(
        allowed(&client.get("/v1/ui/Cargo.toml").await),
        (200, Some(ORIGIN))
    );
    assert_eq!(
        allowed(&client.get("/v1/ui/nowhere").await),
        (404, Some(ORIGIN))
    );
}

/// A 405 also passes through layers that change the type of the body.
#[tokio::test]
async fn a_layer_that_changes_the_body_lets_preflights_through() {
    let app =
        App::new("App", "1").include(api().layer(RequestBodyLimitLayer::new(100)).layer(cors()));
    let client = TestClient::start(app).await.header("origin", ORIGIN);
    assert_eq!(
        allowed(&client.put("/api/items").json("x").await),
        (405, Some(ORIGIN))
    );
}
