//! `Page` and `Paging`: parts by their position.

use fastrs::middleware::ProxyHeaders;
use fastrs::testing::TestClient;
use fastrs::{Page, Paging, Value, json, prelude::*};

use super::{link, links};
use crate::support::{document, errors, golden};
use crate::wire::{Wire, serve};

/// An item of a list.
#[model]
#[derive(Debug, Clone, PartialEq)]
struct Item {
    id: u64,
}

fn items(count: u64) -> Vec<Item> {
    (0..count).map(|id| Item { id }).collect()
}

/// List the items.
#[get("/items")]
async fn list_items(
    #[query] min: Option<u64>,
    paging: Paging<10, 40>,
    #[query(default)] tag: Vec<String>,
) -> Page<Item> {
    let _ = tag;
    let mut all = items(57);
    all.retain(|item| min.is_none_or(|min| item.id >= min));
    Page::of(all, paging)
}

#[get("/numbers")]
async fn list_numbers(paging: Paging) -> Result<Page<u64>, NoNumbers> {
    match paging.offset {
        ..=100 => Ok(Page::new(vec![7], 1, paging)),
        _ => Err(NoNumbers::TooFar),
    }
}

#[derive(Debug, HttpError)]
enum NoNumbers {
    #[error("there are no such numbers")]
    #[status(404)]
    TooFar,
}

fn app() -> App {
    App::new("Lists", "1.0.0").routes(routes![list_items, list_numbers])
}

async fn client() -> TestClient {
    TestClient::start(app()).await
}

#[tokio::test]
async fn a_page_has_its_items_and_the_length_of_the_list() {
    let client = client().await;
    for (query, ids, limit, offset) in [
        ("", 0..10, 10, 0),
        ("?offset=50", 50..57, 10, 50),
        ("?limit=40&offset=3", 3..43, 40, 3),
        ("?limit=1&limit=2", 0..2, 2, 0),
        ("?offset=57", 57..57, 10, 57),
        ("?offset=4294967295", 57..57, 10, u32::MAX),
    ] {
        let page: Value = client.get(&format!("/items{query}")).await.json();
        let ids: Vec<_> = ids.map(|id| json!({ "id": id })).collect();
        let expected = json!({ "items": ids, "total": 57, "limit": limit, "offset": offset });
        assert_eq!(page, expected, "{query}");
    }
    // The type reads what it writes.
    let page: Page<Item> = client.get("/items?limit=2&offset=1").await.json();
    assert_eq!(page, Page::of(items(57), Paging::<1, 2>::new(2, 1)));
}

#[tokio::test]
async fn a_number_outside_its_range_is_a_422() {
    let client = client().await;
    for (query, expected) in [
        (
            "limit=0",
            json!([["greater_than_equal", ["query", "limit"]]]),
        ),
        ("limit=41", json!([["less_than_equal", ["query", "limit"]]])),
        ("limit=x", json!([["int_parsing", ["query", "limit"]]])),
        ("limit=", json!([["int_parsing", ["query", "limit"]]])),
        (
            "limit=1.5&offset=-1",
            json!([
                ["int_parsing", ["query", "limit"]],
                ["greater_than_equal", ["query", "offset"]]
            ]),
        ),
    ] {
        let answer = client.get(&format!("/items?{query}")).await;
        assert_eq!(errors(&answer), expected, "{query}");
    }
    // The limit of another list is another one. Numbers are as lax as elsewhere.
    assert_eq!(client.get("/numbers?limit=100").await.status(), 200);
    assert_eq!(client.get("/numbers?limit=101").await.status(), 422);
    assert_eq!(
        client.get("/numbers?limit=5.0&offset=%2010").await.status(),
        200
    );
    assert_eq!(client.get("/numbers?offset=101").await.status(), 404);
}

#[tokio::test]
async fn links_lead_to_every_part() {
    let client = client().await;
    let first = client.get("/items?limit=20").await;
    assert_eq!(
        first.header("link"),
        Some(
            "<http://testserver/items?limit=20&offset=0>; rel=\"first\", \
             <http://testserver/items?limit=20&offset=20>; rel=\"next\", \
             <http://testserver/items?limit=20&offset=40>; rel=\"last\""
        )
    );
    let (mut path, mut ids) = (Some("/items?limit=20".to_owned()), Vec::new());
    while let Some(next) = path {
        let answer = client.get(&next).await;
        ids.extend(answer.json::<Page<Item>>().items);
        path = link(&answer, "next");
    }
    assert_eq!(ids, items(57));
    let last = link(&first, "last").unwrap();
    let last = client.get(&last).await;
    assert_eq!(last.json::<Page<Item>>().items.len(), 17);
    assert_eq!(
        link(&last, "prev").as_deref(),
        Some("/items?limit=20&offset=20")
    );
    assert_eq!(link(&last, "next"), None);
}

#[tokio::test]
async fn links_keep_the_other_parameters() {
    let client = client().await;
    let answer = client
        .get("/items?tag=a%26b&offset=10&min=5&tag=%3C%3E&li%6Dit=9&&tag=caf%C3%A9+x")
        .await;
    assert_eq!(
        link(&answer, "next").as_deref(),
        Some("/items?tag=a%26b&min=5&tag=%3C%3E&tag=caf%C3%A9+x&limit=9&offset=19")
    );
    let next: Page<Item> = client.get(&link(&answer, "next").unwrap()).await.json();
    assert_eq!((next.total, next.items[0].id), (52, 24));
}

#[tokio::test]
async fn links_respect_the_root_path_and_proxies() {
    let mounted =
        App::new("Outer", "1.0.0").mount("/caf\u{e9}", app().into_service().await.unwrap());
    let outer = TestClient::start(mounted.root_path("/api")).await;
    for path in ["/api/caf%C3%A9/numbers", "/caf%C3%A9/numbers"] {
        let answer = outer.get(path).await;
        let first = link(&answer, "first");
        assert_eq!(
            first.as_deref(),
            Some("/api/caf%C3%A9/numbers?limit=50&offset=0")
        );
    }
    let server =
        serve(app().proxy_headers(ProxyHeaders::new().trust("127.0.0.1").x_forwarded_host())).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send("GET /numbers HTTP/1.1\r\nhost: inner:8000\r\nx-forwarded-proto: https\r\nx-forwarded-host: shop.example\r\n\r\n")
        .await;
    let answer = wire.answer().await;
    let links = answer.header("link").unwrap();
    assert!(
        links.starts_with("<https://shop.example/numbers?limit=50&offset=0>"),
        "{links}"
    );
    // What is not a host is not repeated.
    let client = client().await;
    let answer = client.get("/numbers").header("host", "a>b").await;
    let links = answer.header("link").unwrap();
    assert!(links.starts_with("</numbers?limit=50&offset=0>"), "{links}");
}

#[tokio::test]
async fn a_header_that_proxies_may_reject_is_left_out() {
    let client = client().await;
    for (length, expected) in [(1000, 3), (1400, 0)] {
        let answer = client
            .get(&format!("/items?tag={}", "x".repeat(length)))
            .await;
        assert_eq!(
            (answer.status().as_u16(), links(&answer).len()),
            (200, expected)
        );
    }
}

#[tokio::test]
async fn a_page_keeps_the_status_and_the_headers_of_its_route() {
    #[get("/accepted", status = 202)]
    async fn accepted(paging: Paging, reply: &mut Reply) -> Page<u64> {
        reply.header("x-total", "1");
        Page::new(vec![1], 1, paging).map(|n: u64| n + 1)
    }
    let client = TestClient::start(App::new("A", "1").routes(routes![accepted])).await;
    let answer = client.get("/accepted").await;
    assert_eq!(answer.status(), 202);
    assert_eq!(answer.header("x-total"), Some("1"));
    assert_eq!(links(&answer).len(), 2);
    assert_eq!(
        answer.text(),
        r#"{"items":[2],"total":1,"limit":50,"offset":0}"#
    );
}

#[tokio::test]
async fn a_handler_can_be_called_without_a_request() {
    let page = list_items(None, Paging::new(3, 55), Vec::new()).await;
    assert_eq!(page.items, [Item { id: 55 }, Item { id: 56 }]);
    let page = list_items(Some(50), Paging::default(), Vec::new()).await;
    assert_eq!((page.total, page.limit), (7, 10));
    let sent = page.into_response().unwrap();
    assert_eq!(sent.status(), 200);
}

#[tokio::test]
async fn the_document_has_the_parameters_the_page_and_the_links() {
    golden("openapi/pages.json", &document(app()).await);
}
