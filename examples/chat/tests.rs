//! The chat, called as its page calls it. Each test has its own app, and therefore its own folder.

use fastrs::testing::{TestClient, TestForm, TestWebSocket};
use serde_json::{Value, json};

use crate::app::app;
use crate::config::Settings;

#[tokio::test]
async fn a_message_reaches_everyone_in_its_room() {
    let client = chat().await;
    let mut rick = enter(&client, "lobby", "Rick").await;
    assert_eq!(
        next(&mut rick).await,
        json!({"type": "here", "names": ["Rick"]})
    );
    let mut morty = enter(&client, "lobby", "Morty").await;
    assert_eq!(
        next(&mut morty).await,
        json!({"type": "here", "names": ["Morty", "Rick"]})
    );
    assert_eq!(
        next(&mut rick).await,
        json!({"type": "joined", "name": "Morty"})
    );

    say(&mut rick, "Wubba lubba").await;
    for socket in [&mut rick, &mut morty] {
        let said = next(socket).await;
        assert_eq!(said["type"], "said");
        assert_eq!(said["message"]["author"], "Rick");
        assert_eq!(said["message"]["text"], "Wubba lubba");
        assert_eq!(said["message"]["file"], Value::Null);
    }

    morty.send_json(&json!({"type": "typing"})).await;
    assert_eq!(
        next(&mut rick).await,
        json!({"type": "typing", "name": "Morty"})
    );
    morty.close(1000, "").await;
    assert_eq!(
        next(&mut rick).await,
        json!({"type": "left", "name": "Morty"})
    );
}

#[tokio::test]
async fn a_message_reaches_no_other_room() {
    let client = chat().await;
    let mut garage = enter(&client, "garage", "Rick").await;
    let mut lobby = enter(&client, "lobby", "Rick").await;
    next(&mut garage).await;
    next(&mut lobby).await;
    say(&mut garage, "a secret").await;
    say(&mut lobby, "hello").await;
    assert_eq!(next(&mut garage).await["message"]["text"], "a secret");
    assert_eq!(next(&mut lobby).await["message"]["text"], "hello");
}

#[tokio::test]
async fn a_person_with_two_windows_leaves_with_the_second() {
    let client = chat().await;
    let mut morty = enter(&client, "lobby", "Morty").await;
    next(&mut morty).await;
    let one = enter(&client, "lobby", "Rick").await;
    assert_eq!(next(&mut morty).await["type"], "joined");
    let mut two = enter(&client, "lobby", "Rick").await;
    next(&mut two).await;
    one.close(1000, "").await;
    say(&mut two, "still here").await;
    assert_eq!(next(&mut morty).await["type"], "said");
    two.close(1000, "").await;
    assert_eq!(
        next(&mut morty).await,
        json!({"type": "left", "name": "Rick"})
    );
}

#[tokio::test]
async fn a_message_that_is_not_valid_is_refused_and_the_socket_stays_open() {
    let client = chat().await;
    let mut rick = enter(&client, "lobby", "Rick").await;
    next(&mut rick).await;
    say(&mut rick, "").await;
    assert_eq!(
        next(&mut rick).await,
        json!({"type": "refused", "reason": "String should have at least 1 character"})
    );
    say(&mut rick, "better").await;
    assert_eq!(next(&mut rick).await["message"]["text"], "better");
}

#[tokio::test]
async fn a_socket_needs_a_valid_room_and_a_name() {
    let client = chat().await;
    for path in [
        "/api/rooms/Lobby%20!/socket?name=Rick",
        "/api/rooms/lobby/socket",
        "/api/rooms/lobby/socket?name=",
    ] {
        let refused = client.websocket(path).send().await.unwrap_err();
        assert_eq!(refused.status(), 422, "{path}");
    }
}

#[tokio::test]
async fn the_history_is_read_from_the_end() {
    let client = chat().await;
    for text in ["one", "two", "three"] {
        let message = json!({"author": "Bot", "text": text});
        let answer = client
            .post("/api/rooms/lobby/messages")
            .json(&message)
            .await;
        assert_eq!(answer.status(), 201);
    }
    assert_eq!(texts(&client, "").await, ["one", "two", "three"]);
    assert_eq!(texts(&client, "?limit=2").await, ["two", "three"]);
    let last: Value = client.get("/api/rooms/lobby/messages?limit=2").await.json();
    let before = format!("?limit=2&before={}", last[0]["id"]);
    assert_eq!(texts(&client, &before).await, ["one"]);
    let rooms: Value = client.get("/api/rooms").await.json();
    assert_eq!(
        rooms,
        json!([{"name": "lobby", "messages": 3, "people": []}])
    );
}

#[tokio::test]
async fn a_file_is_shared_and_downloaded() {
    let client = chat().await;
    let mut rick = enter(&client, "lobby", "Rick").await;
    next(&mut rick).await;
    let form = TestForm::new().field("author", "Morty").file(
        "file",
        "Ünder <b>.html",
        "text/html",
        "<script>alert(1)</script>",
    );
    let answer = client.post("/api/rooms/lobby/files").multipart(form).await;
    assert_eq!(answer.status(), 201, "{}", answer.text());
    let said = next(&mut rick).await;
    assert_eq!(said["message"], answer.json::<Value>());
    let file = &said["message"]["file"];
    assert_eq!(file["name"], "Ünder <b>.html");
    assert_eq!(file["size"], 25);

    let answer = client.get(&format!("/api/files/{}", file["id"])).await;
    assert_eq!(answer.text(), "<script>alert(1)</script>");
    let disposition = answer.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    assert_eq!(client.get("/api/files/999").await.status(), 404);
}

#[tokio::test]
async fn a_watcher_gets_the_messages_it_missed_and_then_new_ones() {
    let client = chat().await;
    for text in ["one", "two"] {
        let message = json!({"author": "Bot", "text": text});
        client
            .post("/api/rooms/lobby/messages")
            .json(&message)
            .await;
    }
    let mut events = client
        .get("/api/rooms/lobby/events")
        .header("last-event-id", 1)
        .sse()
        .await;
    let event = events.next().await.unwrap();
    assert_eq!(event.id.as_deref(), Some("2"));
    assert_eq!(event.json::<Value>()["message"]["text"], "two");

    let mut rick = enter(&client, "lobby", "Rick").await;
    next(&mut rick).await;
    let event = events.next().await.unwrap();
    assert_eq!(
        event.json::<Value>(),
        json!({"type": "joined", "name": "Rick"})
    );
    say(&mut rick, "three").await;
    let event = events.next().await.unwrap();
    assert_eq!(event.id.as_deref(), Some("3"));
    assert_eq!(event.json::<Value>()["message"]["text"], "three");
}

#[tokio::test]
async fn the_page_loads_nothing_from_other_hosts() {
    let client = chat().await;
    let page = client.get("/").await;
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.text().contains("default-src 'self'"));
    for path in ["/", "/chat.css", "/chat.js", "/icon.svg"] {
        let file = client.get(path).await;
        assert_eq!(file.status(), 200, "{path}");
        let foreign = file.text().replace("http://www.w3.org/2000/svg", "");
        assert!(!foreign.contains("://"), "{path}");
    }
    assert_eq!(client.get("/api/nothing").await.status(), 404);
}

async fn chat() -> TestClient {
    TestClient::start(app(Settings::default())).await
}

async fn enter(client: &TestClient, room: &str, name: &str) -> TestWebSocket {
    let path = format!("/api/rooms/{room}/socket?name={name}");
    client.websocket(&path).await
}

async fn say(socket: &mut TestWebSocket, text: &str) {
    socket
        .send_json(&json!({"type": "say", "text": text}))
        .await;
}

async fn next(socket: &mut TestWebSocket) -> Value {
    socket.recv_json().await
}

async fn texts(client: &TestClient, query: &str) -> Vec<String> {
    let path = format!("/api/rooms/lobby/messages{query}");
    let messages: Vec<Value> = client.get(&path).await.json();
    let text = |message: &Value| message["text"].as_str().unwrap().to_owned();
    messages.iter().map(text).collect()
}
