//! Lists and repeated names, as FastAPI reads them from each location.

use std::collections::BTreeSet;

use fastrs::prelude::*;
use fastrs::testing::{TestClient, TestResponse};
use fastrs::{Value, json};

use crate::support::errors;

#[model]
struct Filter {
    #[field(default)]
    tags: Vec<String>,
    ids: Option<Vec<i64>>,
    words: Option<BTreeSet<String>>,
    q: Option<String>,
}

#[get("/query")]
async fn query(
    ids: Option<Vec<i64>>,
    n: Option<i64>,
    #[query(default)] tags: Vec<String>,
) -> Value {
    json!([ids, n, tags])
}

#[get("/pair")]
async fn pair(#[query] at: (i32, i32)) -> (i32, i32) {
    at
}

#[get("/query-model")]
async fn query_model(#[query] it: Filter) -> Filter {
    it
}

#[post("/form")]
async fn form(#[form] tags: Vec<String>, #[form] ids: Option<Vec<i64>>) -> Value {
    json!([tags, ids])
}

#[post("/form-set")]
async fn form_set(#[form] words: BTreeSet<String>) -> BTreeSet<String> {
    words
}

#[post("/form-scalar")]
async fn form_scalar(#[form] q: String, #[form] n: Option<i64>) -> Value {
    json!([q, n])
}

#[post("/form-model")]
async fn form_model(#[form] it: Filter) -> Filter {
    it
}

#[get("/header")]
async fn header(#[header] x: Option<String>, #[header] xs: Option<Vec<String>>) -> Value {
    json!([x, xs])
}

#[get("/header-model")]
async fn header_model(#[header] it: Filter) -> Filter {
    it
}

#[get("/cookie")]
async fn cookie(#[cookie] x: Option<String>) -> Option<String> {
    x
}

fn app() -> App {
    App::new("Lists", "1").routes(routes![
        query,
        pair,
        query_model,
        form,
        form_set,
        form_scalar,
        form_model,
        header,
        header_model,
        cookie
    ])
}

/// Returns the body of a 200, or the errors.
fn shown(answer: &TestResponse) -> Value {
    match answer.status().as_u16() {
        200 => answer.json(),
        _ => errors(answer),
    }
}

fn filter(tags: Value, ids: Value, words: Value, q: Value) -> Value {
    json!({ "tags": tags, "ids": ids, "words": words, "q": q })
}

#[tokio::test]
async fn lists_in_a_query_are_read_as_fastapi_reads_them() {
    let client = TestClient::start(app()).await;
    let wrong = |at: usize| json!([["int_parsing", ["query", "ids", at]]]);
    let null = Value::Null;
    let cases = [
        ("/query?ids=1&ids=", wrong(1)),
        ("/query?ids=&ids=1", wrong(0)),
        ("/query?ids=1&ids=2", json!([[1, 2], null, []])),
        ("/query?tags=", json!([null, null, [""]])),
        ("/query?tags=a&tags=", json!([null, null, ["a", ""]])),
        ("/query?n=&n=1", json!([null, 1, []])),
        ("/pair?at=1&at=2", json!([1, 2])),
        (
            "/pair?at=1&at=2&at=3",
            json!([["too_long", ["query", "at"]]]),
        ),
        ("/pair?at=1", json!([["missing", ["query", "at", 1]]])),
        // Where FastAPI reports an error, fastrs treats the field as not filled in.
        ("/query?ids=&n=", json!([null, null, []])),
        ("/query-model?ids=1&ids=", wrong(1)),
        (
            "/query-model?tags=a&tags=&q=a&q=b&words=&words=x",
            filter(json!(["a", ""]), null.clone(), json!(["", "x"]), json!("b")),
        ),
    ];
    for (path, expected) in cases {
        assert_eq!(shown(&client.get(path).await), expected, "{path}");
    }
}

#[tokio::test]
async fn lists_in_a_form_are_read_as_fastapi_reads_them() {
    let client = TestClient::start(app()).await;
    let null = Value::Null;
    let missing = |name: &str| json!([["missing", ["body", name]]]);
    let cases = [
        ("/form", "tags=a&tags=", json!([["a", ""], null])),
        ("/form", "tags=", json!([[""], null])),
        (
            "/form",
            "tags=&tags=a&ids=1&ids=2",
            json!([["", "a"], [1, 2]]),
        ),
        ("/form", "ids=1", missing("tags")),
        (
            "/form",
            "tags=a&ids=1&ids=",
            json!([["int_parsing", ["body", "ids", 1]]]),
        ),
        ("/form-set", "words=a&words=", json!(["", "a"])),
        ("/form-scalar", "q=", missing("q")),
        ("/form-scalar", "q=a&q=", missing("q")),
        ("/form-scalar", "q=&q=a&n=", json!(["a", null])),
        (
            "/form-model",
            "tags=a&tags=&words=&q=",
            filter(json!(["a", ""]), null.clone(), json!([""]), null.clone()),
        ),
        (
            "/form-model",
            "tags=",
            filter(json!([""]), null.clone(), null.clone(), null.clone()),
        ),
        (
            "/form-model",
            "ids=1&ids=",
            json!([["int_parsing", ["body", "ids", 1]]]),
        ),
    ];
    for (path, body, expected) in cases {
        let request = client
            .post(path)
            .header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(shown(&request.body(body).await), expected, "{path} {body}");
    }
}

#[tokio::test]
async fn lists_in_headers_and_cookies_are_read_as_fastapi_reads_them() {
    let client = TestClient::start(app()).await;
    let null = Value::Null;
    let answer = client
        .get("/header")
        .header("x", "a")
        .header("x", "b")
        .await;
    assert_eq!(shown(&answer), json!(["a", null]));
    let answer = client
        .get("/header")
        .header("xs", "a")
        .header("xs", "b, c")
        .await;
    assert_eq!(shown(&answer), json!([null, ["a", "b, c"]]));
    let request = client
        .get("/header-model")
        .header("q", "a")
        .header("q", "b");
    let answer = request.header("tags", "a").header("tags", "").await;
    let expected = filter(json!(["a", ""]), null.clone(), null.clone(), json!("a"));
    assert_eq!(shown(&answer), expected);
    let answer = client
        .get("/header-model")
        .header("ids", "1")
        .header("ids", "")
        .await;
    assert_eq!(
        shown(&answer),
        json!([["int_parsing", ["header", "ids", 1]]])
    );
    let answer = client.get("/cookie").header("cookie", "x=a; x=b").await;
    assert_eq!(shown(&answer), json!("b"));
}

/// As in Pydantic, which adds items to the set as it reads them.
#[tokio::test]
async fn a_set_with_too_many_items_reports_nothing_else() {
    #[model]
    struct Numbers {
        #[field(max_items = 3)]
        numbers: BTreeSet<i64>,
    }

    #[post("/numbers")]
    async fn numbers(numbers: Numbers) -> usize {
        numbers.numbers.len()
    }

    let client = TestClient::start(App::new("Numbers", "1").routes(routes![numbers])).await;
    for (sent, expected) in [
        (
            json!([null, 1, 2, 3, 4, "x"]),
            json!([["too_long", ["body", "numbers"]]]),
        ),
        (
            json!([null, 1, "1", 2, 3, "x"]),
            json!([
                ["int_type", ["body", "numbers", 0]],
                ["int_parsing", ["body", "numbers", 5]]
            ]),
        ),
    ] {
        let answer = client
            .post("/numbers")
            .json(&json!({"numbers": sent}))
            .await;
        assert_eq!(errors(&answer), expected, "{sent}");
    }
    let sent = json!({"numbers": [1, "1", 1.0, 2, 3, 3]});
    assert_eq!(client.post("/numbers").json(&sent).await.text(), "3");
    client.stop().await;
}
