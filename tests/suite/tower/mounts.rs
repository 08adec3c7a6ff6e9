//! Services below a path: what they see, and what the client sees of them.

use std::fs;

use fastrs::{
    prelude::*,
    testing::{TestClient, TestServer},
};
use tempfile::TempDir;
use tower_http::services::{ServeDir, ServeFile};

use crate::wire::Wire;

/// Creates a site of a few files, as a bundler writes it.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("guide")).unwrap();
    fs::create_dir(folder.path().join("a b:c")).unwrap();
    write("index.html", "<script src=app.js></script>");
    write("app.js", "start()");
    write("guide/index.html", "guide");
    write("a b:c/index.html", "odd");
    folder
}

#[get("/")]
async fn home() -> &'static str {
    "home"
}

#[get("/api/items/<id>")]
async fn read(id: u32) -> u32 {
    id
}

#[post("/api/items")]
async fn create() -> &'static str {
    "created"
}

#[get("/client")]
async fn client_address(client: ClientAddr) -> String {
    client.ip().to_string()
}

#[tokio::test]
async fn a_folder_is_redirected_below_the_mount() {
    let site = site();
    let router = Router::new("/v 1").mount("/ui", ServeDir::new(site.path()));
    let app = App::new("App", "1")
        .mount("/ui", ServeDir::new(site.path()))
        .include(router);
    let client = TestClient::start(app).await;
    for (path, location, last, text) in [
        ("/ui", "ui/", "/ui/", "<script src=app.js></script>"),
        (
            "/ui?a=b",
            "ui/?a=b",
            "/ui/?a=b",
            "<script src=app.js></script>",
        ),
        ("/ui/guide", "guide/", "/ui/guide/", "guide"),
        ("/ui/guide?a=b", "guide/?a=b", "/ui/guide/?a=b", "guide"),
        ("/ui/a%20b:c", "./a%20b:c/", "/ui/a%20b:c/", "odd"),
        (
            "/v%201/ui",
            "ui/",
            "/v%201/ui/",
            "<script src=app.js></script>",
        ),
        ("/v%201/ui/guide", "guide/", "/v%201/ui/guide/", "guide"),
    ] {
        let answer = client.get(path).follow_redirects(false).await;
        assert_eq!(answer.status(), 307, "{path}");
        assert_eq!(answer.header("location"), Some(location), "{path}");
        let answer = client.get(path).await;
        assert_eq!(
            (answer.path(), answer.text().as_str()),
            (last, text),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_folder_is_redirected_for_a_target_in_absolute_form() {
    let site = site();
    let app = App::new("App", "1").mount("/ui", ServeDir::new(site.path()));
    let server = TestServer::start(app).await.unwrap();
    let mut wire = Wire::to(server.addr()).await;
    wire.send("GET http://test/ui/guide HTTP/1.1\r\nhost: test\r\n\r\n")
        .await;
    let head = wire.answer().await.head.to_ascii_lowercase();
    assert!(head.contains("\r\nlocation: guide/\r\n"), "{head}");
    server.stop().await;
}

#[tokio::test]
async fn another_location_is_left_alone() {
    use axum::response::Redirect;
    let old = axum::Router::new()
        .route(
            "/login",
            axum::routing::get(|| async { Redirect::to("/welcome") }),
        )
        .route(
            "/away",
            axum::routing::get(|| async { Redirect::to("https://example.org/away/") }),
        )
        .route(
            "/here",
            axum::routing::get(|| async { Redirect::to("/here/") }),
        )
        .route(
            "/made",
            axum::routing::get(|| async { [("location", "/made/")] }),
        );
    let client = TestClient::start(App::new("App", "1").mount("/old", old)).await;
    for (path, location) in [
        ("/old/login", "/welcome"),
        ("/old/away", "https://example.org/away/"),
        ("/old/here", "here/"),
        ("/old/made", "/made/"),
    ] {
        let answer = client.get(path).follow_redirects(false).await;
        assert_eq!(answer.header("location"), Some(location), "{path}");
    }
}

#[tokio::test]
async fn a_mount_at_the_root_handles_what_no_route_does() {
    let site = site();
    let page = ServeFile::new(site.path().join("index.html"));
    let spa = ServeDir::new(site.path()).fallback(page);
    // The position among the routes makes no difference.
    let app = App::new("App", "1")
        .mount("/", spa)
        .routes(routes![read, create, client_address]);
    let client = TestClient::start(app).await.follow_redirects(false);
    let index = "<script src=app.js></script>";
    for (method, path, status, text) in [
        ("GET", "/", 200, index),
        ("GET", "/app.js", 200, "start()"),
        ("GET", "/some/page/of/the/app", 200, index),
        ("GET", "/guide", 307, ""),
        ("GET", "/api/items/7", 200, "7"),
        ("HEAD", "/api/items/7", 200, ""),
        ("POST", "/api/items", 200, r#""created""#),
        ("OPTIONS", "/api/items", 204, ""),
        ("POST", "/some/page", 405, ""),
        ("GET", "/docs", 200, ""),
    ] {
        let answer = client.request(method, path).await;
        assert_eq!(answer.status(), status, "{method} {path}");
        if path != "/docs" {
            assert_eq!(answer.text(), text, "{method} {path}");
        }
    }
    assert_eq!(
        client.options("/api/items").await.header("allow"),
        Some("OPTIONS, POST")
    );
    assert_eq!(
        client.get("/guide").await.header("location"),
        Some("guide/")
    );
    let answer = client.head("/api/items/7").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_route_for_the_root_takes_precedence_over_a_mount() {
    let site = site();
    let app = App::new("App", "1")
        .routes(routes![home, read])
        .mount("/", ServeDir::new(site.path()))
        .mount("/ui", ServeDir::new(site.path()));
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/").await.text(), r#""home""#);
    assert_eq!(client.get("/app.js").await.text(), "start()");
    assert_eq!(client.get("/ui").await.path(), "/ui/");
    assert_eq!(client.get("/ui/app.js").await.text(), "start()");
    assert_eq!(client.get("/uix").await.status(), 404);
}

/// Routes match a first path segment of any name, and the mount handles everything else.
#[tokio::test]
async fn a_mount_at_the_root_works_next_to_placeholders() {
    #[get("/<user>")]
    async fn user(user: String) -> String {
        user
    }
    #[get("/<user>/files/<path..>")]
    async fn files(user: String, path: String) -> String {
        format!("{user} {path}")
    }
    let site = site();
    let app = App::new("App", "1")
        .routes(routes![user, files])
        .mount("/", ServeDir::new(site.path()));
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/ada").await.json::<String>(), "ada");
    assert_eq!(
        client.get("/ada/files/a/b").await.json::<String>(),
        "ada a/b"
    );
    assert_eq!(client.get("/guide/index.html").await.text(), "guide");
    assert_eq!(client.get("/guide/").await.text(), "guide");
}

#[tokio::test]
async fn without_slash_redirects_a_mount_handles_its_own_path() {
    let site = site();
    let app = App::new("App", "1")
        .redirect_slashes(false)
        .mount("/ui", ServeDir::new(site.path()));
    let answer = TestClient::start(app).await.get("/ui").await;
    assert_eq!(
        (answer.redirects(), answer.text().as_str()),
        (0, "<script src=app.js></script>")
    );
}

#[tokio::test]
async fn a_mounted_app_sees_the_client_and_the_original_path() {
    #[get("/echo/<rest..>")]
    async fn echo(rest: String, req: &Request) -> String {
        format!("{rest} {}", req.uri())
    }
    let inner = App::new("Inner", "1").routes(routes![client_address, echo]);
    let inner = inner.into_service().await.unwrap();
    let middle = App::new("Middle", "1").include(Router::new("/x").mount("/in", inner));
    let app = App::new("App", "1").mount("/b c", middle.into_service().await.unwrap());
    let client = TestClient::start(app).await;
    assert_eq!(
        client.get("/b%20c/x/in/client").await.json::<String>(),
        "127.0.0.1"
    );
    for (path, expected) in [
        (
            "/b%20c/x/in/echo/a%2Fb%25?c=%2F",
            "a/b% /echo/a%2Fb%25?c=%2F",
        ),
        ("/b%20c/x/in//echo/a", "a /echo/a"),
        ("/b%20c%2Fx/in%2f%2Fecho/a", "a /echo/a"),
    ] {
        assert_eq!(client.get(path).await.json::<String>(), expected, "{path}");
    }
}
