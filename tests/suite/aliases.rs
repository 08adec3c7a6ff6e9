//! serde's `alias`: every reader of a model accepts all names of its fields, variants and tags.

use fastrs::prelude::*;
use fastrs::testing::{TestClient, TestResponse};
use fastrs::{Value, json};

use crate::support::document;

#[model]
#[derive(Default)]
enum Color {
    #[default]
    #[serde(alias = "rot")]
    Red,
    Green,
}

#[model]
#[serde(deny_unknown_fields)]
struct Person {
    #[serde(alias = "surname", alias = "family_name")]
    last_name: String,
    age: u8,
    #[serde(default, alias = "paint")]
    color: Color,
}

#[model]
#[serde(tag = "kind")]
enum Pet {
    #[serde(alias = "kitty")]
    Cat {
        #[serde(alias = "m")]
        meow: u8,
    },
    Dog,
}

#[model]
enum Event {
    #[serde(alias = "made")]
    Created {
        #[serde(alias = "who")]
        by: String,
    },
    #[serde(alias = "gone")]
    Deleted,
}

#[post("/person")]
async fn person(person: Person) -> Person {
    person
}

#[get("/query")]
async fn query(#[query] person: Person) -> Person {
    person
}

#[post("/form")]
async fn form(#[form] person: Person) -> Person {
    person
}

#[model]
struct Agent {
    #[serde(alias = "x_agent")]
    agent_name: String,
}

#[get("/header")]
async fn header(#[header] agent: Agent) -> String {
    agent.agent_name
}

#[post("/pet")]
async fn pet(pet: Pet) -> Pet {
    pet
}

#[post("/event")]
async fn event(event: Event) -> Event {
    event
}

fn app() -> App {
    App::new("Aliases", "1").routes(routes![person, query, form, header, pet, event])
}

async fn assert_body(client: &TestClient, path: &str, sent: Value, expected: Value) {
    let answer = client.post(path).json(&sent).await;
    assert_eq!(answer.json::<Value>(), expected, "{path} {sent}");
}

fn first_error(answer: &TestResponse) -> (Value, Value) {
    let error = answer.json::<Value>()["detail"][0].take();
    (error["type"].clone(), error["loc"].clone())
}

#[tokio::test]
async fn a_body_is_read_under_any_name() {
    let client = TestClient::start(app()).await;
    let read = json!({ "last_name": "b", "age": 1, "color": "Red" });
    for name in ["last_name", "surname", "family_name"] {
        for age in [json!(1), json!("1")] {
            let sent = json!({ name: "b", "age": age, "paint": "rot" });
            assert_body(&client, "/person", sent, read.clone()).await;
        }
    }
    let wrong = json!({ "surname": 1, "age": 1 });
    let answer = client.post("/person").json(&wrong).await;
    assert_eq!(
        first_error(&answer),
        (json!("string_type"), json!(["body", "surname"]))
    );
    let missing = client.post("/person").json(&json!({ "age": 1 })).await;
    assert_eq!(
        first_error(&missing),
        (json!("missing"), json!(["body", "last_name"]))
    );
    let unknown = json!({ "surname": "b", "age": 1, "x": 1 });
    let answer = client.post("/person").json(&unknown).await;
    assert_eq!(
        first_error(&answer),
        (json!("extra_forbidden"), json!(["body", "x"]))
    );
    client.stop().await;
}

#[tokio::test]
async fn parameters_are_read_under_any_name() {
    let client = TestClient::start(app()).await;
    let read = json!({ "last_name": "b", "age": 1, "color": "Red" });
    for query in [
        "surname=b&age=1",
        "family_name=b&age=1&paint=rot",
        "last_name=b&age=1",
    ] {
        let answer = client.get(&format!("/query?{query}")).await;
        assert_eq!(answer.json::<Value>(), read, "{query}");
        let form = client
            .post("/form")
            .header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(form.body(query.to_owned()).await.json::<Value>(), read);
    }
    let answer = client.get("/query?surname=b&age=1&paint=pink").await;
    assert_eq!(
        first_error(&answer),
        (json!("enum"), json!(["query", "paint"]))
    );
    for name in ["agent-name", "x-agent"] {
        let answer = client.get("/header").header(name, "curl").await;
        assert_eq!(answer.json::<Value>(), "curl");
    }
    client.stop().await;
}

#[tokio::test]
async fn variants_and_tags_are_read_under_any_name() {
    let client = TestClient::start(app()).await;
    for (tag, name, meow) in [
        ("Cat", "meow", json!(1)),
        ("kitty", "m", json!(1)),
        ("kitty", "m", json!("1")),
    ] {
        let sent = json!({ "kind": tag, name: meow });
        let read = json!({ "kind": "Cat", "meow": 1 });
        assert_body(&client, "/pet", sent, read).await;
    }
    let wrong = json!({ "kind": "kitty", "m": "x" });
    let answer = client.post("/pet").json(&wrong).await;
    assert_eq!(
        first_error(&answer),
        (json!("int_parsing"), json!(["body", "kitty", "m"]))
    );
    let created = json!({ "Created": { "by": "me" } });
    assert_body(
        &client,
        "/event",
        json!({ "made": { "who": "me" } }),
        created,
    )
    .await;
    assert_body(&client, "/event", json!("gone"), json!("Deleted")).await;
    client.stop().await;
}

#[tokio::test]
async fn documents_show_the_names_of_the_responses() {
    let document = document(app()).await;
    let text = document["components"]["schemas"].to_string();
    for name in ["surname", "rot", "kitty", "gone", "x-fastrs"] {
        assert!(!text.contains(name), "{name}");
    }
}
