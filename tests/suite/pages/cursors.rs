//! `CursorPage` and `Cursor`: parts by the keys of their items.

use std::sync::{Arc, Mutex};

use fastrs::testing::TestClient;
use fastrs::{Cursor, CursorPage, Position, Value, json, prelude::*};

use super::{link, links};
use crate::support::{document, errors, golden};

/// An event, newest last.
#[model]
#[derive(Debug, Clone, PartialEq)]
struct Event {
    at: u64,
    id: u64,
}

type Key = (u64, u64);

#[dependency(scope = "app")]
async fn events() -> Arc<Mutex<Vec<Event>>> {
    // Several events at the same time.
    let events = (0..23).map(|id| Event { at: id / 4, id });
    Arc::new(Mutex::new(events.collect()))
}

/// List the events.
#[get("/events")]
async fn list_events(
    cursor: Cursor<Key, 5, 50>,
    from: Option<u64>,
    #[depends(events)] events: &Arc<Mutex<Vec<Event>>>,
) -> Result<CursorPage<Event>> {
    let all = events.lock().unwrap().clone();
    let limit = usize::try_from(cursor.fetch_limit())?;
    let key = |event: &Event| (event.at, event.id);
    let from = |event: &&Event| from.is_none_or(|from| event.id >= from);
    let all = all.iter().filter(from).cloned();
    let rows = match *cursor.position() {
        Position::Start => all.take(limit).collect(),
        Position::After(last) => all.filter(|it| key(it) > last).take(limit).collect(),
        Position::Before(first) => all.rev().filter(|it| key(it) < first).take(limit).collect(),
    };
    CursorPage::new(rows, cursor, key)
}

/// List the events of one kind.
#[get("/kinds/<kind>/events")]
async fn list_kind(kind: String, cursor: Cursor<Key>) -> Result<CursorPage<Event>> {
    let _ = kind;
    CursorPage::of(
        [Event { at: 0, id: 0 }, Event { at: 1, id: 1 }],
        cursor,
        |it| (it.at, it.id),
    )
}

#[delete("/events/<id>", status = 204)]
async fn delete_event(id: u64, #[depends(events)] events: &Arc<Mutex<Vec<Event>>>) {
    events.lock().unwrap().retain(|event| event.id != id);
}

#[post("/events")]
async fn create_event(event: Event, #[depends(events)] events: &Arc<Mutex<Vec<Event>>>) {
    let mut events = events.lock().unwrap();
    events.push(event);
    events.sort_by_key(|event| (event.at, event.id));
}

fn app() -> App {
    App::new("Events", "1.0.0").routes(routes![list_events, list_kind, delete_event, create_event])
}

async fn client() -> TestClient {
    TestClient::start(app()).await
}

async fn page(client: &TestClient, path: &str) -> CursorPage<Event> {
    let answer = client.get(path).await;
    assert_eq!(answer.status(), 200, "{path}: {}", answer.text());
    answer.json()
}

fn ids(page: &CursorPage<Event>) -> Vec<u64> {
    page.items.iter().map(|event| event.id).collect()
}

#[tokio::test]
async fn cursors_lead_through_the_list_and_back() {
    let client = client().await;
    let (mut path, mut parts) = (Some("/events?limit=6".to_owned()), Vec::new());
    let mut last = None;
    while let Some(next) = path {
        let answer = client.get(&next).await;
        let page: CursorPage<Event> = answer.json();
        assert_eq!(page.next_page.is_some(), link(&answer, "next").is_some());
        assert_eq!(
            page.previous_page.is_some(),
            link(&answer, "prev").is_some()
        );
        assert_eq!(link(&answer, "first").as_deref(), Some("/events?limit=6"));
        parts.push(ids(&page));
        path = link(&answer, "next");
        last = link(&answer, "prev");
    }
    assert_eq!(parts.concat(), (0..23).collect::<Vec<_>>());
    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [6, 6, 6, 5]);
    let mut back = Vec::new();
    while let Some(previous) = last {
        let answer = client.get(&previous).await;
        back.push(ids(&answer.json()));
        assert!(link(&answer, "next").is_some());
        last = link(&answer, "prev");
    }
    parts.pop();
    back.reverse();
    assert_eq!(back, parts);
}

#[tokio::test]
async fn parts_are_stable_while_items_come_and_go() {
    let client = client().await;
    let first = page(&client, "/events").await;
    assert_eq!(ids(&first), [0, 1, 2, 3, 4]);
    let next = format!("/events?cursor={}", first.next_page.unwrap());
    // The item at which the part ended, and one after it, are deleted; others are inserted on both sides.
    client.delete("/events/4").await;
    client.delete("/events/6").await;
    client
        .post("/events")
        .json(&json!({ "at": 0, "id": 100 }))
        .await;
    client
        .post("/events")
        .json(&json!({ "at": 1, "id": 101 }))
        .await;
    let second = page(&client, &next).await;
    assert_eq!(ids(&second), [5, 7, 101, 8, 9]);
    let previous = format!("/events?cursor={}&limit=3", second.previous_page.unwrap());
    assert_eq!(ids(&page(&client, &previous).await), [2, 3, 100]);
    // Everything after a cursor is gone.
    for id in 0..23 {
        client.delete(&format!("/events/{id}")).await;
    }
    client.delete("/events/101").await;
    let end = page(&client, &next).await;
    assert_eq!(
        end,
        CursorPage::new(vec![], Cursor::<Key>::new(5, Position::Start), |_| (0, 0)).unwrap()
    );
}

#[tokio::test]
async fn a_cursor_reveals_nothing_and_is_always_the_same() {
    let client = client().await;
    let first = page(&client, "/events").await.next_page.unwrap();
    assert_eq!(page(&client, "/events").await.next_page.unwrap(), first);
    assert!(
        first
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    // Positions that differ in one digit have nothing in common.
    let other = page(&client, "/events?limit=6").await.next_page.unwrap();
    assert_eq!(first.len(), other.len());
    let same = first.bytes().zip(other.bytes()).filter(|(a, b)| a == b);
    assert!(same.count() < first.len() / 4);
}

#[tokio::test]
async fn a_cursor_of_anything_else_is_a_422() {
    let client = client().await;
    let cursor = page(&client, "/events").await.next_page.unwrap();
    let of_kind = page(&client, "/kinds/a/events?limit=1")
        .await
        .next_page
        .unwrap();
    let middle = cursor.len() / 2;
    let mut forged = cursor.clone().into_bytes();
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    for (path, cursor) in [
        ("/events?cursor=", &*forged),
        ("/events?cursor=", &cursor[..cursor.len() - 1]),
        ("/events?cursor=", &cursor[1..]),
        ("/events?cursor=", &cursor[..4]),
        ("/events?cursor=", "x"),
        ("/events?cursor=", "%00"),
        ("/events?cursor=", "%ff"),
        ("/events?cursor=", &"A".repeat(4000)),
        // Of another list, or of the same one with other parameters.
        ("/events?cursor=", &of_kind),
        ("/kinds/a/events?cursor=", &cursor),
        ("/kinds/b/events?cursor=", &of_kind),
        ("/events?from=3&cursor=", &cursor),
    ] {
        let answer = client.get(&format!("{path}{cursor}")).await;
        assert_eq!(
            errors(&answer),
            json!([["value_error", ["query", "cursor"]]]),
            "{path}{cursor}"
        );
    }
    let answer = client.get("/events?cursor=abc").await;
    assert_eq!(
        answer.json::<Value>(),
        json!({ "detail": [{
            "type": "value_error",
            "loc": ["query", "cursor"],
            "msg": "Value error, not a cursor of this list: start again without one",
            "input": "abc",
            "ctx": { "error": {} },
        }] })
    );
    // All errors are listed.
    let answer = client.get("/events?cursor=abc&limit=51&from=x").await;
    assert_eq!(
        errors(&answer),
        json!([
            ["value_error", ["query", "cursor"]],
            ["less_than_equal", ["query", "limit"]],
            ["int_parsing", ["query", "from"]]
        ])
    );
}

#[tokio::test]
async fn a_cursor_works_with_another_limit_and_order_of_parameters() {
    let client = client().await;
    let first = client.get("/events?from=2&x=1&limit=2").await;
    let cursor = first.json::<CursorPage<Event>>().next_page.unwrap();
    for query in ["x=1&from=2&limit=50", "limit=1&from=%32&x=1", "from=2&x=1"] {
        let next = page(&client, &format!("/events?cursor={cursor}&{query}")).await;
        assert_eq!(ids(&next)[0], 4, "{query}");
    }
    assert_eq!(
        link(&first, "next").as_deref(),
        Some(&*format!("/events?from=2&x=1&limit=2&cursor={cursor}"))
    );
    // A client that has no cursor may send an empty one.
    let start = page(&client, "/events?cursor=").await;
    assert_eq!(ids(&start), [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn a_cursor_of_another_version_of_the_program_is_a_422() {
    mod next {
        use super::*;

        #[get("/events")]
        pub(super) async fn list_events(cursor: Cursor<String>) -> Result<CursorPage<Event>> {
            CursorPage::new(Vec::new(), cursor, |event| event.id.to_string())
        }
    }
    let cursor = page(&client().await, "/events").await.next_page.unwrap();
    let client = TestClient::start(App::new("Next", "2").routes(routes![next::list_events])).await;
    let answer = client.get(&format!("/events?cursor={cursor}")).await;
    assert_eq!(
        errors(&answer),
        json!([["value_error", ["query", "cursor"]]])
    );
}

#[tokio::test]
async fn a_key_that_is_too_long_is_an_error_of_the_server() {
    #[get("/texts")]
    async fn list_texts(cursor: Cursor<String>, length: usize) -> Result<CursorPage<String>> {
        CursorPage::new(vec!["a".repeat(length); 51], cursor, String::clone)
    }
    let client = TestClient::start(App::new("Texts", "1").routes(routes![list_texts])).await;
    let answer = client.get("/texts?length=1400").await;
    assert_eq!((answer.status().as_u16(), links(&answer).len()), (200, 2));
    let answer = client.get("/texts?length=1500").await;
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.text(), r#"{"detail":"Internal Server Error"}"#);
}

#[tokio::test]
async fn a_handler_can_be_called_without_a_request() {
    let page = list_kind("a".into(), Cursor::new(1, Position::Start))
        .await
        .unwrap();
    assert_eq!(ids(&page), [0]);
    assert!(page.previous_page.is_none() && page.next_page.is_some());
    let page = list_kind("a".into(), Cursor::new(1, Position::After((0, 0))))
        .await
        .unwrap();
    assert_eq!((ids(&page), page.next_page.is_some()), (vec![1], false));
    let page = list_kind("a".into(), Cursor::new(1, Position::Before((1, 1))))
        .await
        .unwrap();
    assert_eq!((ids(&page), page.previous_page.is_some()), (vec![0], false));
}

#[tokio::test]
async fn the_document_has_the_parameters_the_page_and_the_links() {
    golden("openapi/cursor_pages.json", &document(app()).await);
}
