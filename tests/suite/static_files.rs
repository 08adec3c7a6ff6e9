//! Static files: what is sent, what is not, and which routes and paths take precedence.

mod escapes;

use std::{fs, os::unix::fs::symlink, path::Path};

use fastrs::{
    StaticFiles,
    prelude::*,
    testing::{TestClient, TestResponse},
};
use tempfile::TempDir;

use crate::wire::{Wire, serve};

/// A folder with a website.
fn website() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("index.html", "home"),
        ("404.html", "lost"),
        ("site.css", "body {}"),
        ("app.js", "run()"),
        ("data.bin", "0123456789"),
        ("a b ü.txt", "spaces"),
        ("blog/index.html", "blog"),
        ("blog/post.html", "post"),
        ("empty/nothing.txt", ""),
        (".env", "PASSWORD"),
        (".well-known/security.txt", "contact"),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

async fn client(app: App) -> TestClient {
    TestClient::start(app).await.follow_redirects(false)
}

async fn plain(folder: &Path) -> TestClient {
    client(App::new("Files", "1").static_files("/static", folder)).await
}

fn seen(answer: &TestResponse) -> (u16, String) {
    (answer.status().as_u16(), answer.text())
}

#[tokio::test]
async fn files_are_sent_by_their_path() {
    let folder = website();
    let client = plain(folder.path()).await;
    for (path, content, media) in [
        ("/static/site.css", "body {}", "text/css; charset=utf-8"),
        ("/static/app.js", "run()", "text/javascript; charset=utf-8"),
        ("/static/data.bin", "0123456789", "application/octet-stream"),
        ("/static/blog/post.html", "post", "text/html; charset=utf-8"),
        (
            "/static/a%20b%20%C3%BC.txt",
            "spaces",
            "text/plain; charset=utf-8",
        ),
        ("/static/empty/nothing.txt", "", "text/plain; charset=utf-8"),
        (
            "/%73tatic/%73ite.css?v=2",
            "body {}",
            "text/css; charset=utf-8",
        ),
        (
            "/static/.well-known/security.txt",
            "contact",
            "text/plain; charset=utf-8",
        ),
    ] {
        let answer = client.get(path).await;
        assert_eq!(seen(&answer), (200, content.to_owned()), "{path}");
        assert_eq!(answer.header("content-type"), Some(media), "{path}");
        assert!(
            answer
                .header("etag")
                .is_some_and(|etag| etag.starts_with('"'))
        );
        assert!(answer.header("last-modified").is_some());
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    }
}

#[tokio::test]
async fn everything_else_is_a_404() {
    let folder = website();
    let client = plain(folder.path()).await;
    for path in [
        "/static/missing.txt",
        "/static/blog",
        "/static/blog/",
        "/static/",
        "/static/site.css/",
        "/static/site.css/x",
        "/static//site.css",
        "/static/.env",
        "/static/blog/%2e%2e/site.css",
        "/static/%FF",
        "/staticsite.css",
    ] {
        let answer = client.get(path).await;
        let expected = (404, r#"{"detail":"Not Found"}"#.to_owned());
        assert_eq!(seen(&answer), expected, "{path}");
    }
}

#[tokio::test]
async fn head_sends_no_body_and_other_methods_are_refused() {
    let folder = website();
    let server = serve(App::new("Files", "1").static_files("/static", folder.path())).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("HEAD /static/data.bin").await;
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(head.contains("content-length: 10\r\n"), "{head}");
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        wire.request(&format!("{method} /static/data.bin")).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status(), "405");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"));
    }
    wire.request("OPTIONS /static/data.bin").await;
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 204 "), "{head}");
    assert!(head.contains("allow: GET, HEAD, OPTIONS\r\n"), "{head}");
}

#[tokio::test]
async fn a_client_that_has_the_file_gets_a_304() {
    let folder = website();
    let client = plain(folder.path()).await;
    let first = client.get("/static/site.css").await;
    let (etag, modified) = (
        first.header("etag").unwrap(),
        first.header("last-modified").unwrap(),
    );
    for (name, value, status) in [
        ("if-none-match", etag, 304),
        ("if-none-match", "*", 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", modified, 304),
        ("if-modified-since", "Mon, 01 Jan 2001 00:00:00 GMT", 200),
    ] {
        let answer = client.get("/static/site.css").header(name, value).await;
        assert_eq!(answer.status(), status, "{name}: {value}");
        assert_eq!(answer.header("etag"), Some(etag));
        assert_eq!(answer.text(), if status == 304 { "" } else { "body {}" });
    }
}

#[tokio::test]
async fn a_part_of_a_file_can_be_requested() {
    let folder = website();
    let client = plain(folder.path()).await;
    let answer = client
        .get("/static/data.bin")
        .header("range", "bytes=2-4")
        .await;
    assert_eq!(seen(&answer), (206, "234".to_owned()));
    assert_eq!(answer.header("content-range"), Some("bytes 2-4/10"));
    let answer = client
        .get("/static/data.bin")
        .header("range", "bytes=10-")
        .await;
    assert_eq!(answer.status(), 416);
    assert_eq!(answer.header("content-range"), Some("bytes */10"));
}

#[tokio::test]
async fn the_path_itself_is_redirected() {
    let folder = website();
    let client = plain(folder.path()).await;
    let answer = client.get("/static?a=b").await;
    assert_eq!(answer.status(), 307);
    assert_eq!(answer.header("location"), Some("static/?a=b"));
}

#[tokio::test]
async fn a_website_has_index_pages_and_a_404_page() {
    let folder = website();
    let files = StaticFiles::new(folder.path()).html(true);
    let client = client(App::new("Files", "1").static_files("/site", files)).await;
    for (path, status, text) in [
        ("/site/", 200, "home"),
        ("/site/index.html", 200, "home"),
        ("/site/blog/", 200, "blog"),
        ("/site/blog/post.html", 200, "post"),
        ("/site/blog/post", 404, "lost"),
        ("/site/empty/", 404, "lost"),
        ("/site/empty", 404, "lost"),
        ("/site/.env", 404, "lost"),
        ("/site/..%2fx", 404, "lost"),
    ] {
        let answer = client.get(path).await;
        assert_eq!(seen(&answer), (status, text.to_owned()), "{path}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    let answer = client.get("/site/blog?page=2").await;
    assert_eq!(answer.status(), 307);
    assert_eq!(answer.header("location"), Some("blog/?page=2"));
    // A condition or a range applies to the requested file, and not to the page that is sent in its place.
    let page = client
        .get("/site/missing")
        .header("range", "bytes=0-1")
        .header("if-none-match", "*");
    assert_eq!(seen(&page.await), (404, "lost".to_owned()));
}

#[tokio::test]
async fn a_single_page_app_gets_its_page_for_every_path_that_a_browser_opens() {
    #[get("/api/items")]
    async fn items() -> u8 {
        1
    }

    #[post("/login")]
    async fn login() -> u8 {
        2
    }
    let folder = website();
    fs::remove_file(folder.path().join("404.html")).unwrap();
    let app = App::new("Spa", "1").routes(routes![items, login]);
    let client = client(app.frontend("/", folder.path())).await;
    let page = "text/html,application/xhtml+xml,*/*;q=0.8";
    for (path, accept, status, text) in [
        ("/", page, 200, "home"),
        ("/users/7", page, 200, "home"),
        ("/users/7/", page, 200, "home"),
        ("/users/7", "*/*", 404, r#"{"detail":"Not Found"}"#),
        (
            "/missing.png",
            "image/png,*/*",
            404,
            r#"{"detail":"Not Found"}"#,
        ),
        ("/site.css", "*/*", 200, "body {}"),
        ("/blog/", page, 200, "blog"),
        ("/api/items", page, 200, "1"),
        ("/login", page, 405, r#"{"detail":"Method Not Allowed"}"#),
    ] {
        let answer = client.get(path).header("accept", accept).await;
        assert_eq!(seen(&answer), (status, text.to_owned()), "{path}");
    }
    // Routes take precedence, and with them their redirects and methods.
    let answer = client.get("/api/items/").header("accept", page).await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("location")),
        (307, Some("../items"))
    );
    assert_eq!(
        client.get("/login").await.header("allow"),
        Some("OPTIONS, POST")
    );
    assert_eq!(client.head("/login").await.status(), 405);
    assert_eq!(client.head("/site.css").await.status(), 200);
    assert_eq!(seen(&client.post("/login").await), (200, "2".to_owned()));
    assert_eq!(client.get("/docs").await.status(), 200);

    fs::write(folder.path().join("404.html"), "lost").unwrap();
    let answer = client.get("/users/7").header("accept", page).await;
    assert_eq!(seen(&answer), (404, "lost".to_owned()));
}

#[tokio::test]
async fn a_fallback_page_is_preferred_to_the_404_page() {
    let folder = website();
    let files = StaticFiles::new(folder.path())
        .html(true)
        .fallback("blog/post.html");
    let client = client(App::new("Spa", "1").static_files("/", files)).await;
    let answer = client.get("/x").header("accept", "text/html").await;
    assert_eq!(seen(&answer), (200, "post".to_owned()));
    assert_eq!(seen(&client.get("/x").await), (404, "lost".to_owned()));
}

#[tokio::test]
async fn the_most_specific_folder_is_used() {
    let (site, other) = (website(), website());
    fs::write(other.path().join("site.css"), "other").unwrap();
    let app = App::new("Files", "1")
        .frontend("/", site.path())
        .static_files("/assets", other.path());
    let client = client(app).await;
    assert_eq!(client.get("/site.css").await.text(), "body {}");
    assert_eq!(client.get("/assets/site.css").await.text(), "other");
    assert_eq!(
        client.get("/assets").await.header("location"),
        Some("assets/")
    );
    assert_eq!(
        client.get("/assets/x").await.text(),
        r#"{"detail":"Not Found"}"#
    );
}

#[tokio::test]
async fn the_dependencies_and_layers_of_a_router_guard_its_files() {
    #[dependency]
    async fn verify(#[header] x_token: Option<String>) -> Result<()> {
        match x_token.as_deref() {
            Some("secret") => Ok(()),
            _ => Err(HttpError::from_status(403)),
        }
    }
    let folder = website();
    let router = Router::new("/internal").depends::<verify>();
    let app = App::new("Files", "1").include(router.static_files("/files", folder.path()));
    let client = client(app).await;
    assert_eq!(client.get("/internal/files/site.css").await.status(), 403);
    assert_eq!(client.get("/internal/files/missing").await.status(), 403);
    let answer = client
        .get("/internal/files/site.css")
        .header("x-token", "secret")
        .await;
    assert_eq!(seen(&answer), (200, "body {}".to_owned()));
}

#[tokio::test]
async fn a_404_goes_through_the_exception_handlers() {
    let folder = website();
    let app = App::new("Files", "1")
        .static_files("/static", folder.path())
        .status_handler(404, |_: &HttpError, req: &Request| {
            PlainText(format!("no {}", req.path()))
        });
    let client = client(app).await;
    assert_eq!(
        seen(&client.get("/static/x").await),
        (404, "no /static/x".to_owned())
    );
}

#[tokio::test]
async fn the_document_does_not_list_files() {
    let folder = website();
    let app = App::new("Files", "1").static_files("/static", folder.path());
    assert_eq!(app.build().unwrap().document()["paths"], json!({}));
}

#[tokio::test]
async fn files_can_be_inside_the_program() {
    static SITE: [(&str, &[u8]); 3] = [
        ("index.html", b"home"),
        ("css/site.css", b"body {}"),
        ("blog/index.html", b"blog"),
    ];
    let file = |path: &str| Some(SITE.iter().find(|(name, _)| *name == path)?.1);
    let files = StaticFiles::embedded(file).html(true);
    let app = App::new("Files", "1").static_files("/", files.fallback("index.html"));
    let client = client(app).await;
    let answer = client.get("/css/site.css").await;
    assert_eq!(seen(&answer), (200, "body {}".to_owned()));
    let etag = answer.header("etag").unwrap();
    let again = client
        .get("/css/site.css")
        .header("if-none-match", etag)
        .await;
    assert_eq!(again.status(), 304);
    assert_eq!(seen(&client.get("/").await), (200, "home".to_owned()));
    assert_eq!(client.get("/blog").await.header("location"), Some("blog/"));
    assert_eq!(client.get("/css").await.status(), 404);
    let answer = client.get("/css").header("accept", "text/html").await;
    assert_eq!(seen(&answer), (200, "home".to_owned()));

    let owned = StaticFiles::embedded(|path: &str| (path == "a").then(|| b"owned".to_vec()));
    let app = App::new("Files", "1").static_files("/", owned);
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/a").await.text(), "owned");
}

#[tokio::test]
async fn a_folder_that_is_replaced_is_served_from_then_on() {
    let (root, one, two) = (tempfile::tempdir().unwrap(), website(), website());
    fs::write(two.path().join("site.css"), "new").unwrap();
    let current = root.path().join("current");
    symlink(one.path(), &current).unwrap();
    let client = plain(&current).await;
    assert_eq!(client.get("/static/site.css").await.text(), "body {}");
    fs::remove_file(&current).unwrap();
    assert_eq!(client.get("/static/site.css").await.status(), 404);
    symlink(two.path(), &current).unwrap();
    assert_eq!(client.get("/static/site.css").await.text(), "new");
}

#[test]
fn mistakes_prevent_startup() {
    let folder = website();
    let app = App::new("Files", "1")
        .static_files("/a", "no/such/folder")
        .static_files("/b", folder.path().join("site.css"))
        .static_files("/c", StaticFiles::new(folder.path()).fallback("app.html"))
        .static_files("/d", StaticFiles::new("no/such/folder").check_dir(false))
        .static_files("/e", folder.path())
        .frontend("/e", folder.path())
        .static_files("f", folder.path());
    let error = app.build().unwrap_err();
    let problems = error.problems();
    let current = std::env::current_dir().unwrap();
    let folder = folder.path().display();
    let here = "suite/static_files.rs:";
    for (problem, parts) in problems.iter().zip([
        vec!["the prefix `f` of a router must start with `/` and must not end with it".to_owned()],
        vec![
            "the static files at `/a` (".to_owned(),
            here.to_owned(),
            format!(
                "the folder `no/such/folder` in {} cannot be read: No such file",
                current.display()
            ),
        ],
        vec![format!(
            "the folder `{folder}/site.css` cannot be read: Not a directory"
        )],
        vec![format!(
            "the fallback page `app.html` does not exist in `{folder}`"
        )],
        vec!["the path `f/<path..>` must start with `/`".to_owned()],
        vec!["/e/".to_owned(), here.to_owned()],
    ]) {
        for part in parts {
            assert!(problem.contains(&part), "{part}: {problem}");
        }
    }
}
