//! Numbers: floats to the last bit, integers of any length, decimals with all their digits.

use std::collections::BTreeMap;

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use rust_decimal::Decimal;

use crate::support::{errors, raw_json};

#[model]
struct Floats {
    double: f64,
    single: f32,
    any: Value,
    many: Vec<f64>,
}

#[model]
struct Lax {
    double: f64,
    count: i32,
}

#[model]
struct Singles {
    #[field(ge = 0.1, le = 0.3)]
    bounded: Option<f32>,
    #[field(multiple_of = 0.1)]
    step: Option<f32>,
}

#[model]
struct Long {
    u: Option<u128>,
    i: Option<i128>,
    d: Option<Decimal>,
    any: Option<Value>,
    #[field(default)]
    n: i32,
}

#[model(strict)]
struct Strict {
    n: i32,
    big: u128,
}

#[post("/floats")]
async fn floats(it: Floats) -> Floats {
    it
}

#[post("/lax")]
async fn lax(it: Lax) -> Lax {
    it
}

#[post("/singles")]
async fn singles(it: Singles) -> Singles {
    it
}

#[post("/long")]
async fn long(it: Long) -> Long {
    it
}

#[post("/strict")]
async fn strict(it: Strict) -> Strict {
    it
}

#[post("/any")]
async fn any(#[body] it: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    it
}

#[get("/double")]
async fn double(q: f64, #[header] h: f64) -> [f64; 2] {
    [q, h]
}

#[get("/single")]
async fn single(#[query(le = 0.3)] q: f32) -> f32 {
    q
}

#[get("/long")]
async fn long_query(u: Option<u128>, i: Option<i128>, d: Option<Decimal>) -> Long {
    let (any, n) = (None, 0);
    Long { u, i, d, any, n }
}

#[post("/form")]
async fn form(#[form] f: f64, #[form] d: Decimal) -> (f64, Decimal) {
    (f, d)
}

fn app() -> App {
    App::new("Numbers", "1").routes(routes![
        floats, lax, singles, long, strict, any, double, single, long_query, form
    ])
}

/// Numbers that a parser gets wrong if it multiplies and rounds twice.
const HARD: [&str; 8] = [
    "92.23157477210117",
    "0.9060533899665183",
    "9007199254740991.0",
    "337.83147282794969",
    "5e-324",
    "2.2250738585072011e-308",
    "1.7976931348623157e308",
    "0.1000000000000000055511151231257827021181583404541015625",
];

#[tokio::test]
async fn floats_are_read_exactly() {
    let client = TestClient::start(app()).await;
    for text in HARD {
        let expected: f64 = text.parse().unwrap();
        let body = format!(r#"{{"double":{text},"single":0.5,"any":[{text}],"many":[{text}]}}"#);
        let answer = raw_json(client.post("/floats"), body).await;
        let found: Value = answer.json();
        for found in [&found["double"], &found["any"][0], &found["many"][0]] {
            assert_eq!(found.as_f64(), Some(expected), "{text}: {}", answer.text());
        }
        // A quoted number takes the error walk.
        for written in [text.to_owned(), format!("\"{text}\"")] {
            let body = format!(r#"{{"double":{written},"count":"1"}}"#);
            let answer = raw_json(client.post("/lax"), body).await;
            assert_eq!(
                answer.json::<Value>()["double"].as_f64(),
                Some(expected),
                "{written}"
            );
        }
        let answer = client
            .get(&format!("/double?q={text}"))
            .header("h", text)
            .await;
        assert_eq!(answer.json::<[f64; 2]>(), [expected; 2], "{text}");
        let form = format!("f={text}&d=1");
        let request = client
            .post("/form")
            .header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(
            request.body(form).await.json::<(f64, Decimal)>().0,
            expected,
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_32_bit_float_holds_the_value_or_rejects_it() {
    let client = TestClient::start(app()).await;
    // The second is just above the midpoint of two 32-bit floats.
    for text in [
        "0.1",
        "1.0000000596046447753906250000000001",
        "3.4028235e38",
        "1e-45",
    ] {
        for written in [text.to_owned(), format!("\"{text}\"")] {
            let body = format!(r#"{{"double":1,"single":{written},"any":0,"many":[]}}"#);
            let answer = raw_json(client.post("/floats"), body).await;
            let found = answer.json::<Value>()["single"].to_string();
            assert_eq!(found.parse::<f32>(), text.parse::<f32>(), "{written}");
        }
    }
    for text in ["1e39", "-1e39", "\"1e39\"", "\"inf\""] {
        let body = format!(r#"{{"double":1,"single":{text},"any":0,"many":[]}}"#);
        let answer = raw_json(client.post("/floats"), body).await;
        assert_eq!(
            errors(&answer),
            json!([["finite_number", ["body", "single"]]]),
            "{text}"
        );
    }
    let answer = client.get("/single?q=-1e39").await;
    assert_eq!(errors(&answer), json!([["finite_number", ["query", "q"]]]));
}

#[tokio::test]
async fn a_32_bit_float_is_compared_as_such() {
    let client = TestClient::start(app()).await;
    let cases = [
        ("bounded", "0.1", None),
        ("bounded", "0.3", None),
        ("bounded", "\"0.3\"", None),
        ("bounded", "0.30000001", None),
        ("bounded", "0.30000004", Some("less_than_equal")),
        ("bounded", "0.09999999", Some("greater_than_equal")),
        ("step", "0.3", None),
        ("step", "\"0.7\"", None),
        ("step", "100000.1", None),
        ("step", "0.35", Some("multiple_of")),
    ];
    for (field, text, expected) in cases {
        let answer = raw_json(client.post("/singles"), format!(r#"{{"{field}":{text}}}"#)).await;
        match expected {
            None => assert_eq!(answer.status(), 200, "{field} {text} {}", answer.text()),
            Some(kind) => assert_eq!(errors(&answer), json!([[kind, ["body", field]]]), "{text}"),
        }
    }
    assert_eq!(client.get("/single?q=0.3").await.text(), "0.3");
    let answer = client.get("/single?q=0.4").await;
    assert_eq!(
        errors(&answer),
        json!([["less_than_equal", ["query", "q"]]])
    );
}

#[tokio::test]
async fn integers_of_128_bits_keep_their_digits() {
    let client = TestClient::start(app()).await;
    let numbers = [
        ("u", "18446744073709551616"),
        ("u", "340282366920938463463374607431768211455"),
        ("i", "-9223372036854775809"),
        ("i", "-170141183460469231731687303715884105728"),
        ("i", "170141183460469231731687303715884105727"),
    ];
    for (field, digits) in numbers {
        // The number alone, beside a value that is coerced, and in quotes.
        for body in [
            format!(r#"{{"{field}":{digits}}}"#),
            format!(r#"{{"{field}":{digits},"n":"0"}}"#),
            format!(r#"{{"{field}":"{digits}"}}"#),
            format!(r#"{{"{field}":" +{digits}.0 "}}"#).replace("+-", "-"),
        ] {
            let answer = raw_json(client.post("/long"), body.clone()).await;
            let expected = format!(r#""{field}":{digits}"#);
            assert!(
                answer.text().contains(&expected),
                "{body}: {}",
                answer.text()
            );
        }
        let answer = client.get(&format!("/long?{field}={digits}")).await;
        assert!(answer.text().contains(digits), "{}", answer.text());
    }
    let beyond = [
        (
            "u",
            "340282366920938463463374607431768211456",
            "less_than_equal",
        ),
        ("u", "-1", "greater_than_equal"),
        (
            "i",
            "170141183460469231731687303715884105728",
            "less_than_equal",
        ),
        (
            "i",
            "-170141183460469231731687303715884105729",
            "greater_than_equal",
        ),
    ];
    for (field, digits, kind) in beyond {
        for written in [digits.to_owned(), format!("\"{digits}\"")] {
            let answer =
                raw_json(client.post("/long"), format!(r#"{{"{field}":{written}}}"#)).await;
            assert_eq!(
                errors(&answer),
                json!([[kind, ["body", field]]]),
                "{}",
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn the_greatest_128_bit_integer_is_named_exactly() {
    let client = TestClient::start(app()).await;
    let too_large = "340282366920938463463374607431768211456";
    let in_query = client.get(&format!("/long?u={too_large}")).await;
    let in_body = raw_json(client.post("/long"), format!(r#"{{"u":{too_large}}}"#)).await;
    for answer in [in_query, in_body] {
        assert_eq!(
            answer.json::<Value>()["detail"][0]["msg"],
            format!("Input should be less than or equal to {}", u128::MAX)
        );
    }
}

#[tokio::test]
async fn a_float_is_a_decimal_as_python_writes_it() {
    let client = TestClient::start(app()).await;
    for (sent, expected) in [
        ("1.0", "1.0"),
        ("-10.0", "-10.0"),
        ("1e2", "100.0"),
        ("1.10", "1.1"),
        ("999999999999999.0", "999999999999999.0"),
        ("100", "100"),
        ("1e16", "10000000000000000"),
    ] {
        for n in ["0", "\"0\""] {
            let body = format!(r#"{{"d":{sent},"any":{sent},"n":{n}}}"#);
            let answer = raw_json(client.post("/long"), body).await;
            let found: Value = answer.json();
            assert_eq!(found["d"], expected, "{sent}");
            assert!(found["any"].is_number(), "{sent}");
        }
    }
}

#[tokio::test]
async fn decimals_keep_their_digits_or_are_rejected() {
    let client = TestClient::start(app()).await;
    let good = [
        ("18446744073709551617", "18446744073709551617"),
        ("99999999999999999999", "99999999999999999999"),
        (
            "-79228162514264337593543950335",
            "-79228162514264337593543950335",
        ),
        (
            "\"79228162514264337593543950335\"",
            "79228162514264337593543950335",
        ),
        ("\"1.50\"", "1.50"),
        (
            "\"0.1234567890123456789012345678\"",
            "0.1234567890123456789012345678",
        ),
        ("1e20", "100000000000000000000"),
        ("0.1", "0.1"),
        (
            "\"1.5000000000000000000000000000000000\"",
            "1.5000000000000000000000000000",
        ),
    ];
    for (sent, expected) in good {
        for n in ["0", "\"0\""] {
            let answer = raw_json(client.post("/long"), format!(r#"{{"d":{sent},"n":{n}}}"#)).await;
            assert_eq!(
                answer.json::<Value>()["d"],
                expected,
                "{sent}: {}",
                answer.text()
            );
        }
        let sent = sent.trim_matches('"');
        let answer = client.get(&format!("/long?d={sent}")).await;
        assert_eq!(
            answer.json::<Value>()["d"],
            expected,
            "{sent}: {}",
            answer.text()
        );
    }
    let bad = [
        ("79228162514264337593543950336", "less_than_equal"),
        ("-1e30", "greater_than_equal"),
        (
            "\"1111111111111111111111111111111111111111\"",
            "less_than_equal",
        ),
        (
            "\"0.1234567890123456789012345678901234567890\"",
            "decimal_max_places",
        ),
        (
            "\"1234567890123456789.1234567890123456\"",
            "decimal_max_digits",
        ),
        ("1e-30", "decimal_max_places"),
    ];
    for (sent, kind) in bad {
        let answer = raw_json(client.post("/long"), format!(r#"{{"d":{sent}}}"#)).await;
        assert_eq!(
            errors(&answer),
            json!([[kind, ["body", "d"]]]),
            "{sent}: {}",
            answer.text()
        );
        let answer = client
            .get(&format!("/long?d={}", sent.trim_matches('"')))
            .await;
        assert_eq!(
            errors(&answer),
            json!([[kind, ["query", "d"]]]),
            "{sent}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_value_keeps_its_numbers_or_rejects_them() {
    let client = TestClient::start(app()).await;
    for kept in [
        "18446744073709551615",
        "-9223372036854775808",
        "1e300",
        "1e-300",
        "0.1",
    ] {
        let answer = raw_json(client.post("/any"), format!(r#"{{"a":{{"b":[{kept}]}}}}"#)).await;
        let found: Value = answer.json();
        let expected: Value = serde_json::from_str(kept).unwrap();
        assert_eq!(found["a"]["b"][0], expected, "{}", answer.text());
    }
    let answer = raw_json(
        client.post("/any"),
        r#"{"a":{"b":[1,18446744073709551616]},"c":1e30}"#,
    )
    .await;
    assert_eq!(
        errors(&answer),
        json!([["int_parsing_size", ["body", "a", "b", 1]]])
    );
    let answer = raw_json(client.post("/long"), r#"{"any":-9223372036854775809}"#).await;
    assert_eq!(
        errors(&answer),
        json!([["int_parsing_size", ["body", "any"]]])
    );
    // No field reads it here.
    let answer = raw_json(client.post("/long"), r#"{"other":18446744073709551616}"#).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_strict_model_rejects_a_float_for_an_integer() {
    let client = TestClient::start(app()).await;
    let answer = raw_json(
        client.post("/strict"),
        r#"{"n":1,"big":18446744073709551616}"#,
    )
    .await;
    assert_eq!(answer.text(), r#"{"n":1,"big":18446744073709551616}"#);
    for n in ["1.0", "1e2", "\"1\"", "true"] {
        let answer = raw_json(client.post("/strict"), format!(r#"{{"n":{n},"big":1}}"#)).await;
        assert_eq!(errors(&answer), json!([["int_type", ["body", "n"]]]), "{n}");
    }
}
