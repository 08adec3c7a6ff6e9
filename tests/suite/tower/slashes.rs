//! Redirects to the path with or without its trailing slash, behind anything that strips a prefix from the path.

use fastrs::{prelude::*, testing::TestClient};

#[get("/items")]
async fn items() -> &'static str {
    "items"
}

#[get("/shops/<shop>/")]
async fn shop(shop: String) -> String {
    shop
}

#[get("/files/<name>")]
async fn file(name: String) -> String {
    name
}

#[post("/orders/")]
async fn order(#[body] text: String) -> String {
    text
}

fn app() -> App {
    App::new("App", "1").routes(routes![items, shop, file, order])
}

/// Resolves a reference that has no authority, exactly as in RFC 3986, 5.2.2 to 5.2.4.
fn resolve(base: &str, reference: &str) -> String {
    let (path, query) = match reference.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (reference, String::new()),
    };
    let first = path.split('/').next().unwrap();
    assert!(!first.contains(':'), "{reference} begins with a scheme");
    assert!(
        !path.starts_with('/') && !path.is_empty(),
        "{reference} is not relative"
    );
    let merged = format!("{}{path}", &base[..=base.rfind('/').unwrap()]);
    let (mut input, mut output) = (merged.as_str(), String::new());
    while !input.is_empty() {
        let up = |output: &mut String| output.truncate(output.rfind('/').unwrap_or(0));
        if let Some(rest) = input.strip_prefix("../").or(input.strip_prefix("./")) {
            input = rest;
        } else if input.starts_with("/./") {
            input = &input[2..];
        } else if input == "/." {
            input = "/";
        } else if input.starts_with("/../") {
            input = &input[3..];
            up(&mut output);
        } else if input == "/.." {
            input = "/";
            up(&mut output);
        } else if matches!(input, "." | "..") {
            input = "";
        } else {
            let end = input[1..].find('/').map_or(input.len(), |end| end + 1);
            output.push_str(&input[..end]);
            input = &input[end..];
        }
    }
    output + &query
}

#[tokio::test]
async fn a_redirect_works_behind_a_proxy_that_strips_a_prefix() {
    let client = TestClient::start(app()).await.follow_redirects(false);
    for (path, expected) in [
        ("/items/", "/items"),
        ("/items/?a=b%20c&d=/..//e:f", "/items?a=b%20c&d=/..//e:f"),
        ("/shops/7", "/shops/7/"),
        ("/shops/a:b", "/shops/a:b/"),
        ("/shops/caf%C3%A9%20x", "/shops/caf%C3%A9%20x/"),
        ("/shops/...", "/shops/.../"),
        ("/files/a:b/", "/files/a:b"),
        ("/files/%25%3F/", "/files/%25%3F"),
        ("/files/a;b=c,d/", "/files/a;b=c,d"),
        ("/items%2F", "/items"),
    ] {
        let answer = client.get(path).await;
        let location = answer.header("location").unwrap_or_default();
        // The proxy's clients see `/api` before every path.
        let base = format!("/api{}", path.split('?').next().unwrap());
        assert_eq!(answer.status(), 307, "{path}");
        assert_eq!(
            resolve(&base, location),
            format!("/api{expected}"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_redirect_never_names_another_host() {
    let everything = App::new("App", "1").routes(routes![shop, file]);
    let client = TestClient::start(everything).await.follow_redirects(false);
    for path in [
        "//evil.example/",
        "/\\evil.example/",
        "/shops/\\evil.example",
        "/shops/%5C%5Cevil.example",
        "/files//evil.example/",
        "/files/%2F%2Fevil.example/",
        "/files/..%2F..%2F/",
        "/files/..",
        "/files/../",
        "/files/%2e%2e/",
    ] {
        let answer = client.get(path).await;
        let location = answer.header("location").unwrap_or("./");
        assert!(!location.starts_with(['/', '\\']), "{path} {location}");
        assert!(!location.contains(['\\', ':']), "{path} {location}");
    }
}

#[tokio::test]
async fn a_body_is_sent_again() {
    let client = TestClient::start(app()).await;
    let answer = client.post("/orders?x=1").json("two").await;
    assert_eq!(
        (answer.json::<String>().as_str(), answer.path()),
        ("two", "/orders/?x=1")
    );
    let mounted = App::new("Proxy", "1").mount("/api", app().into_service().await.unwrap());
    let client = TestClient::start(mounted).await;
    assert_eq!(client.get("/api/items/").await.path(), "/api/items");
    assert_eq!(client.get("/api/shops/a:b").await.path(), "/api/shops/a:b/");
}
