//! `Partial<T>`: PATCH, and responses that leave fields out.

use std::collections::HashMap;

use fastrs::prelude::*;
use fastrs::testing::{TestClient, TestResponse};
use fastrs::{Value, json};

use crate::support::document;

fn is_even(price: &i64) -> Result<(), String> {
    match price % 2 {
        0 => Ok(()),
        _ => Err(format!("{price} is odd")),
    }
}

#[model]
#[derive(Clone)]
struct Base {
    #[field(min_length = 2)]
    name: String,
    tag: Option<String>,
}

#[model]
#[derive(Clone)]
struct Size {
    width: u8,
    #[field(default = 7)]
    height: u8,
}

#[model]
#[derive(Clone)]
struct Item {
    #[field(read_only)]
    id: u32,
    #[serde(flatten)]
    base: Base,
    #[field(ge = 0, validate = is_even)]
    price: i64,
    #[serde(alias = "colour")]
    color: Option<String>,
    size: Size,
    #[field(write_only, default)]
    secret: String,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

#[model]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Closed {
    item_name: String,
    #[field(default)]
    amounts: Vec<u128>,
}

#[model]
struct Free {
    a: Option<u8>,
    #[field(default)]
    b: u8,
}

fn stored() -> Item {
    Item {
        id: 1,
        base: Base {
            name: "old".into(),
            tag: Some("t".into()),
        },
        price: 2,
        color: None,
        size: Size {
            width: 1,
            height: 2,
        },
        secret: "s".into(),
        rest: HashMap::new(),
    }
}

#[patch("/item")]
async fn change(item: Partial<Item>) -> Value {
    let mut stored = stored();
    item.apply_to(&mut stored);
    json!({ "item": stored, "secret": stored.secret })
}

#[patch("/echo")]
async fn echo(item: Partial<Item>) -> Partial<Item> {
    item
}

#[get("/shown")]
async fn shown() -> Vec<Partial<Item>> {
    vec![
        Partial::of(stored()),
        Partial::of(stored()).only(&["id", "name"]),
        Partial::of(stored()).without(&["size", "price", "color", "tag"]),
    ]
}

#[patch("/closed")]
async fn closed(it: Partial<Closed>) -> Partial<Closed> {
    it
}

#[patch("/free")]
async fn free(it: Partial<Free>) -> Partial<Free> {
    it
}

fn app() -> App {
    App::new("Partial", "1").routes(routes![change, echo, shown, closed, free])
}

async fn patch(client: &TestClient, path: &str, body: &str) -> TestResponse {
    let request = client
        .patch(path)
        .header("content-type", "application/json");
    request.body(body.to_owned()).await
}

#[tokio::test]
async fn what_was_sent_overwrites_what_was_stored() {
    let client = TestClient::start(app()).await;
    for (sent, changed) in [
        ("{}", json!({})),
        (r#"{"name":"new"}"#, json!({ "name": "new" })),
        (
            r#"{"tag":null,"price":4}"#,
            json!({ "tag": null, "price": 4 }),
        ),
        (r#"{"price":"4"}"#, json!({ "price": 4 })),
        (r#"{"colour":"red"}"#, json!({ "color": "red" })),
        (
            r#"{"size":{"width":5}}"#,
            json!({ "size": { "width": 5, "height": 7 } }),
        ),
        (r#"{"more":[1]}"#, json!({ "more": [1] })),
    ] {
        let answer = patch(&client, "/item", sent).await;
        let mut expected = serde_json::to_value(stored()).unwrap();
        for (name, value) in changed.as_object().unwrap() {
            expected[name] = value.clone();
        }
        assert_eq!(answer.json::<Value>()["item"], expected, "{sent}");
    }
    let answer = patch(&client, "/item", r#"{"secret":"new"}"#).await;
    assert_eq!(answer.json::<Value>()["secret"], "new");
    client.stop().await;
}

#[tokio::test]
async fn what_was_sent_is_checked() {
    let client = TestClient::start(app()).await;
    for (path, sent, errors) in [
        (
            "/item",
            r#"{"price":-2,"name":"x"}"#,
            json!([
                ["string_too_short", ["body", "name"]],
                ["greater_than_equal", ["body", "price"]]
            ]),
        ),
        (
            "/item",
            r#"{"price":3}"#,
            json!([["value_error", ["body", "price"]]]),
        ),
        (
            "/item",
            r#"{"price":"x","size":{}}"#,
            json!([
                ["int_parsing", ["body", "price"]],
                ["missing", ["body", "size", "width"]]
            ]),
        ),
        (
            "/item",
            r#"{"price":2,"price":4}"#,
            json!([["value_error", ["body", "price"]]]),
        ),
        ("/item", "[]", json!([["model_attributes_type", ["body"]]])),
        (
            "/closed",
            r#"{"x":1}"#,
            json!([["extra_forbidden", ["body", "x"]]]),
        ),
        (
            "/closed",
            r#"{"itemName":null}"#,
            json!([["string_type", ["body", "itemName"]]]),
        ),
    ] {
        let answer = patch(&client, path, sent).await;
        assert_eq!(crate::support::errors(&answer), errors, "{path} {sent}");
    }
    client.stop().await;
}

#[tokio::test]
async fn a_response_is_read_completely() {
    let client = TestClient::start(app()).await;
    for (path, sent) in [
        ("/echo", r#"{"name":"new","color":"x","size":{"width":1}}"#),
        ("/echo", r#"{"tag":null}"#),
        ("/closed", r#"{"itemName":"a"}"#),
        (
            "/closed",
            r#"{"amounts":[340282366920938463463374607431768211455]}"#,
        ),
        ("/free", r#"{"a":null}"#),
        ("/free", "{}"),
    ] {
        let answer = patch(&client, path, sent).await;
        assert_eq!(answer.text(), sent, "{path}");
    }
    let answer = patch(&client, "/echo", r#"{"secret":"s"}"#).await;
    assert_eq!(answer.text(), "{}");
    let shown: Vec<Value> = client.get("/shown").await.json();
    assert_eq!(shown[0], serde_json::to_value(stored()).unwrap());
    assert_eq!(shown[1], json!({ "id": 1, "name": "old" }));
    assert_eq!(shown[2], json!({ "id": 1, "name": "old" }));
    client.stop().await;
}

#[tokio::test]
async fn the_document_of_a_partial_requires_nothing() {
    let document = document(app()).await;
    let schemas = &document["components"]["schemas"];
    let body = |path: &str| {
        document["paths"][path]["patch"]["requestBody"]["content"]["application/json"]["schema"]
            .clone()
    };
    assert_eq!(
        body("/item"),
        json!({ "$ref": "#/components/schemas/PartialItem-Input" })
    );
    let item = &schemas["PartialItem-Input"];
    assert_eq!(item.get("required"), None);
    assert_eq!(
        item["properties"]["name"],
        json!({ "type": "string", "minLength": 2 })
    );
    assert_eq!(
        item["properties"].get("id"),
        None,
        "a client does not send it"
    );
    assert_eq!(
        body("/free"),
        json!({ "$ref": "#/components/schemas/PartialFree" })
    );
}

#[model]
#[serde(tag = "kind")]
enum Kind {
    Box {
        #[field(ge = 1)]
        depth: u8,
    },
    Loose,
}

#[model]
struct Defaults {
    name: String,
    #[field(default = 10.5)]
    tax: f64,
    #[serde(flatten)]
    size: Size,
    #[serde(flatten)]
    kind: Kind,
    nested: Size,
}

#[patch("/defaults")]
async fn defaults(it: Partial<Defaults>) -> Partial<Defaults> {
    it
}

#[tokio::test]
async fn a_partial_has_no_defaults() {
    let document = document(App::new("Partial", "1").routes(routes![defaults, free])).await;
    let schemas = &document["components"]["schemas"];
    for name in ["PartialDefaults", "PartialFree"] {
        for (field, property) in schemas[name]["properties"].as_object().unwrap() {
            assert_eq!(property.get("default"), None, "{name}.{field}");
        }
    }
    // A nested model is sent whole, so its own defaults apply.
    assert_eq!(schemas["Size"]["properties"]["height"]["default"], 7);
    assert_eq!(schemas["Size"]["required"], json!(["width"]));
    // A flattened enum may be missing as a whole.
    let alternatives = &schemas["PartialDefaults"]["anyOf"];
    assert_eq!(alternatives[2], json!({ "type": "object" }));

    let client = TestClient::start(App::new("Partial", "1").routes(routes![defaults])).await;
    for sent in ["{}", r#"{"height":2}"#, r#"{"kind":"Box","depth":1}"#] {
        assert_eq!(patch(&client, "/defaults", sent).await.text(), sent);
    }
    client.stop().await;
}

#[tokio::test]
async fn the_document_of_a_response_promises_no_field() {
    let document = document(app()).await;
    let answer = |path: &str, method: &str| {
        document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
            .clone()
    };
    let reference = json!({ "$ref": "#/components/schemas/PartialClosed" });
    assert_eq!(answer("/closed", "patch"), reference);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["PartialClosed"].get("required"), None);
    // `id` is written and not read, so both sides differ.
    let reference = json!({ "$ref": "#/components/schemas/PartialItem-Output" });
    assert_eq!(answer("/shown", "get")["items"], reference);
    assert_eq!(schemas["PartialItem-Output"].get("required"), None);
}

#[model]
#[derive(Clone)]
#[serde(rename_all = "camelCase")]
struct User {
    #[field(read_only)]
    user_id: u32,
    #[serde(flatten)]
    base: Base,
    password_hash: String,
}

fn user() -> User {
    User {
        user_id: 7,
        base: stored().base,
        password_hash: "$argon2".into(),
    }
}

#[get("/users/<how>")]
async fn shown_user(how: String) -> Partial<User> {
    match &*how {
        "without" => Partial::of(user()).without(&["passwordHash", "userId", "tag"]),
        "only" => Partial::of(user()).only(&["userId"]),
        "without_unknown" => Partial::of(user()).without(&["password_hash"]),
        _ => Partial::of(user()).only(&["name", "nam"]),
    }
}

#[patch("/users")]
async fn changed_user(changes: Partial<User>) -> Value {
    let sent = ["name", "tag", "passwordHash"].map(|name| changes.is_sent(name));
    json!({
        "sent": sent,
        "name": changes.get::<String>("name"),
        "tag": changes.get::<Option<String>>("tag"),
        "passwordHash": changes.get::<String>("passwordHash"),
    })
}

#[tokio::test]
async fn a_name_that_no_field_has_is_an_error() {
    let app = App::new("Users", "1").routes(routes![shown_user, changed_user]);
    let client = TestClient::start(app).await;
    let get = |how: &str| client.get(&format!("/users/{how}"));
    assert_eq!(get("without").await.text(), r#"{"name":"old"}"#);
    assert_eq!(get("only").await.text(), r#"{"userId":7}"#);
    assert_eq!(get("without_unknown").await.status(), 500);
    assert_eq!(get("only_unknown").await.status(), 500);
    client.stop().await;
}

#[test]
#[should_panic(
    expected = "has no field `password_hash` in JSON, only `name`, `tag`, `passwordHash`, `userId`"
)]
fn the_error_names_the_fields() {
    drop(Partial::of(user()).without(&["password_hash"]));
}

#[test]
#[should_panic(
    expected = "`passwordHash` of `suite::partial::User` is of type `alloc::string::String`, not `u32`"
)]
fn a_value_is_taken_by_its_type() {
    let changes: Partial<User> = serde_json::from_str(r#"{"passwordHash":"x"}"#).unwrap();
    changes.get::<u32>("passwordHash");
}

#[tokio::test]
async fn what_was_sent_can_be_read() {
    let app = App::new("Users", "1").routes(routes![changed_user]);
    let client = TestClient::start(app).await;
    let answer = patch(&client, "/users", r#"{"name":"new","passwordHash":"x"}"#).await;
    let expected = json!({
        "sent": [true, false, true], "name": "new", "tag": null, "passwordHash": "x",
    });
    assert_eq!(answer.json::<Value>(), expected);
    client.stop().await;
}
