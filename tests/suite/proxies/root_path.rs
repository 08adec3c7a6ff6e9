//! `App::root_path`: in documents, URLs, redirects and pages, for proxies that remove it and for those that do not.

use std::fs;

use fastrs::{
    Value,
    middleware::{HttpsRedirect, ProxyHeaders, TrustedHost},
    openapi::Server,
    prelude::*,
    templates::{Templates, Urls, urls},
    testing::TestClient,
};

use super::{app, seen};

fn rooted(path: &str) -> App {
    app(ProxyHeaders::new()).root_path(path)
}

async fn json_at(client: &TestClient, path: &str) -> Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status(), 200, "{path}: {}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_request_is_served_with_and_without_the_root_path() {
    let client = TestClient::start(rooted("/api/v1/")).await;
    for (path, status) in [
        ("/seen", 200),
        ("/api/v1/seen", 200),
        ("/api%2Fv1/seen", 200),
        ("/api/v1/docs", 200),
        ("/api/v1", 404),
        ("/api/v1/api/v1/seen", 404),
        ("/api/v10/seen", 404),
        ("/api/v1//seen", 404),
        ("//api/v1/seen", 404),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        if path.ends_with("/seen") && status == 200 {
            let seen: Value = answer.json();
            assert_eq!(seen["root_path"], "/api/v1");
            assert_eq!(seen["url"], "http://testserver/api/v1/seen", "{path}");
        }
    }
}

#[tokio::test]
async fn a_slash_redirect_keeps_the_root_path_if_the_client_sent_it() {
    let client = TestClient::start(rooted("/api")).await;
    for (path, location) in [
        ("/api/folder?a=b", "/api/folder/?a=b"),
        ("/folder", "/folder/"),
    ] {
        let answer = client.get(path).await;
        let at = (answer.status().as_u16(), answer.redirects(), answer.path());
        assert_eq!(at.0, 200);
        assert_eq!((at.1, at.2), (1, location));
    }
}

#[tokio::test]
async fn a_redirect_to_another_origin_keeps_it() {
    let inner = App::new("Inner", "1").layer(HttpsRedirect::new());
    let hosts = TrustedHost::new(["testserver", "www.shop.example"]);
    let app = rooted("/a&b")
        .layer(hosts)
        .mount("/sub", inner.into_service().await.unwrap());
    let client = TestClient::start(app).await.follow_redirects(false);
    for prefix in ["", "/a&b"] {
        let path = format!("{prefix}/sub/x?y=z");
        let answer = client.get(&path).await;
        let https = "https://testserver/a&b/sub/x?y=z";
        assert_eq!(answer.header("location"), Some(https), "{path}");
        let answer = client.get(&path).header("host", "shop.example").await;
        let www = "http://www.shop.example/a&b/sub/x?y=z";
        assert_eq!(answer.header("location"), Some(www), "{path}");
    }
}

#[tokio::test]
async fn it_is_the_first_server_of_the_documents() {
    let staging = || Server::new("https://stag.example.com");
    for (app, expected) in [
        (rooted("/api/v1"), json!([{"url": "/api/v1"}])),
        (
            rooted("/api/v1").server(staging()),
            json!([{"url": "/api/v1"}, {"url": "https://stag.example.com"}]),
        ),
        (
            rooted("/api/v1")
                .server(staging())
                .root_path_in_servers(false),
            json!([{"url": "https://stag.example.com"}]),
        ),
        (
            rooted("/api/v1").server(Server::new("/api/v1")),
            json!([{"url": "/api/v1"}]),
        ),
        (rooted("/caf%C3%A9/a&b"), json!([{"url": "/caf%C3%A9/a&b"}])),
        (rooted("/"), Value::Null),
    ] {
        let app = app.openapi30_url("/openapi-3.0.json");
        assert_eq!(app.document()["servers"], expected);
        let client = TestClient::start(app).await;
        for path in ["/openapi.json", "/openapi-3.0.json"] {
            assert_eq!(json_at(&client, path).await["servers"], expected, "{path}");
        }
    }
    let built = rooted("/api/v1").build().unwrap();
    assert_eq!(built.document()["servers"], json!([{"url": "/api/v1"}]));
}

/// The pages refer to everything by relative URLs, so no root path can be in them.
#[tokio::test]
async fn a_docs_page_fetches_the_document_through_the_proxy() {
    let headers = ProxyHeaders::new().trust("127.0.0.1").x_forwarded_prefix();
    let client = TestClient::start(app(headers).root_path("/api")).await;
    let evil = "/\"><script>alert(1)</script>";
    for page in ["/docs", "/redoc", "/docs/swagger-initializer.js"] {
        let answer = client.get(page).header("x-forwarded-prefix", evil).await;
        let bare = client.get(page).await;
        assert_eq!(answer.status(), 200, "{page}");
        assert_eq!(answer.text(), bare.text(), "{page}");
        assert!(!answer.text().contains("/api"), "{page}");
    }
    let script = client.get("/docs/swagger-initializer.js").await.text();
    assert!(script.contains("\"url\":\"openapi.json\""), "{script}");
    let document = client
        .get("/openapi.json")
        .header("x-forwarded-prefix", evil)
        .await;
    let servers = document.json::<Value>()["servers"].take();
    assert_eq!(
        servers,
        json!([{"url": "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E"}])
    );
}

/// A proxy can name any number of prefixes, of which only the last are kept in memory.
#[tokio::test]
async fn a_document_names_the_prefix_of_its_own_request() {
    let headers = ProxyHeaders::new().trust("127.0.0.1").x_forwarded_prefix();
    let client = TestClient::start(app(headers)).await;
    for number in (0..40).chain(0..40) {
        let prefix = format!("/tenants/{number}");
        let document = client
            .get("/openapi.json")
            .header("x-forwarded-prefix", &prefix)
            .await;
        assert_eq!(
            document.json::<Value>()["servers"],
            json!([{"url": prefix}])
        );
    }
    assert_eq!(
        json_at(&client, "/openapi.json").await["servers"],
        Value::Null
    );
}

#[dependency(scope = "app")]
async fn templates(#[depends(urls)] urls: &Urls) -> Result<Templates> {
    let folder = tempfile::tempdir()?;
    let page = "{{ url_for('seen') }} {{ url_for('seen').path }} {{ request.url }} {{ request.base_url.path }}";
    fs::write(folder.path().join("t.html"), page)?;
    let templates = Templates::load(folder.path(), urls)?;
    // A debug build reads a template when it is used.
    std::mem::forget(folder);
    Ok(templates)
}

#[get("/page")]
async fn page(req: &Request, #[depends(templates)] templates: &Templates) -> Result<Html> {
    templates.render(req, "t.html", json!({}))
}

#[tokio::test]
async fn it_is_part_of_the_urls_in_templates() {
    let client = TestClient::start(rooted("/a&b").routes(routes![page])).await;
    for path in ["/page", "/a&b/page"] {
        assert_eq!(
            client.get(path).await.text(),
            "http://testserver/a&amp;b/seen /a&amp;b/seen http://testserver/a&amp;b/page /a&amp;b/"
        );
    }
}

#[tokio::test]
async fn a_mounted_app_is_below_the_root_path() {
    let inner = App::new("Inner", "1").routes(routes![page]);
    let innermost = App::new("Innermost", "1").routes(routes![page, seen]);
    let inner = inner.mount("/deep", innermost.into_service().await.unwrap());
    let client =
        TestClient::start(rooted("/api").mount("/sub", inner.into_service().await.unwrap())).await;
    for prefix in ["", "/api"] {
        // `seen` is a route of the outermost app.
        assert_eq!(
            client.get(&format!("{prefix}/sub/page")).await.text(),
            "http://testserver/api/sub/deep/seen /api/sub/deep/seen http://testserver/api/sub/page /api/sub/"
        );
        let seen = json_at(&client, &format!("{prefix}/sub/deep/seen")).await;
        assert_eq!(seen["root_path"], "/api/sub/deep");
        assert_eq!(seen["url"], "http://testserver/api/sub/deep/seen");
        let document = json_at(&client, &format!("{prefix}/sub/deep/openapi.json")).await;
        assert_eq!(document["servers"], json!([{"url": "/api/sub/deep"}]));
    }
    // Only one prefix is removed.
    assert_eq!(client.get("/sub/sub/page").await.status(), 404);
    assert_eq!(client.get("/sub/api/page").await.status(), 404);
}

#[tokio::test]
async fn a_mounted_app_finds_the_routes_of_the_outermost_below_the_root_path() {
    let inner = App::new("Inner", "1").routes(routes![page]);
    let outer = rooted("/api").mount("/sub", inner.into_service().await.unwrap());
    let client = TestClient::start(outer).await;
    assert_eq!(
        client.get("/api/sub/page").await.text(),
        "http://testserver/api/seen /api/seen http://testserver/api/sub/page /api/sub/"
    );
}

#[tokio::test]
async fn a_root_path_that_is_not_one_is_a_startup_error() {
    for path in [
        "api",
        "//evil.example",
        "/a/../b",
        "https://shop.example/api",
        "/a?b",
        "/a b",
    ] {
        let error = rooted(path).build().unwrap_err().to_string();
        assert!(
            error.contains(&format!("`root_path(\"{path}\")`: a root path")),
            "{error}"
        );
    }
    let inner = rooted("/api").into_service().await.unwrap();
    let error = App::new("Outer", "1")
        .mount("/sub", inner)
        .build()
        .unwrap_err();
    assert_eq!(
        error.problems(),
        ["the app that is mounted at `/sub` has a root path: set it on the outer app"]
    );
}
