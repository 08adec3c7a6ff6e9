//! Methods: HEAD, OPTIONS, 405, and the trailing slash.

use fastrs::{prelude::*, testing::TestClient};

use crate::wire::{Wire, serve};

#[get("/items")]
async fn list(reply: &mut Reply) -> Vec<u8> {
    reply.header("x-count", "3");
    vec![1, 2, 3]
}

#[post("/items", status = 201)]
async fn create() {}

#[put("/items/<id>")]
async fn replace(id: u8) -> u8 {
    id
}

#[route("/cache", methods = ["PURGE", "GET"])]
async fn cache(req: &Request) -> String {
    req.method().to_string()
}

#[get("/own")]
async fn own() -> &'static str {
    "get"
}

#[head("/own")]
async fn own_head(reply: &mut Reply) {
    reply.header("x-own", "head");
}

#[options("/own")]
async fn own_options() -> &'static str {
    "options"
}

#[get("/slashed/")]
async fn slashed() -> &'static str {
    "slashed"
}

#[get("/a/<name>")]
async fn named(name: &str) -> String {
    name.to_owned()
}

fn app() -> App {
    App::new("Methods", "1").routes(routes![
        list,
        create,
        replace,
        cache,
        own,
        own_head,
        own_options,
        slashed,
        named
    ])
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("HEAD /items").await;
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(
        head.contains("content-length: 7\r\n") && head.contains("x-count: 3\r\n"),
        "{head}"
    );
    // No byte of a body precedes the next response.
    wire.request("HEAD /openapi.json").await;
    assert!(wire.head().await.starts_with("HTTP/1.1 200 OK\r\n"));
    wire.request("HEAD /own").await;
    assert!(
        wire.head().await.contains("x-own: head\r\n"),
        "an explicit `HEAD` handler responds"
    );
    wire.request("HEAD /nowhere").await;
    assert!(wire.head().await.starts_with("HTTP/1.1 404 Not Found\r\n"));
    server.stop().await;
}

#[tokio::test]
async fn other_methods_get_the_allowed_ones() {
    let client = TestClient::start(app()).await;
    for (method, path, status, allow) in [
        ("DELETE", "/items", 405, "GET, HEAD, OPTIONS, POST"),
        ("OPTIONS", "/items", 204, "GET, HEAD, OPTIONS, POST"),
        ("GET", "/items/1", 405, "OPTIONS, PUT"),
        ("HEAD", "/items/1", 405, "OPTIONS, PUT"),
        ("POST", "/cache", 405, "GET, HEAD, OPTIONS, PURGE"),
        ("BREW", "/slashed/", 405, "GET, HEAD, OPTIONS"),
        ("POST", "/docs", 405, "GET, HEAD, OPTIONS"),
        ("TRACE", "/own", 405, "GET, HEAD, OPTIONS"),
    ] {
        let answer = client.request(method, path).await;
        let found = (answer.status().as_u16(), answer.header("allow"));
        assert_eq!(found, (status, Some(allow)), "{method} {path}");
        let body = if status == 405 && method != "HEAD" {
            r#"{"detail":"Method Not Allowed"}"#
        } else {
            ""
        };
        assert_eq!(answer.text(), body, "{method} {path}");
    }
    assert_eq!(client.options("/own").await.json::<String>(), "options");
    assert_eq!(
        client.request("PURGE", "/cache").await.json::<String>(),
        "PURGE"
    );
    assert_eq!(client.options("/nowhere").await.status(), 404);
}

#[tokio::test]
async fn an_extra_or_missing_slash_is_a_307_on_this_host() {
    let client = TestClient::start(app()).await.follow_redirects(false);
    for (method, path, location) in [
        ("GET", "/items/", "../items"),
        ("POST", "/items/?a=1&b=%20", "../items?a=1&b=%20"),
        ("DELETE", "/items/", "../items"),
        ("GET", "/slashed", "slashed/"),
        ("GET", "/a/b%20%3F%C3%A9/", "../b%20%3F%C3%A9"),
        ("GET", "/a/%5Cevil.com/", "../%5Cevil.com"),
    ] {
        let answer = client.request(method, path).await;
        let found = (answer.status().as_u16(), answer.header("location"));
        assert_eq!(found, (307, Some(location)), "{method} {path}");
    }
    for path in [
        "//evil.com/",
        "//items/",
        "/%2Fevil.com/",
        "//evil.com/..",
        "/nowhere/",
        "/items//",
    ] {
        assert_eq!(client.get(path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn no_path_leads_to_another_host() {
    #[get("/<path..>")]
    async fn everything(path: &str) -> String {
        path.to_owned()
    }
    #[get("/<host>/x")]
    async fn hosts(host: &str) -> String {
        host.to_owned()
    }
    let client = TestClient::start(App::new("All", "1").routes(routes![everything, hosts]))
        .await
        .follow_redirects(false);
    for path in [
        "//evil.com",
        "//evil.com/",
        "//evil.com/x/",
        "/\\evil.com/x/",
        "/%2F%2Fevil.com/x/",
        "//evil.com/%2e%2e",
    ] {
        let answer = client.get(path).await;
        let location = answer.header("location").unwrap_or_default();
        assert!(
            !location.starts_with('/') && !location.contains(['\\', ':']),
            "{path} -> {location}"
        );
    }
}

#[tokio::test]
async fn redirects_can_be_turned_off() {
    let client = TestClient::start(app().redirect_slashes(false)).await;
    assert_eq!(client.get("/items/").await.status(), 404);
}
