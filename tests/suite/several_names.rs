//! A field that is sent under several of its names: the first of them counts, as with Pydantic's `AliasChoices`, and
//! `deny_unknown_fields` rejects the others. The expected errors come from FastAPI.

use fastrs::prelude::*;
use fastrs::testing::{TestClient, TestResponse};
use fastrs::{Value, json};

use crate::support::raw_json;

#[model]
#[serde(deny_unknown_fields)]
struct Closed {
    #[serde(alias = "n", alias = "number")]
    name: i64,
    flag: Option<bool>,
}

#[model]
struct Open {
    #[serde(alias = "n", alias = "number")]
    name: i64,
}

#[post("/closed")]
async fn closed(it: Closed) -> i64 {
    it.name
}

#[get("/query")]
async fn query(#[query] it: Closed) -> i64 {
    it.name
}

#[post("/form")]
async fn form(#[form] it: Closed) -> i64 {
    it.name
}

#[post("/open")]
async fn open(it: Open) -> i64 {
    it.name
}

#[get("/open")]
async fn open_query(#[query] it: Open) -> i64 {
    it.name
}

fn app() -> App {
    App::new("Names", "1").routes(routes![closed, query, form, open, open_query])
}

/// Returns the type, the last step of the location and the input of each error.
fn errors(answer: &TestResponse) -> Value {
    let detail = answer.json::<Value>()["detail"].take();
    let errors = detail.as_array();
    let errors = errors.unwrap_or_else(|| panic!("{}", answer.text()));
    errors
        .iter()
        .map(|error| {
            let loc = error["loc"].as_array().unwrap();
            json!([error["type"], loc[1..], error["input"]])
        })
        .collect()
}

const EXTRA: &str = "extra_forbidden";

#[tokio::test]
async fn a_closed_body_rejects_further_names() {
    let client = TestClient::start(app()).await;
    for (body, expected) in [
        (r#"{"name": 1, "n": 2}"#, json!([[EXTRA, ["n"], 2]])),
        (r#"{"n": 2, "name": 1}"#, json!([[EXTRA, ["n"], 2]])),
        (r#"{"n": "2", "name": "1"}"#, json!([[EXTRA, ["n"], "2"]])),
        (r#"{"number": 3, "n": 2}"#, json!([[EXTRA, ["number"], 3]])),
        (
            r#"{"number": 3, "flag": true, "n": 2, "name": 1}"#,
            json!([[EXTRA, ["number"], 3], [EXTRA, ["n"], 2]]),
        ),
        (
            r#"{"name": "x", "n": 2, "z": 1}"#,
            json!([
                ["int_parsing", ["name"], "x"],
                [EXTRA, ["n"], 2],
                [EXTRA, ["z"], 1]
            ]),
        ),
        (
            r#"{"n": "x", "name": 1, "flag": 5}"#,
            json!([["bool_parsing", ["flag"], 5], [EXTRA, ["n"], "x"]]),
        ),
    ] {
        let answer = raw_json(client.post("/closed"), body).await;
        assert_eq!(errors(&answer), expected, "{body}");
    }
    client.stop().await;
}

#[tokio::test]
async fn closed_parameters_reject_further_names() {
    let client = TestClient::start(app()).await;
    for (sent, expected) in [
        ("name=1&n=2", json!([[EXTRA, ["n"], "2"]])),
        ("n=2&name=1", json!([[EXTRA, ["n"], "2"]])),
        ("number=3&n=2", json!([[EXTRA, ["number"], "3"]])),
        (
            "n=2&name=x",
            json!([["int_parsing", ["name"], "x"], [EXTRA, ["n"], "2"]]),
        ),
    ] {
        let answer = client.get(&format!("/query?{sent}")).await;
        assert_eq!(errors(&answer), expected, "{sent}");
        let form = client.post("/form").body(sent);
        let form = form.header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(errors(&form.await), expected, "{sent}");
    }
    for sent in ["name=1", "n=1&flag=true", "number=1"] {
        let answer = client.get(&format!("/query?{sent}")).await;
        assert_eq!(answer.text(), "1", "{sent}");
    }
    client.stop().await;
}

/// Without `deny_unknown_fields`, parameters ignore further names, and a body has the field twice.
#[tokio::test]
async fn an_open_body_rejects_a_field_that_appears_twice() {
    let client = TestClient::start(app()).await;
    for body in [
        r#"{"name": 1, "name": 2}"#,
        r#"{"n": 1, "name": 2}"#,
        r#"{"n": "1", "name": "2"}"#,
        r#"{"number": "x", "n": 2}"#,
    ] {
        let answer = raw_json(client.post("/open"), body).await;
        let error = &answer.json::<Value>()["detail"][0];
        let expected = "Value error, the key 'name' appears twice";
        assert_eq!(error["msg"], expected, "{body}");
    }
    assert_eq!(client.get("/open?n=2&name=1").await.text(), "1");
    client.stop().await;
}
