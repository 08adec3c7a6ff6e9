//! Bodies whose shape is not the documented one: lists for objects, bodies without keys, keys that are invalid.

use std::collections::BTreeMap;

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{errors, raw_json};

#[model]
struct Size {
    width: u32,
    #[field(default)]
    height: u32,
}

#[model]
struct Crate {
    #[field(default)]
    size: Option<Size>,
    #[field(default)]
    parts: Vec<Size>,
    #[field(default)]
    named: BTreeMap<String, Size>,
    #[field(default)]
    pair: Option<(Size, u8)>,
}

#[model]
enum Shape {
    Square(Size),
    Line { length: u32 },
}

#[post("/size")]
async fn size(size: Size) -> u32 {
    size.width + size.height
}

#[post("/sizes")]
async fn sizes(sizes: Vec<Size>) -> usize {
    sizes.len()
}

#[post("/crate")]
async fn packed(of: Crate) -> Crate {
    of
}

#[patch("/size")]
async fn sent(size: Partial<Size>) -> Partial<Size> {
    size
}

#[post("/shape")]
async fn shape(shape: Shape) -> Shape {
    shape
}

#[post("/several")]
async fn several(size: Size, other: Option<Size>, #[body(default = 3)] count: u8) -> Value {
    json!([size, other, count])
}

#[post("/optional")]
async fn optional(#[body(embed)] size: Option<Size>) -> Option<Size> {
    size
}

fn app() -> App {
    App::new("Shapes", "1").routes(routes![size, sizes, packed, sent, shape, several, optional])
}

#[tokio::test]
async fn a_list_is_not_an_object() {
    let client = TestClient::start(app()).await;
    let not_an_object = |loc: Value| json!([["model_attributes_type", loc]]);
    for (path, body, at) in [
        ("/size", json!([1, 2]), json!(["body"])),
        ("/size", json!([1]), json!(["body"])),
        ("/sizes", json!([[1, 2]]), json!(["body", 0])),
        ("/crate", json!([null, [], {}, null]), json!(["body"])),
        ("/crate", json!({"size": [1]}), json!(["body", "size"])),
        (
            "/crate",
            json!({"parts": [{"width": 1}, [1]]}),
            json!(["body", "parts", 1]),
        ),
        (
            "/crate",
            json!({"named": {"a": [1]}}),
            json!(["body", "named", "a"]),
        ),
        (
            "/crate",
            json!({"pair": [[1], 2]}),
            json!(["body", "pair", 0]),
        ),
        ("/shape", json!({"Square": [1]}), json!(["body", "Square"])),
        ("/shape", json!({"Line": [1]}), json!(["body", "Line"])),
        ("/several", json!({"size": [1, 2]}), json!(["body", "size"])),
        ("/optional", json!({"size": [1]}), json!(["body", "size"])),
    ] {
        let answer = client.post(path).json(&body).await;
        assert_eq!(errors(&answer), not_an_object(at), "{path} {body}");
    }
    let answer = client.patch("/size").json(&json!([1, 2])).await;
    assert_eq!(errors(&answer), not_an_object(json!(["body"])));

    let good = json!({
        "size": {"width": 1, "height": 0}, "parts": [{"width": 1, "height": 2}],
        "named": {"a": {"width": 3, "height": 4}}, "pair": [{"width": 5, "height": 6}, 7]
    });
    let answer = client.post("/crate").json(&good).await;
    assert_eq!(answer.json::<Value>(), good);
    let good = json!({"Line": {"length": 2}});
    let answer = client.post("/shape").json(&good).await;
    assert_eq!(answer.json::<Value>(), good);
}

#[tokio::test]
async fn a_body_that_is_not_an_object_has_no_keys() {
    let client = TestClient::start(app()).await;
    for body in ["5", "null", "[]", "\"size\"", "true"] {
        let answer = raw_json(client.post("/several"), body).await;
        assert_eq!(
            errors(&answer),
            json!([
                ["missing", ["body", "size"]],
                ["missing", ["body", "other"]],
                ["missing", ["body", "count"]]
            ]),
            "{body}"
        );
        let answer = raw_json(client.post("/optional"), body).await;
        assert_eq!(
            errors(&answer),
            json!([["missing", ["body", "size"]]]),
            "{body}"
        );
    }
    for (body, answers) in [("{}", "null"), ("", "null"), (r#"{"size":null}"#, "null")] {
        let answer = raw_json(client.post("/optional"), body).await;
        assert_eq!(answer.text(), answers, "{body}");
    }
}

#[tokio::test]
async fn broken_json_is_the_same_error_in_one_body_and_in_several() {
    let client = TestClient::start(app()).await;
    for body in [
        "{",
        "{\"size\":}",
        "{\"size\":1,}",
        "{} x",
        "\u{e9}",
        "[1,]",
        "{\"a\": \"x\ny\"}",
        "\u{feff}{",
    ] {
        let alone = raw_json(client.post("/size"), body).await;
        assert_eq!(alone.status(), 422, "{body}");
        for path in ["/several", "/optional"] {
            let answer = raw_json(client.post(path), body).await;
            assert_eq!(answer.text(), alone.text(), "{path} {body}");
        }
    }
}

#[model]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Side {
    Left,
    Right,
}

#[model]
struct Margins {
    sides: BTreeMap<Side, u8>,
    #[field(default)]
    more: Option<BTreeMap<Side, Size>>,
}

#[post("/margins")]
async fn margins(margins: Margins) -> Margins {
    margins
}

#[tokio::test]
async fn the_keys_of_a_map_are_those_of_its_enum() {
    let client = TestClient::start(App::new("Keys", "1").routes(routes![margins])).await;
    let bad = json!({"sides": {"left": "x", "top": "y"}, "more": {"up": {"width": -1}}});
    let answer = client.post("/margins").json(&bad).await;
    assert_eq!(
        errors(&answer),
        json!([
            ["int_parsing", ["body", "sides", "left"]],
            ["enum", ["body", "sides", "top", "[key]"]],
            ["int_parsing", ["body", "sides", "top"]],
            ["enum", ["body", "more", "up", "[key]"]],
            ["greater_than_equal", ["body", "more", "up", "width"]]
        ])
    );
    let detail = answer.json::<Value>()["detail"][1].clone();
    assert_eq!(detail["msg"], "Input should be 'left' or 'right'");
    assert_eq!(detail["input"], "top");

    let answer = client.post("/margins").json(&json!({"sides": 5})).await;
    assert_eq!(errors(&answer), json!([["dict_type", ["body", "sides"]]]));
    let lax = json!({"sides": {"right": "7"}});
    let answer = client.post("/margins").json(&lax).await;
    let expected = json!({"sides": {"right": 7}, "more": null});
    assert_eq!(answer.json::<Value>(), expected);
}

#[post("/signed")]
async fn signed(#[body] number: i64) -> i64 {
    number
}

#[tokio::test]
async fn an_integer_beyond_its_type_is_not_rounded_into_it() {
    let client = TestClient::start(App::new("Numbers", "1").routes(routes![signed])).await;
    for body in [
        "-9223372036854775809",
        "-9223372036854776000",
        "9223372036854775808",
        "1e300",
    ] {
        let answer = raw_json(client.post("/signed"), body).await;
        assert_eq!(answer.status(), 422, "{body}: {}", answer.text());
    }
    for body in ["-9223372036854775808", "9223372036854775807"] {
        let answer = raw_json(client.post("/signed"), body).await;
        assert_eq!(answer.text(), body);
    }
}

#[get("/away")]
async fn away(to: String) -> Redirect {
    Redirect::to(to)
}

#[tokio::test]
async fn a_location_is_percent_encoded() {
    let client = TestClient::start(App::new("Away", "1").routes(routes![away]))
        .await
        .follow_redirects(false);
    for (to, location) in [
        ("/é b?x=%C3%A9&y={1}", "/%C3%A9%20b?x=%C3%A9&y=%7B1%7D"),
        (
            "https://example.com/a,b;c?d=[1]#e",
            "https://example.com/a,b;c?d=[1]#e",
        ),
        ("/a\r\nset-cookie: b=c", "/a%0D%0Aset-cookie:%20b=c"),
    ] {
        let answer = client.get("/away").query(&[("to", to)]).await;
        assert_eq!(answer.status(), 307, "{to}");
        assert_eq!(answer.header("location"), Some(location), "{to}");
    }
}
