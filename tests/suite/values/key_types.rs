//! Maps by the types of their keys: what each key is read as, every wrong one reported as Pydantic reports it, and what
//! the document says of them, wherever the map is.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support::{document, errors};

#[model]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Color {
    Red,
    #[serde(alias = "lime")]
    Green,
    Blue,
}

/// A currency.
#[model]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Code(#[field(min_length = 3, max_length = 3)] String);

#[model]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank(#[field(ge = 1, le = 9)] u8);

#[model]
struct Prices {
    #[field(default)]
    days: BTreeMap<NaiveDate, i32>,
    #[field(default)]
    times: BTreeMap<NaiveTime, i32>,
    #[field(default)]
    moments: BTreeMap<NaiveDateTime, i32>,
    #[field(default)]
    amounts: BTreeMap<Decimal, i32>,
    #[field(default)]
    ids: BTreeMap<Uuid, i32>,
    #[field(default)]
    flags: BTreeMap<bool, i32>,
    #[field(default)]
    colors: BTreeMap<Color, i32>,
    #[field(default)]
    shades: BTreeMap<Color, BTreeMap<Color, i32>>,
    nested: Option<Vec<BTreeMap<String, BTreeMap<Rank, i32>>>>,
}

#[model]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Change {
    Set { prices: BTreeMap<Code, i32> },
    Days(Days),
}

#[model]
struct Days {
    id: u8,
    #[serde(flatten)]
    more: More,
}

#[model]
struct More {
    days: BTreeMap<NaiveDate, Vec<BTreeMap<Code, i32>>>,
}

#[post("/prices")]
async fn set_prices(prices: Prices) -> Prices {
    prices
}

#[post("/change")]
async fn change(change: Change) -> Change {
    change
}

#[post("/codes")]
async fn codes(codes: BTreeMap<Code, i32>) -> BTreeMap<Code, i32> {
    codes
}

#[post("/ranks")]
async fn ranks(#[body(embed)] days: Vec<BTreeMap<NaiveDate, i32>>) -> usize {
    days.len()
}

fn app() -> App {
    App::new("Keys", "1").routes(routes![set_prices, change, codes, ranks])
}

#[tokio::test]
async fn keys_are_converted_as_values_are() {
    let client = TestClient::start(app()).await;
    for (field, key, read) in [
        ("days", "2024-01-02T00:00:00", "2024-01-02"),
        ("days", "86400", "1970-01-02"),
        ("times", "12:30", "12:30:00"),
        ("moments", "2024-01-02 03:04", "2024-01-02T03:04:00"),
        ("amounts", " 1.50 ", "1.50"),
        (
            "ids",
            "936da01f9abd4d9d80c702af85c822a8",
            "936da01f-9abd-4d9d-80c7-02af85c822a8",
        ),
        ("flags", "yes", "true"),
        ("colors", "lime", "green"),
    ] {
        // The text for a number makes the body need a conversion in any case.
        for value in [json!(1), json!("1")] {
            let answer = client
                .post("/prices")
                .json(&json!({field: {key: value}}))
                .await;
            let expected = json!({read: 1});
            assert_eq!(
                answer.json::<Value>()[field],
                expected,
                "{field} {key}: {}",
                answer.text()
            );
        }
    }
    let nested = json!({"nested": [{"a": {" 7 ": 1}}]});
    let answer = client.post("/prices").json(&nested).await;
    assert_eq!(answer.json::<Value>()["nested"], json!([{"a": {"7": 1}}]));
}

#[tokio::test]
async fn keys_that_only_chrono_reads_are_rejected() {
    let client = TestClient::start(app()).await;
    for (path, sent) in [
        ("/prices", json!({"days": {"2024-1-2": 1}})),
        ("/prices", json!({"times": {"1:2": 1}})),
        (
            "/change",
            json!({"kind": "days", "id": 1, "days": {"2024-1-2": []}}),
        ),
        (
            "/change",
            json!({"id": 1, "days": {"2024-1-2": []}, "kind": "days"}),
        ),
    ] {
        let answer = client.post(path).json(&sent).await;
        assert_eq!(answer.status(), 422, "{sent}: {}", answer.text());
    }
}

#[tokio::test]
async fn wrong_keys_are_reported_with_everything_else() {
    let client = TestClient::start(app()).await;
    let sent = json!({
        "days": {"1": "y", "2024-13-01": 1, "x": 1}, "times": {"25:00": 1}, "moments": {"x": 1},
        "amounts": {"NaN": 1, "a": 1}, "ids": {"x": 1}, "flags": {"x": 1}, "colors": {"pink": 1},
        "nested": [{"a": {"10": 1, "x": 1}}]
    });
    let answer = client.post("/prices").json(&sent).await;
    let body: Value = answer.json();
    let found = body["detail"].as_array().unwrap().iter();
    let found: Vec<Value> = found
        .map(|error| json!([error["type"], error["loc"], error["msg"], error["input"]]))
        .collect();
    let key = |field: &str, key: &str, kind: &str, msg: &str| {
        json!([kind, ["body", field, key, "[key]"], msg, key])
    };
    let inexact = "Datetimes provided to dates should have zero time - e.g. be exact dates";
    let date = "Input should be a valid date or datetime, ";
    let integer = "Input should be a valid integer, unable to parse string as an integer";
    let expected = [
        key("days", "1", "date_from_datetime_inexact", inexact),
        json!(["int_parsing", ["body", "days", "1"], integer, "y"]),
        key(
            "days",
            "2024-13-01",
            "date_from_datetime_parsing",
            &format!("{date}month value is outside expected range of 1-12"),
        ),
        key(
            "days",
            "x",
            "date_from_datetime_parsing",
            &format!("{date}input is too short"),
        ),
        key(
            "times",
            "25:00",
            "time_parsing",
            "Input should be in a valid time format, hour value is outside expected range of 0-23",
        ),
        key(
            "moments",
            "x",
            "datetime_from_date_parsing",
            "Input should be a valid datetime or date, input is too short",
        ),
        key(
            "amounts",
            "NaN",
            "finite_number",
            "Input should be a finite number",
        ),
        key(
            "amounts",
            "a",
            "decimal_parsing",
            "Input should be a valid decimal",
        ),
        key(
            "ids",
            "x",
            "uuid_parsing",
            "Input should be a valid UUID, invalid character: found `x` at 0",
        ),
        key(
            "flags",
            "x",
            "bool_parsing",
            "Input should be a valid boolean, unable to interpret input",
        ),
        key(
            "colors",
            "pink",
            "enum",
            "Input should be 'red', 'green' or 'blue'",
        ),
        json!([
            "less_than_equal",
            ["body", "nested", 0, "a", "10", "[key]"],
            "Input should be less than or equal to 9",
            "10"
        ]),
        json!([
            "int_parsing",
            ["body", "nested", 0, "a", "x", "[key]"],
            integer,
            "x"
        ]),
    ];
    assert_eq!(found, expected);
    for (path, sent, expected) in [
        (
            "/change",
            json!({"kind": "set", "prices": {"EURO": "x"}}),
            json!([
                [
                    "string_too_long",
                    ["body", "set", "prices", "EURO", "[key]"]
                ],
                ["int_parsing", ["body", "set", "prices", "EURO"]]
            ]),
        ),
        (
            "/change",
            json!({"kind": "days", "id": "x", "days": {"x": [{"EURO": 1}]}}),
            json!([
                ["int_parsing", ["body", "days", "id"]],
                [
                    "date_from_datetime_parsing",
                    ["body", "days", "days", "x", "[key]"]
                ],
                [
                    "string_too_long",
                    ["body", "days", "days", "x", 0, "EURO", "[key]"]
                ]
            ]),
        ),
        (
            "/codes",
            json!({"EURO": "x", "USD": 1}),
            json!([
                ["string_too_long", ["body", "EURO", "[key]"]],
                ["int_parsing", ["body", "EURO"]]
            ]),
        ),
        (
            "/ranks",
            json!({"days": [{"2024-01-02": "y", "x": 1}]}),
            json!([
                ["int_parsing", ["body", "days", 0, "2024-01-02"]],
                [
                    "date_from_datetime_parsing",
                    ["body", "days", 0, "x", "[key]"]
                ]
            ]),
        ),
    ] {
        let answer = client.post(path).json(&sent).await;
        assert_eq!(errors(&answer), expected, "{path}");
    }
}

#[tokio::test]
async fn the_document_describes_keys_wherever_the_map_is() {
    let document = document(app()).await;
    let names = |path: &str| {
        let schema = document.pointer(path).unwrap_or(&Value::Null);
        schema["propertyNames"].clone()
    };
    let code = json!({"minLength": 3, "maxLength": 3});
    let date = json!({"format": "date"});
    let components = "/components/schemas";
    let body =
        |path: &str| format!("/paths/~1{path}/post/requestBody/content/application~1json/schema");
    for (path, expected) in [
        (
            format!("{components}/Prices-Input/properties/days"),
            date.clone(),
        ),
        (
            format!("{components}/ChangeSet/properties/prices"),
            code.clone(),
        ),
        (
            format!("{components}/ChangeDays/properties/days"),
            date.clone(),
        ),
        (
            format!("{components}/ChangeDays/properties/days/additionalProperties/items"),
            code.clone(),
        ),
        (body("codes"), code.clone()),
        (
            "/paths/~1codes/post/responses/200/content/application~1json/schema".to_owned(),
            code,
        ),
    ] {
        assert_eq!(names(&path), expected, "{path}\n{document:#}");
    }
    let shades = format!("{components}/Prices-Input/properties/shades/additionalProperties");
    assert_eq!(document.pointer(&shades), Some(&json!(false)));
    assert!(!document.to_string().contains("x-fastrs"));
}

#[tokio::test]
async fn in_fastapis_dialect_the_variants_of_an_enum_are_names_of_keys() {
    let document = document(app().fastapi_documents()).await;
    let shades = "/components/schemas/Prices-Input/properties/shades";
    let shades = document.pointer(shades).unwrap_or(&Value::Null);
    let names = json!({"enum": ["red", "green", "blue"]});
    assert_eq!(shades["propertyNames"], names, "{document:#}");
    let inner = &shades["additionalProperties"];
    assert_eq!(inner["propertyNames"], names, "{shades}");
    assert_eq!(inner["additionalProperties"]["type"], "integer");
    assert_eq!(shades.get("properties"), None);
}
