//! Flattened fields of variants and of generic models, and flattened enums.

use std::collections::BTreeMap;

use fastrs::prelude::*;
use fastrs::testing::{TestClient, TestResponse};
use fastrs::{Partial, Value, json};

#[model]
struct Inner {
    p: i64,
    #[field(ge = 5)]
    r: i64,
    wide: Option<u128>,
    by_id: Option<BTreeMap<u8, i64>>,
    #[serde(alias = "other")]
    z: Option<i64>,
}

#[model]
struct Plain {
    a: i64,
    #[serde(flatten)]
    inner: Option<Inner>,
}

#[model]
struct Generic<I> {
    a: i64,
    #[serde(flatten)]
    inner: Option<I>,
}

#[model]
#[serde(tag = "t")]
enum Internal {
    A {
        a: i64,
        #[serde(flatten)]
        inner: Option<Inner>,
    },
    Needed {
        #[serde(flatten)]
        inner: Inner,
    },
    Keys {
        a: i64,
        #[serde(flatten)]
        rest: BTreeMap<u8, i64>,
    },
}

#[model]
#[serde(tag = "t")]
enum GenericInternal<I> {
    A {
        a: i64,
        #[serde(flatten)]
        inner: Option<I>,
    },
    Empty,
}

#[model]
#[serde(tag = "t", content = "c", deny_unknown_fields)]
enum Adjacent {
    A {
        a: i64,
        #[serde(flatten)]
        inner: Option<Inner>,
    },
    Empty,
}

#[model]
enum External {
    A {
        a: i64,
        #[serde(flatten)]
        inner: Option<Inner>,
    },
    Empty,
}

#[model]
#[serde(untagged)]
enum Untagged {
    A {
        a: i64,
        #[serde(flatten)]
        inner: Option<Inner>,
    },
}

#[model]
#[serde(tag = "kind")]
enum Shape {
    Circle { radius: f64 },
    Square { side: u64 },
}

#[model]
enum Choice {
    One(i64),
    Two { x: i64 },
}

#[model]
#[serde(untagged)]
enum Either {
    X { x: i64 },
    Y { y: i64 },
}

#[model]
struct MaybeShape {
    a: i64,
    #[serde(flatten)]
    shape: Option<Shape>,
}

#[model]
struct MaybeChoice {
    a: i64,
    #[serde(flatten)]
    choice: Option<Choice>,
}

#[model]
struct OneChoice {
    a: i64,
    #[serde(flatten)]
    choice: Choice,
}

#[model]
struct MaybeEither {
    a: i64,
    #[serde(flatten)]
    either: Option<Either>,
}

macro_rules! echoes {
    ($($path:literal $name:ident $of:ty;)*) => {$(
        #[post($path)]
        async fn $name(it: $of) -> $of {
            it
        }
    )*};
}

echoes! {
    "/plain" plain Plain;
    "/generic" generic Generic<Inner>;
    "/internal" internal Internal;
    "/generic-internal" generic_internal GenericInternal<Inner>;
    "/adjacent" adjacent Adjacent;
    "/external" external External;
    "/untagged" untagged Untagged;
    "/maybe-shape" maybe_shape MaybeShape;
    "/maybe-choice" maybe_choice MaybeChoice;
    "/choice" one_choice OneChoice;
    "/maybe-either" maybe_either MaybeEither;
}

async fn client() -> TestClient {
    let variants = routes![
        plain,
        generic,
        internal,
        generic_internal,
        adjacent,
        external,
        untagged
    ];
    let enums = routes![maybe_shape, maybe_choice, one_choice, maybe_either];
    let app = App::new("Flattened", "1").routes(variants).routes(enums);
    TestClient::start(app).await
}

async fn post(client: &TestClient, path: &str, body: &str) -> TestResponse {
    let request = client.post(path).header("content-type", "application/json");
    request.body(body.to_owned()).await
}

/// Returns the type and the location of each error.
fn errors(answer: &TestResponse) -> Vec<(Value, Vec<Value>)> {
    let detail = answer.json::<Value>()["detail"].take();
    let errors = detail.as_array().cloned().unwrap_or_default();
    let brief = |error: Value| {
        let loc = error["loc"].as_array().cloned();
        (error["type"].clone(), loc.unwrap_or_default())
    };
    errors.into_iter().map(brief).collect()
}

const FIELDS: &[&str] = &[
    r#""a":1"#,
    r#""a":1,"unknown":2"#,
    r#""a":1,"p":2,"r":7"#,
    r#""a":1,"p":2"#,
    r#""a":1,"p":"x","r":7"#,
    r#""a":"1","p":"2","r":"7""#,
    r#""p":2,"r":7"#,
    r#""a":1,"p":2,"r":4"#,
    r#""a":1,"p":2,"r":7,"wide":340282366920938463463374607431768211455"#,
    r#""a":1,"p":2,"r":7,"wide":340282366920938463463374607431768211456"#,
    r#""a":1,"p":2,"r":7,"by_id":{"1":2}"#,
    r#""a":1,"p":2,"r":7,"by_id":{"x":2}"#,
    r#""a":1,"p":2,"r":7,"other":"3""#,
    r#""other":3,"r":7,"p":2,"a":1"#,
    r#""a":1,"p":null,"r":7"#,
];

#[tokio::test]
async fn a_variant_reads_its_flattened_fields_as_a_struct_does() {
    let client = client().await;
    for (path, before, after, loc) in [
        ("/generic", "{", "}", &["body"][..]),
        ("/internal", r#"{"t":"A","#, "}", &["body", "A"]),
        ("/internal", "{", r#","t":"A"}"#, &["body", "A"]),
        ("/generic-internal", r#"{"t":"A","#, "}", &["body", "A"]),
        ("/adjacent", r#"{"t":"A","c":{"#, "}}", &["body", "A", "c"]),
        ("/external", r#"{"A":{"#, "}}", &["body", "A"]),
        ("/untagged", "{", "}", &["body", "A"]),
    ] {
        for fields in FIELDS {
            if path == "/adjacent" && fields.contains("unknown") {
                continue;
            }
            let expected = post(&client, "/plain", &format!("{{{fields}}}")).await;
            let sent = format!("{before}{fields}{after}");
            let answer = post(&client, path, &sent).await;
            let case = format!("{path} {sent}: {}", answer.text());
            assert_eq!(answer.status(), expected.status(), "{case}");
            if answer.status() == 200 {
                let read = expected.text();
                let read = read.trim_matches(['{', '}']);
                assert!(answer.text().contains(read), "{case}");
                continue;
            }
            let mut expected = errors(&expected);
            for (_, of_plain) in &mut expected {
                of_plain.splice(..1, loc.iter().map(|item| json!(item)));
            }
            assert_eq!(errors(&answer), expected, "{case}");
        }
    }
}

#[tokio::test]
async fn a_flattened_field_of_a_variant_may_be_needed_or_a_map() {
    let client = client().await;
    for (sent, read) in [
        (
            r#"{"t":"Needed","p":1,"r":5}"#,
            r#"{"t":"Needed","p":1,"r":5,"wide":null,"by_id":null,"z":null}"#,
        ),
        (
            r#"{"t":"Keys","a":1,"7":"2"}"#,
            r#"{"t":"Keys","a":1,"7":2}"#,
        ),
    ] {
        assert_eq!(post(&client, "/internal", sent).await.text(), read);
    }
    let answer = post(&client, "/internal", r#"{"t":"Needed","p":1}"#).await;
    assert_eq!(
        errors(&answer),
        [(
            json!("missing"),
            vec![json!("body"), json!("Needed"), json!("r")]
        )]
    );
    let answer = post(&client, "/internal", r#"{"t":"Keys","a":1,"x":2}"#).await;
    let key = ["body", "Keys", "x", "[key]"].map(Value::from).to_vec();
    assert_eq!(errors(&answer), [(json!("int_parsing"), key)]);
}

#[tokio::test]
async fn a_closed_variant_rejects_what_no_flattened_field_takes() {
    let client = client().await;
    let sent = r#"{"t":"A","c":{"a":1,"p":2,"r":7,"unknown":3}}"#;
    let answer = post(&client, "/adjacent", sent).await;
    let loc = ["body", "A", "c", "unknown"].map(Value::from).to_vec();
    assert_eq!(errors(&answer), [(json!("extra_forbidden"), loc)]);
}

#[tokio::test]
async fn an_optional_flattened_enum_is_absent_valid_or_an_error() {
    let client = client().await;
    for (path, sent, expected) in [
        ("/maybe-shape", json!({ "a": 1 }), json!(null)),
        (
            "/maybe-shape",
            json!({ "a": 1, "kind": "Circle", "radius": 1.5 }),
            json!(null),
        ),
        (
            "/maybe-shape",
            json!({ "a": 1, "radius": 1.5 }),
            json!([["union_tag_not_found", ["body"]]]),
        ),
        (
            "/maybe-shape",
            json!({ "a": 1, "kind": "Square", "radius": 1.5 }),
            json!([["missing", ["body", "Square", "side"]]]),
        ),
        ("/maybe-choice", json!({ "a": 1 }), json!(null)),
        (
            "/maybe-choice",
            json!({ "a": 1, "Two": { "x": 2 } }),
            json!(null),
        ),
        (
            "/maybe-choice",
            json!({ "a": 1, "One": "x" }),
            json!([["int_parsing", ["body", "One"]]]),
        ),
        (
            "/maybe-choice",
            json!({ "a": 1, "Two": {} }),
            json!([["missing", ["body", "Two", "x"]]]),
        ),
        (
            "/maybe-choice",
            json!({ "a": 1, "One": 1, "Two": { "x": 2 } }),
            json!([["enum", ["body"]]]),
        ),
        ("/choice", json!({ "a": 1, "One": 1 }), json!(null)),
        ("/choice", json!({ "a": 1 }), json!([["enum", ["body"]]])),
        (
            "/choice",
            json!({ "a": 1, "One": 1, "Two": { "x": 2 } }),
            json!([["enum", ["body"]]]),
        ),
        ("/maybe-either", json!({ "a": 1 }), json!(null)),
        ("/maybe-either", json!({ "a": 1, "y": 2 }), json!(null)),
        (
            "/maybe-either",
            json!({ "a": 1, "y": "z" }),
            json!([
                ["missing", ["body", "X", "x"]],
                ["int_parsing", ["body", "Y", "y"]]
            ]),
        ),
    ] {
        let answer = post(&client, path, &sent.to_string()).await;
        let case = format!("{path} {sent}: {}", answer.text());
        match expected.is_null() {
            true => assert_eq!(answer.json::<Value>(), sent, "{case}"),
            false => assert_eq!(json!(errors(&answer)), expected, "{case}"),
        }
    }
}

#[tokio::test]
async fn the_document_shows_the_flattened_fields_of_a_variant() {
    let client = client().await;
    let document: Value = client.get("/openapi.json").await.json();
    let schemas = &document["components"]["schemas"];
    let of = |name: &str| schemas[name]["properties"].clone();
    assert_eq!(of("InternalA")["r"], of("Plain")["r"]);
    assert_eq!(schemas["InternalA"]["required"], json!(["t", "a"]));
    assert_eq!(
        schemas["InternalNeeded"]["required"],
        json!(["t", "p", "r"])
    );
}

#[model]
struct Range {
    p: i64,
    r: i64,
}

#[model]
struct Search {
    a: i64,
    #[serde(flatten)]
    range: Option<Range>,
}

#[get("/search")]
async fn search(#[query] it: Search) -> Search {
    it
}

#[tokio::test]
async fn what_is_missing_in_a_flattened_query_shows_what_was_sent() {
    let client = TestClient::start(App::new("Query", "1").routes(routes![search])).await;
    let answer = client.get("/search?a=1&p=2").await;
    let error = answer.json::<Value>()["detail"][0].take();
    assert_eq!(error["loc"], json!(["query", "r"]));
    assert_eq!(error["input"], json!({ "a": "1", "p": "2" }));
}

#[model]
struct Address {
    #[field(min_length = 2)]
    city: String,
    street: Option<String>,
    #[field(default)]
    tags: Vec<String>,
}

#[model]
struct User {
    name: String,
    #[serde(flatten)]
    address: Option<Address>,
}

fn user(address: Option<Address>) -> User {
    User {
        name: "Ada".into(),
        address,
    }
}

#[patch("/somewhere")]
async fn somewhere(changes: Partial<User>) -> User {
    let mut stored = user(Some(Address {
        city: "Bonn".into(),
        street: Some("Main 1".into()),
        tags: vec!["home".into()],
    }));
    changes.apply_to(&mut stored);
    stored
}

#[patch("/nowhere")]
async fn nowhere(changes: Partial<User>) -> User {
    let mut stored = user(None);
    changes.apply_to(&mut stored);
    stored
}

#[patch("/changes")]
async fn changes(changes: Partial<User>) -> Partial<User> {
    changes
}

#[tokio::test]
async fn a_partial_changes_the_fields_of_an_optional_flattened_model_one_by_one() {
    let routes = routes![somewhere, nowhere, changes];
    let client = TestClient::start(App::new("Partial", "1").routes(routes)).await;
    for (path, sent, expected) in [
        (
            "/somewhere",
            r#"{"city":"Ulm"}"#,
            r#"{"name":"Ada","city":"Ulm","street":"Main 1","tags":["home"]}"#,
        ),
        (
            "/somewhere",
            r#"{"street":null,"name":"Eva"}"#,
            r#"{"name":"Eva","city":"Bonn","street":null,"tags":["home"]}"#,
        ),
        (
            "/nowhere",
            r#"{"city":"Ulm"}"#,
            r#"{"name":"Ada","city":"Ulm","street":null,"tags":[]}"#,
        ),
        ("/nowhere", r#"{"street":"Main 2"}"#, r#"{"name":"Ada"}"#),
        (
            "/changes",
            r#"{"street":"Main 2"}"#,
            r#"{"street":"Main 2"}"#,
        ),
    ] {
        let request = client
            .patch(path)
            .header("content-type", "application/json");
        let answer = request.body(sent).await;
        assert_eq!(answer.text(), expected, "{path} {sent}");
    }
    let answer = client
        .patch("/somewhere")
        .json(&json!({ "city": "U" }))
        .await;
    let loc = ["body", "city"].map(Value::from).to_vec();
    assert_eq!(errors(&answer), [(json!("string_too_short"), loc)]);
}
