//! What distinguishes stored responses.

use fastrs::{Cache, prelude::*, testing::TestClient};

use super::{Calls, calls, text};

#[get("/items/<id>", cache(seconds = 60))]
async fn read_item(id: String, q: Option<Vec<String>>, #[depends(calls)] calls: &Calls) -> String {
    format!("{id} {q:?} {}", calls.next())
}

#[get("/languages", cache(seconds = 60))]
async fn languages(
    #[header] accept_language: Option<String>,
    #[cookie] theme: Option<String>,
    #[depends(calls)] calls: &Calls,
) -> String {
    format!("{accept_language:?} {theme:?} {}", calls.next())
}

#[get("/agents", cache(seconds = 60, by = ["user-agent"]))]
async fn agents(req: &Request, #[depends(calls)] calls: &Calls) -> String {
    format!("{:?} {}", req.headers().get("user-agent"), calls.next())
}

fn app() -> App {
    let v1 = Router::new("/v1").routes(routes![read_item]);
    let v2 = Router::new("/v2").routes(routes![read_item]);
    let app = App::new("Shop", "1.0.0").routes(routes![read_item, languages, agents]);
    app.include(v1).include(v2)
}

#[tokio::test]
async fn every_part_of_the_url_counts_as_it_was_sent() {
    let client = TestClient::start(app()).await;
    let long = format!("/items/7?q={}", "x".repeat(3000));
    let longer = format!("{long}x");
    let different = [
        "/items/7",
        "/items/8",
        "/v1/items/7",
        "/v2/items/7",
        "/items/7?",
        "/items/7?q=a&q=b",
        "/items/7?q=b&q=a",
        "/items/7?q=a&q=a&q=b",
        "/items/7?q=a;q=b",
        "/items/7?q=a&utm=1",
        "/items/7;q=a",
        &long,
        &longer,
    ];
    for (number, path) in different.iter().enumerate() {
        let expected = match *path {
            // hyper does not keep the difference.
            "/items/7?" => continue,
            _ => number,
        };
        let answer = text(&client.get(path).await);
        let call: usize = answer.rsplit(' ').next().unwrap().parse().unwrap();
        assert!(call <= expected + 1, "{path}: {answer}");
        assert_eq!(text(&client.get(path).await), answer, "{path}");
    }
    let mut answers = Vec::new();
    for path in different {
        let answer = text(&client.get(path).await);
        assert!(
            path == "/items/7?" || !answers.contains(&answer),
            "{path}: {answer}"
        );
        answers.push(answer);
    }
}

#[tokio::test]
async fn hosts_have_their_own_entries() {
    let client = TestClient::start(app()).await;
    let read = async |host: &str| text(&client.get("/items/7").header("host", host).await);
    let first = read("a.example").await;
    assert_ne!(read("b.example").await, first);
    assert_eq!(read("a.example").await, first);
}

#[tokio::test]
async fn headers_and_cookies_that_are_arguments_count() {
    let client = TestClient::start(app()).await;
    let read = async |language: Option<&str>, theme: Option<&str>| {
        let mut request = client.get("/languages").header("x-other", "ignored");
        if let Some(language) = language {
            request = request.header("accept-language", language);
        }
        if let Some(theme) = theme {
            request = request.header("cookie", format!("other=1; theme={theme}"));
        }
        request.await
    };
    let mut answers = Vec::new();
    for (language, theme) in [
        (None, None),
        (Some("de"), None),
        (Some("en"), None),
        (None, Some("de")),
        (Some("de"), Some("dark")),
        (Some("de"), Some("light")),
    ] {
        let answer = text(&read(language, theme).await);
        assert!(!answers.contains(&answer), "{answer}");
        assert_eq!(text(&read(language, theme).await), answer);
        answers.push(answer);
    }
    let answer = read(None, None).await;
    assert_eq!(answer.header("vary"), Some("accept-language, cookie"));
    // What depends on a cookie is for one client.
    let control = answer.header("cache-control").unwrap();
    assert!(control.starts_with("private, max-age="), "{control}");
    let plain = client.get("/items/7").await;
    assert_eq!(plain.header("vary"), None);
}

#[tokio::test]
async fn headers_in_by_count() {
    let client = TestClient::start(app()).await;
    let read = async |agent: &str| client.get("/agents").header("user-agent", agent).await;
    let (first, second) = (text(&read("a").await), text(&read("b").await));
    assert_eq!(first, "Some(\"a\") 1");
    assert_eq!(second, "Some(\"b\") 2");
    assert_eq!(text(&read("a").await), first);
    assert_eq!(read("a").await.header("vary"), Some("user-agent"));
}

#[tokio::test]
async fn repeated_values_of_a_header_count() {
    let client = TestClient::start(app()).await;
    let two = client.get("/languages");
    let two = two
        .header("accept-language", "de")
        .header("accept-language", "en");
    let two = text(&two.await);
    let one = text(
        &client
            .get("/languages")
            .header("accept-language", "de")
            .await,
    );
    assert_ne!(one, two);
}

#[tokio::test]
async fn a_cache_is_bounded_in_entries_and_bytes() {
    let app = app().provide::<Cache>(Cache::in_memory().max_entries(10).max_bytes(100_000));
    let client = TestClient::start(app).await;
    let hot = text(&client.get("/items/hot").await);
    for number in 0..1000 {
        client
            .get(&format!("/items/{number}?q={}", "x".repeat(1000)))
            .await;
        assert_eq!(text(&client.get("/items/hot").await), hot);
    }
    let again = text(&client.get("/items/0").await);
    assert_eq!(again, "0 None 1002");
}
