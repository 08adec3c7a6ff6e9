//! Map keys: their types, their constraints, and where their errors are reported.

use std::collections::{BTreeMap, HashMap};

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use uuid::Uuid;

use crate::support::{document, errors, raw_json};

/// A currency.
#[model]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Code(#[field(min_length = 3, max_length = 3)] String);

#[model]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Slug(#[field(pattern = "^[a-z]+$")] String);

#[model]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank(#[field(ge = 1, le = 9)] u8);

#[model]
struct Maps {
    #[field(default)]
    codes: BTreeMap<Code, i32>,
    #[field(default)]
    slugs: BTreeMap<Slug, i32>,
    #[field(default)]
    ranks: BTreeMap<Rank, i32>,
    #[field(default)]
    ids: HashMap<Uuid, i32>,
    #[field(default)]
    small: BTreeMap<i8, i32>,
    #[field(default)]
    wide: BTreeMap<u128, i32>,
    #[field(default)]
    flags: BTreeMap<bool, i32>,
    #[field(default)]
    letters: BTreeMap<char, i32>,
}

#[post("/maps")]
async fn maps(it: Maps) -> Maps {
    it
}

#[post("/whole")]
async fn whole(it: BTreeMap<Code, i32>) -> BTreeMap<Code, i32> {
    it
}

#[post("/embedded")]
async fn embedded(#[body(embed)] it: BTreeMap<Rank, i32>) -> BTreeMap<Rank, i32> {
    it
}

fn app() -> App {
    App::new("Maps", "1").routes(routes![maps, whole, embedded])
}

#[tokio::test]
async fn keys_are_checked() {
    let client = TestClient::start(app()).await;
    let id = "936da01f-9abd-4d9d-80c7-02af85c822a8";
    let good = json!({
        "codes": {"EUR": 1}, "slugs": {"a": 1}, "ranks": {"1": 1, "9": 2}, "ids": {id: 1}, "small": {"-128": 1},
        "wide": {"340282366920938463463374607431768211455": 1}, "flags": {"true": 1}, "letters": {"é": 1}
    });
    let answer = client.post("/maps").json(&good).await;
    assert_eq!(answer.json::<Value>(), good);
    let cases = [
        ("codes", "EURO", "string_too_long"),
        ("codes", "", "string_too_short"),
        ("slugs", "A", "string_pattern_mismatch"),
        ("ranks", "0", "greater_than_equal"),
        ("ranks", "10", "less_than_equal"),
        ("ranks", "256", "less_than_equal"),
        ("ranks", "x", "int_parsing"),
        ("ids", "x", "uuid_parsing"),
        ("small", "128", "less_than_equal"),
        ("small", "-129", "greater_than_equal"),
        ("small", "1.5", "int_parsing"),
        ("wide", "-1", "greater_than_equal"),
        ("flags", "x", "bool_parsing"),
        ("letters", "ab", "string_too_long"),
        ("letters", "", "string_too_short"),
        (
            "wide",
            "340282366920938463463374607431768211456",
            "less_than_equal",
        ),
    ];
    for (field, key, kind) in cases {
        let answer = client.post("/maps").json(&json!({field: {key: 1}})).await;
        let expected = json!([[kind, ["body", field, key, "[key]"]]]);
        assert_eq!(errors(&answer), expected, "{}", answer.text());
        let error = &answer.json::<Value>()["detail"][0];
        assert_eq!(error["input"], key);
        assert!(
            !error["msg"].as_str().unwrap().contains("invalid type"),
            "{error}"
        );
    }
    let answer = client
        .post("/whole")
        .json(&json!({"EURO": 1, "USD": 2, "": 3}))
        .await;
    let expected = json!([
        ["string_too_long", ["body", "EURO", "[key]"]],
        ["string_too_short", ["body", "", "[key]"]]
    ]);
    assert_eq!(errors(&answer), expected, "{}", answer.text());
    let answer = client
        .post("/embedded")
        .json(&json!({"it": {"0": 1}}))
        .await;
    assert_eq!(
        errors(&answer),
        json!([["greater_than_equal", ["body", "it", "0", "[key]"]]])
    );
}

#[tokio::test]
async fn the_document_describes_keys() {
    let document = document(app()).await;
    let maps = &document["components"]["schemas"]["Maps"]["properties"];
    assert_eq!(
        maps["codes"]["propertyNames"],
        json!({"minLength": 3, "maxLength": 3})
    );
    assert_eq!(maps["ids"]["propertyNames"], json!({"format": "uuid"}));
    assert!(maps["slugs"]["patternProperties"].get("^[a-z]+$").is_some());
    assert!(maps["small"].get("propertyNames").is_none());
}

#[tokio::test]
async fn keys_are_read_laxly_as_pydantic_reads_them() {
    let client = TestClient::start(app()).await;
    let answer = raw_json(client.post("/maps"), r#"{"small":{" 1_0 ":"5"}}"#).await;
    assert_eq!(
        answer.json::<Value>()["small"],
        json!({"10": 5}),
        "{}",
        answer.text()
    );
}
