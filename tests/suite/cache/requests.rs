//! Hits, their headers, conditional requests, and what a request asks of the cache.

use std::sync::atomic::Ordering;

use fastrs::{Cache, prelude::*, testing::TestClient};

use super::{Calls, TestClock, calls, text};

#[get("/items/<id>", cache(seconds = 60))]
async fn read_item(id: u64, #[depends(calls)] calls: &Calls) -> String {
    format!("item {id}, call {}", calls.next())
}

async fn client(clock: &TestClock) -> TestClient {
    let app = App::new("Shop", "1.0.0")
        .provide::<Cache>(clock.cache())
        .routes(routes![read_item]);
    TestClient::start(app).await
}

#[tokio::test]
async fn a_response_is_computed_once_until_it_expires() {
    let clock = TestClock::new();
    let client = client(&clock).await;
    for (seconds, call, left) in [(0, 1, 60), (1, 1, 59), (58, 1, 1), (1, 2, 60)] {
        clock.advance(seconds);
        let answer = client.get("/items/7").await;
        assert_eq!(text(&answer), format!("item 7, call {call}"));
        let expected = format!("max-age={left}");
        assert_eq!(answer.header("cache-control"), Some(&*expected));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("age"), None);
    }
    assert_eq!(text(&client.get("/items/8").await), "item 8, call 3");
}

#[tokio::test]
async fn the_entity_tag_is_strong_and_belongs_to_the_body() {
    let clock = TestClock::new();
    let client = client(&clock).await;
    let (miss, hit) = (client.get("/items/7").await, client.get("/items/7").await);
    let etag = miss.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"') && etag.len() == 34, "{etag}");
    assert_eq!(hit.header("etag"), Some(&*etag));
    assert_ne!(client.get("/items/8").await.header("etag"), Some(&*etag));
}

#[tokio::test]
async fn a_client_that_has_the_response_gets_a_304() {
    let clock = TestClock::new();
    let client = client(&clock).await;
    let etag = client
        .get("/items/7")
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    for known in [etag.clone(), format!("\"x\", W/{etag}"), "*".to_owned()] {
        let answer = client.get("/items/7").header("if-none-match", &known).await;
        assert_eq!(answer.status(), 304, "{known}");
        assert!(answer.bytes().is_empty());
        assert_eq!(answer.header("etag"), Some(&*etag));
        assert_eq!(answer.header("cache-control"), Some("max-age=60"));
        assert_eq!(answer.header("content-type"), None);
        let head = client
            .head("/items/7")
            .header("if-none-match", &known)
            .await;
        assert_eq!(head.status(), 304, "{known}");
    }
    let other = client
        .get("/items/7")
        .header("if-none-match", "\"x\"")
        .await;
    assert_eq!(text(&other), "item 7, call 1");
    // Also if it has just been computed again.
    clock.advance(60);
    let again = client.get("/items/7").header("if-none-match", "*").await;
    assert_eq!(again.status(), 304);
    assert_eq!(text(&client.get("/items/7").await), "item 7, call 2");
}

#[tokio::test]
async fn head_is_answered_from_the_entry_of_get_and_the_reverse() {
    let clock = TestClock::new();
    let client = client(&clock).await;
    for (first, second, path) in [("GET", "HEAD", "/items/1"), ("HEAD", "GET", "/items/2")] {
        let first = client.request(first, path).await;
        let second = client.request(second, path).await;
        assert_eq!(
            (first.status(), second.status()),
            (200.into_status(), 200.into_status())
        );
        assert_eq!(first.header("etag"), second.header("etag"), "{path}");
    }
    assert_eq!(text(&client.get("/items/1").await), "item 1, call 1");
    assert_eq!(text(&client.get("/items/2").await), "item 2, call 2");
}

/// A status from a number.
trait IntoStatus {
    fn into_status(self) -> StatusCode;
}

impl IntoStatus for u16 {
    fn into_status(self) -> StatusCode {
        StatusCode::from_u16(self).unwrap()
    }
}

#[tokio::test]
async fn a_request_can_ask_for_a_newer_response() {
    let clock = TestClock::new();
    let client = client(&clock).await;
    let read = async |control: &str| {
        let request = client.get("/items/7");
        let request = match control {
            "" => request,
            _ => request.header("cache-control", control),
        };
        text(&request.await)
    };
    assert_eq!(read("").await, "item 7, call 1");
    clock.advance(10);
    assert_eq!(read("max-age=10").await, "item 7, call 1");
    assert_eq!(read("max-age=9").await, "item 7, call 2");
    assert_eq!(read("").await, "item 7, call 2");
    assert_eq!(read("no-cache").await, "item 7, call 3");
    assert_eq!(read("").await, "item 7, call 3");
    assert_eq!(read("max-age=0, No-Store").await, "item 7, call 4");
    assert_eq!(read("no-transform").await, "item 7, call 3");
    assert_eq!(read("max-age=0").await, "item 7, call 3");
    clock.advance(1);
    assert_eq!(read("max-age=0").await, "item 7, call 5");
}

/// A dependency that counts its calls, and says so in a header.
#[dependency]
async fn visits(#[depends(calls)] calls: &Calls, reply: &mut Reply) -> usize {
    let count = calls.0.fetch_add(100, Ordering::SeqCst) / 100 + 1;
    reply
        .header("x-visit", &count.to_string())
        .header("x-both", "dependency")
        .cookie(Cookie::new("visit", count.to_string()));
    count
}

#[get("/visited", cache(seconds = 60))]
async fn visited(#[depends(visits)] count: &usize, reply: &mut Reply) -> String {
    reply.header("x-stored", "yes").header("x-both", "handler");
    format!("visit {count}")
}

#[tokio::test]
async fn dependencies_run_for_every_request() {
    let app = App::new("Shop", "1.0.0").routes(routes![visited]);
    let client = TestClient::start(app).await;
    for visit in ["1", "2", "3"] {
        let answer = client.get("/visited").await;
        assert_eq!(text(&answer), "visit 1");
        assert_eq!(answer.header("x-visit"), Some(visit));
        assert_eq!(answer.header("x-stored"), Some("yes"));
        assert_eq!(answer.header("x-both"), Some("handler"));
        assert_eq!(answer.cookies(), [("visit".to_owned(), visit.to_owned())]);
        assert_eq!(answer.headers().get_all("x-stored").iter().count(), 1);
    }
}
