//! JSON bodies and forms: what is read and what is rejected, and that a bad body costs no more than a good one.

use std::collections::BTreeMap;

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{document, errors, golden, raw_json};

/// An item.
#[model]
#[derive(Debug)]
struct Item {
    #[field(min_length = 1, max_length = 20)]
    name: String,
    #[field(gt = 0.0)]
    price: f64,
    #[field(default)]
    amount: u32,
    note: Option<String>,
}

/// The user who places the order.
#[model]
#[derive(Debug)]
struct User {
    username: String,
    age: Option<u8>,
}

mod json_bodies {
    use super::*;

    #[post("/one")]
    async fn one(item: Item) -> Item {
        item
    }

    #[put("/several/<id>")]
    async fn several(
        id: u32,
        item: Item,
        user: User,
        #[body(gt = 0)] importance: u8,
        q: Option<String>,
    ) -> Value {
        json!([id, item.name, user.username, importance, q])
    }

    #[post("/embedded")]
    async fn embedded(#[body(embed)] item: Item) -> Item {
        item
    }

    #[post("/optional")]
    async fn optional(item: Option<Item>) -> Option<Item> {
        item
    }

    #[post("/optional-beside")]
    async fn optional_beside(item: Item, user: Option<User>) -> (Item, Option<User>) {
        (item, user)
    }

    #[post("/nullable")]
    async fn nullable(#[body(required)] item: Option<Item>) -> Option<Item> {
        item
    }

    #[post("/list")]
    async fn list(items: Vec<Item>) -> usize {
        items.len()
    }

    #[post("/map")]
    async fn map(weights: BTreeMap<u32, f64>) -> BTreeMap<u32, f64> {
        weights
    }

    #[post("/scalar")]
    async fn scalar(
        /// The number of items.
        #[body(ge = 1, le = 10, examples = [3])]
        count: u8,
    ) -> u8 {
        count
    }

    #[post("/default")]
    async fn default(#[body(default = 7)] count: u8) -> u8 {
        count
    }

    #[post("/value")]
    async fn value(#[body] value: Value) -> Value {
        value
    }

    #[post("/bytes")]
    async fn bytes(body: Bytes) -> usize {
        body.len()
    }

    fn in_stock(item: &Item) -> Result<(), String> {
        if item.amount > 0 {
            Ok(())
        } else {
            Err(format!("{} is sold out", item.name))
        }
    }

    #[post("/validated")]
    async fn validated(#[body(validate = in_stock)] item: Item) -> Item {
        item
    }

    #[get("/get-with-body")]
    async fn get_with_body(item: Item) -> Item {
        item
    }

    pub(super) fn app() -> App {
        App::new("Bodies", "1").routes(routes![
            one,
            several,
            embedded,
            optional,
            optional_beside,
            nullable,
            list,
            map,
            scalar,
            default,
            value,
            bytes,
            validated,
            get_with_body
        ])
    }
}

#[tokio::test]
async fn good_bodies_are_read() {
    let client = TestClient::start(json_bodies::app()).await;
    let pen = json!({"name": "Pen", "price": 1.5});
    let read = json!({"name": "Pen", "price": 1.5, "amount": 0, "note": null});
    let ada = json!({"username": "ada"});
    let good: &[(&str, Value, Value)] = &[
        ("/one", pen.clone(), read.clone()),
        (
            "/one",
            json!({"name": "Pen", "price": 2, "other": 1}),
            json!({"name": "Pen", "price": 2.0, "amount": 0, "note": null}),
        ),
        ("/embedded", json!({"item": pen}), read.clone()),
        ("/optional", Value::Null, Value::Null),
        ("/optional", pen.clone(), read.clone()),
        (
            "/optional-beside",
            json!({"item": pen}),
            json!([read, null]),
        ),
        (
            "/optional-beside",
            json!({"item": pen, "user": null}),
            json!([read, null]),
        ),
        (
            "/optional-beside",
            json!({"item": pen, "user": ada}),
            json!([read, {"username": "ada", "age": null}]),
        ),
        ("/nullable", Value::Null, Value::Null),
        ("/list", json!([pen, pen]), json!(2)),
        ("/list", json!([]), json!(0)),
        (
            "/map",
            json!({"1": 0.5, "2": 3}),
            json!({"1": 0.5, "2": 3.0}),
        ),
        ("/scalar", json!(3), json!(3)),
        (
            "/value",
            json!({"a": [1, null, "x"]}),
            json!({"a": [1, null, "x"]}),
        ),
        (
            "/validated",
            json!({"name": "Pen", "price": 1, "amount": 1}),
            json!({"name": "Pen", "price": 1.0, "amount": 1, "note": null}),
        ),
    ];
    for (path, body, expected) in good {
        let answer = client.post(path).json(body).send().await;
        assert_eq!(answer.status(), 200, "{path} {body}: {}", answer.text());
        assert_eq!(answer.json::<Value>(), *expected, "{path} {body}");
    }
    assert_eq!(
        client.post("/optional").send().await.json::<Value>(),
        Value::Null
    );
    assert_eq!(
        client.post("/default").send().await.json::<Value>(),
        json!(7)
    );
    assert_eq!(
        client
            .post("/bytes")
            .body("abc")
            .send()
            .await
            .json::<Value>(),
        json!(3)
    );
    assert_eq!(
        client
            .get("/get-with-body")
            .json(&pen)
            .send()
            .await
            .json::<Value>(),
        read
    );
    let several = json!({"item": pen, "user": ada, "importance": 5});
    let answer = client.put("/several/3?q=x").json(&several).send().await;
    assert_eq!(answer.json::<Value>(), json!([3, "Pen", "ada", 5, "x"]));
}

#[tokio::test]
async fn lax_values_are_coerced() {
    let client = TestClient::start(json_bodies::app()).await;
    let answer = client
        .post("/one")
        .json(&json!({"name": "Pen", "price": "1.5", "amount": "3"}))
        .send()
        .await;
    assert_eq!(
        answer.json::<Value>(),
        json!({"name": "Pen", "price": 1.5, "amount": 3, "note": null})
    );
    let answer = client
        .post("/one")
        .json(&json!({"name": "Pen", "price": 1, "amount": 3.0}))
        .send()
        .await;
    assert_eq!(answer.json::<Value>()["amount"], 3);
    // A coerced value has to satisfy its constraints.
    let answer = client
        .post("/one")
        .json(&json!({"name": "Pen", "price": "-1"}))
        .send()
        .await;
    assert_eq!(
        errors(&answer),
        json!([["greater_than", ["body", "price"]]])
    );
}

#[tokio::test]
async fn what_was_sent_is_read_and_reported_as_intended() {
    let client = TestClient::start(json_bodies::app()).await;
    let pen = json!({"name": "Pen", "price": 2.5, "amount": 0, "note": null});
    let good = [
        // The last of several equal keys counts, as in Python, if something else has to be coerced first.
        (
            "/one",
            r#"{"name":"Pen","price":"1","price":"2.5"}"#,
            pen.clone(),
        ),
        ("/one", r#"{"name":"Pen","price":true,"price":2.5}"#, pen),
        (
            "/list",
            r#"[{"n\u0061me":"P\u0065n","price":"1"}]"#,
            json!(1),
        ),
        (
            "/map",
            r#"{"01":1,"2":"3","1":"2"}"#,
            json!({"1": 2.0, "2": 3.0}),
        ),
    ];
    for (path, body, expected) in good {
        let answer = raw_json(client.post(path), body).send().await;
        assert_eq!(answer.json::<Value>(), expected, "{body}");
    }
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(300));
    let bad: [(&str, &str, Value); 4] = [
        (
            r#"{"name":"a","name":"b","price":1}"#,
            "value_error",
            Value::Null,
        ),
        (
            r#"{"name":"a","price":1,"amount":1234567890123456789}"#,
            "less_than_equal",
            json!(1_234_567_890_123_456_789_i64),
        ),
        (
            r#"{"name":"a","price":-0.1e1,"amount":1}"#,
            "greater_than",
            json!(-1.0),
        ),
        (
            r#"{"name":"a","note":{"k":1,"k":[2.50,"\n"]},"price":1}"#,
            "string_type",
            json!({"k": [2.5, "\n"]}),
        ),
    ];
    for (body, kind, input) in bad {
        let answer = raw_json(client.post("/one"), body).send().await;
        let detail = &answer.json::<Value>()["detail"];
        assert_eq!(detail[0]["type"], kind, "{body}: {detail}");
        assert_eq!(detail[0]["input"], input, "{body}");
        assert_eq!(detail.as_array().map(Vec::len), Some(1), "{body}");
    }
    // For a field that is missing in a long body, `input` is null.
    let answer = raw_json(client.post("/one"), long).send().await;
    let missing = &answer.json::<Value>()["detail"][1];
    assert_eq!(missing["type"], "missing");
    assert_eq!(missing.get("input"), Some(&Value::Null));
}

#[tokio::test]
async fn bad_bodies_get_all_their_errors() {
    let client = TestClient::start(json_bodies::app()).await;
    let bad: &[(&str, Value, Value)] = &[
        (
            "/one",
            json!({}),
            json!([
                ["missing", ["body", "name"]],
                ["missing", ["body", "price"]]
            ]),
        ),
        (
            "/one",
            json!([]),
            json!([["model_attributes_type", ["body"]]]),
        ),
        (
            "/one",
            json!("x"),
            json!([["model_attributes_type", ["body"]]]),
        ),
        (
            "/one",
            Value::Null,
            json!([["model_attributes_type", ["body"]]]),
        ),
        (
            "/one",
            json!({"name": 5, "price": "cheap", "amount": -1, "note": 3}),
            json!([
                ["string_type", ["body", "name"]],
                ["float_parsing", ["body", "price"]],
                ["greater_than_equal", ["body", "amount"]],
                ["string_type", ["body", "note"]]
            ]),
        ),
        (
            "/one",
            json!({"name": "", "price": 0, "amount": 1.5}),
            json!([
                ["string_too_short", ["body", "name"]],
                ["greater_than", ["body", "price"]],
                ["int_from_float", ["body", "amount"]]
            ]),
        ),
        (
            "/embedded",
            json!({"name": "Pen", "price": 1}),
            json!([["missing", ["body", "item"]]]),
        ),
        (
            "/embedded",
            json!({"item": {"name": "Pen"}}),
            json!([["missing", ["body", "item", "price"]]]),
        ),
        (
            "/nullable",
            json!({}),
            json!([
                ["missing", ["body", "name"]],
                ["missing", ["body", "price"]]
            ]),
        ),
        (
            "/list",
            json!([{"name": "Pen", "price": 1}, {"name": "Pen"}, 5]),
            json!([
                ["missing", ["body", 1, "price"]],
                ["model_attributes_type", ["body", 2]]
            ]),
        ),
        ("/list", json!({}), json!([["list_type", ["body"]]])),
        (
            "/map",
            json!({"x": 1, "2": "y"}),
            json!([
                ["int_parsing", ["body", "x", "[key]"]],
                ["float_parsing", ["body", "2"]]
            ]),
        ),
        ("/scalar", json!(11), json!([["less_than_equal", ["body"]]])),
        ("/scalar", json!("x"), json!([["int_parsing", ["body"]]])),
        (
            "/validated",
            json!({"name": "Pen", "price": 1}),
            json!([["value_error", ["body"]]]),
        ),
    ];
    for (path, body, expected) in bad {
        let answer = client.post(path).json(body).send().await;
        assert_eq!(
            errors(&answer),
            *expected,
            "{path} {body}: {}",
            answer.text()
        );
    }
    let answer = client
        .put("/several/x")
        .json(&json!({"item": {"name": "Pen"}, "importance": 0}))
        .send()
        .await;
    assert_eq!(
        errors(&answer),
        json!([
            ["int_parsing", ["path", "id"]],
            ["missing", ["body", "item", "price"]],
            ["missing", ["body", "user"]],
            ["greater_than", ["body", "importance"]]
        ])
    );
    for path in ["/one", "/list", "/map", "/scalar", "/value", "/nullable"] {
        assert_eq!(
            errors(&client.post(path).send().await),
            json!([["missing", ["body"]]]),
            "{path}"
        );
    }
    let answer = client.put("/several/1").send().await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["body", "item"]],
            ["missing", ["body", "user"]],
            ["missing", ["body", "importance"]]
        ])
    );
    let answer = client.put("/several/1").json(&json!([1])).send().await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["body", "item"]],
            ["missing", ["body", "user"]],
            ["missing", ["body", "importance"]]
        ])
    );
}

#[tokio::test]
async fn broken_json_takes_precedence_over_everything() {
    let client = TestClient::start(json_bodies::app()).await;
    for body in [
        "{",
        "{\"name\": }",
        "[1,]",
        "{} x",
        "'a'",
        "\u{feff}x",
        "nul",
    ] {
        let answer = raw_json(client.put("/several/x"), body).send().await;
        let detail: Value = answer.json();
        assert_eq!(answer.status(), 422, "{body}");
        assert_eq!(
            detail["detail"].as_array().map(Vec::len),
            Some(1),
            "{body}: {detail}"
        );
        assert_eq!(detail["detail"][0]["type"], "json_invalid", "{body}");
        assert_eq!(detail["detail"][0]["loc"][0], "body", "{body}");
        assert!(detail["detail"][0]["loc"][1].is_u64(), "{body}");
    }
    let answer = raw_json(client.post("/one"), "{\"name\" 1}").send().await;
    assert_eq!(
        answer.json::<Value>()["detail"][0],
        json!({
            "type": "json_invalid", "loc": ["body", 8], "msg": "JSON decode error", "input": {},
            "ctx": {"error": "Expecting ':' delimiter"}
        })
    );
}

#[tokio::test]
async fn no_body_is_ever_a_500() {
    let client = TestClient::start(json_bodies::app()).await;
    let deep = |open: &str, close: &str, n| format!("{}{}", open.repeat(n), close.repeat(n));
    let evil = [
        r#"{"name": "Pen", "price": NaN}"#.to_owned(),
        r#"{"name": "Pen", "price": Infinity}"#.to_owned(),
        r#"{"name": "Pen", "price": 1e400}"#.to_owned(),
        r#"{"name": "\ud800", "price": 1}"#.to_owned(),
        r#"{"name": "a", "name": "b", "price": 1}"#.to_owned(),
        format!(
            r#"{{"name": "Pen", "price": 1, "other": {}}}"#,
            deep("[", "]", 100_000)
        ),
        format!(
            r#"{{"name": "Pen", "price": 1, "other": {}}}"#,
            deep("{\"a\":", "}", 100_000)
        ),
        format!(r#"{{"name": {}, "price": 1}}"#, deep("[", "]", 120)),
        format!(
            r#"{{"name": "Pen", "price": 1, "amount": {}}}"#,
            "9".repeat(5_000)
        ),
    ];
    for body in &evil {
        for path in ["/one", "/value", "/embedded", "/optional", "/map", "/list"] {
            let answer = raw_json(client.post(path), body.clone()).send().await;
            let status = answer.status().as_u16();
            // An unknown value is skipped without recursion, however deep it is.
            let taken = status == 200 && (path == "/value" || body.contains("other"));
            assert!(
                status == 422 || taken,
                "{path} {:.60}: {status} {:.200}",
                body,
                answer.text()
            );
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert!(answer.bytes().len() < 64 * 1024, "{path} {:.60}", body);
        }
    }
    let answer = raw_json(
        client.post("/one"),
        r#"{"name": "a", "name": "b", "price": 1}"#,
    )
    .send()
    .await;
    assert_eq!(errors(&answer), json!([["value_error", ["body", "name"]]]));
    for bytes in [
        &b"{\"name\": \"\xff\", \"price\": 1}"[..],
        b"\xff\xfe{\x00}\x00",
        b"\x80",
    ] {
        let answer = raw_json(client.post("/one"), bytes.to_vec()).send().await;
        assert_eq!(answer.status(), 422, "{}", answer.text());
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_a_415() {
    let client = TestClient::start(json_bodies::app()).await;
    let body = r#"{"name": "Pen", "price": 1}"#;
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jsonx",
        "json",
    ] {
        let answer = client
            .post("/one")
            .header("content-type", media)
            .body(body)
            .send()
            .await;
        assert_eq!(answer.status(), 415, "{media}");
    }
    assert_eq!(
        client.post("/one").body(body).send().await.status(),
        415,
        "no media type"
    );
    for media in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/vnd.api+json",
    ] {
        let answer = client
            .post("/one")
            .header("content-type", media)
            .body(body)
            .send()
            .await;
        assert_eq!(answer.status(), 200, "{media}");
    }
}

#[tokio::test]
async fn a_large_bad_body_gets_a_small_response() {
    let client = TestClient::start(json_bodies::app()).await;
    let items: Vec<Value> = (0..5_000)
        .map(|n| json!({"name": "x".repeat(30), "price": -n}))
        .collect();
    let started = std::time::Instant::now();
    let answer = client.post("/list").json(&items).send().await;
    assert_eq!(answer.status(), 422);
    let detail: Value = answer.json();
    let count = detail["detail"]
        .as_array()
        .map(Vec::len)
        .unwrap_or_default();
    assert!((1..=100).contains(&count), "{count} errors");
    assert!(
        answer.bytes().len() <= 33 * 1024,
        "{} bytes",
        answer.bytes().len()
    );
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
    // A long input is not echoed.
    let answer = client
        .post("/one")
        .json(&json!({"name": "x".repeat(300), "price": 1}))
        .send()
        .await;
    let detail: Value = answer.json();
    assert_eq!(detail["detail"][0]["type"], "string_too_long");
    assert_eq!(detail["detail"][0].get("input"), None);
}

#[tokio::test]
async fn the_document_describes_a_body() {
    golden("openapi/bodies.json", &document(json_bodies::app()).await);
}

mod forms {
    use super::*;

    #[model]
    #[derive(Debug)]
    #[serde(deny_unknown_fields)]
    struct Login {
        #[field(min_length = 2)]
        username: String,
        password: Secret<String>,
        #[field(default)]
        remember: bool,
        #[field(default)]
        scopes: Vec<String>,
    }

    #[post("/fields")]
    async fn fields(
        #[form] username: String,
        #[form(ge = 18)] age: Option<u8>,
        #[form(default = "en")] language: String,
        #[form] tags: Vec<String>,
    ) -> Value {
        json!([username, age, language, tags])
    }

    #[post("/model")]
    async fn model(#[form] login: Login) -> Value {
        json!([
            login.username,
            login.password.expose(),
            login.remember,
            login.scopes
        ])
    }

    #[post("/beside")]
    async fn beside(#[form] login: Login, #[form] captcha: u32) -> Value {
        json!([login.username, captcha])
    }

    #[post("/optional")]
    async fn optional(#[form] login: Option<Login>) -> bool {
        login.is_some()
    }

    pub(super) fn app() -> App {
        App::new("Forms", "1").routes(routes![fields, model, beside, optional])
    }
}

#[tokio::test]
async fn forms_are_read() {
    let client = TestClient::start(forms::app()).await;
    let post = |path: &str, fields: &[(&str, &str)]| client.post(path).form(fields);
    let answer = post(
        "/fields",
        &[("username", "ada"), ("tags", "a"), ("tags", "b")],
    )
    .send()
    .await;
    assert_eq!(
        answer.json::<Value>(),
        json!(["ada", null, "en", ["a", "b"]])
    );
    // An empty field counts as not filled in, unless it is a list.
    let answer = post(
        "/fields",
        &[
            ("username", ""),
            ("age", ""),
            ("language", ""),
            ("tags", ""),
        ],
    )
    .send()
    .await;
    assert_eq!(errors(&answer), json!([["missing", ["body", "username"]]]));
    let answer = post(
        "/fields",
        &[("username", "ada"), ("age", "17"), ("tags", "a")],
    )
    .send()
    .await;
    assert_eq!(
        errors(&answer),
        json!([["greater_than_equal", ["body", "age"]]])
    );

    let login = [("username", "ada"), ("password", "s3cret")];
    assert_eq!(
        post("/model", &login).send().await.json::<Value>(),
        json!(["ada", "s3cret", false, []])
    );
    let answer = post(
        "/model",
        &[
            ("username", "a"),
            ("password", "s3cret"),
            ("remember", "maybe"),
            ("x", "1"),
        ],
    )
    .send()
    .await;
    assert_eq!(
        errors(&answer),
        json!([
            ["string_too_short", ["body", "username"]],
            ["bool_parsing", ["body", "remember"]],
            ["extra_forbidden", ["body", "x"]]
        ])
    );
    assert!(!answer.text().contains("s3cret"));
    let answer = post("/model", &[]).send().await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["body", "username"]],
            ["missing", ["body", "password"]]
        ])
    );

    let answer = post(
        "/beside",
        &[("username", "ada"), ("password", "p"), ("captcha", "7")],
    )
    .send()
    .await;
    assert_eq!(
        answer.json::<Value>(),
        json!(["ada", 7]),
        "a model that rejects unknown fields accepts those of its siblings"
    );
    assert_eq!(
        post("/optional", &[]).send().await.json::<Value>(),
        json!(false)
    );
    assert_eq!(
        client.post("/optional").send().await.json::<Value>(),
        json!(false)
    );
    assert_eq!(
        post("/optional", &login).send().await.json::<Value>(),
        json!(true)
    );

    let answer = client
        .post("/model")
        .json(&json!({"username": "ada"}))
        .send()
        .await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["body", "username"]],
            ["missing", ["body", "password"]]
        ]),
        "a body of another type has no fields"
    );
}

#[tokio::test]
async fn the_document_describes_a_form() {
    golden("openapi/forms.json", &document(forms::app()).await);
}
