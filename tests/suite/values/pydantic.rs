//! Pydantic 2.14 and fastrs read scalars alike, row by row.
//!
//! The rows come from Pydantic itself, from thousands of texts near what each type reads. The file contains a few for
//! each kind of result. A row is `[type, JSON, result]` or `[type, JSON, error type, message]`.
//! `docs/coming-from-fastapi.md` lists the deliberate differences.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use fastrs::Value;
use fastrs::prelude::*;
use fastrs::testing::{TestClient, TestResponse};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support::raw_json;

macro_rules! scalars {
    ($($name:ident: $type:ty, $whole:literal, $embedded:literal, $query:literal;)*) => {
        $(
            mod $name {
                use super::*;

                #[model]
                pub(super) struct Body {
                    v: $type,
                }

                #[post($whole)]
                pub(super) async fn whole(body: Body) -> $type {
                    body.v
                }

                #[post($embedded)]
                pub(super) async fn embedded(#[body(embed)] v: $type) -> $type {
                    v
                }

                #[get($query)]
                pub(super) async fn query(v: $type) -> $type {
                    v
                }
            }
        )*

        fn app() -> App {
            let mut app = App::new("Scalars", "1");
            $(app = app.routes(routes![$name::whole, $name::embedded, $name::query]);)*
            app
        }
    };
}

scalars! {
    date: NaiveDate, "/whole/date", "/embedded/date", "/query/date";
    time: NaiveTime, "/whole/time", "/embedded/time", "/query/time";
    naive: NaiveDateTime, "/whole/naive", "/embedded/naive", "/query/naive";
    aware: DateTime<FixedOffset>, "/whole/aware", "/embedded/aware", "/query/aware";
    duration: Duration, "/whole/duration", "/embedded/duration", "/query/duration";
    decimal: Decimal, "/whole/decimal", "/embedded/decimal", "/query/decimal";
    identifier: Uuid, "/whole/uuid", "/embedded/uuid", "/query/uuid";
    bool: bool, "/whole/bool", "/embedded/bool", "/query/bool";
    int: i64, "/whole/int", "/embedded/int", "/query/int";
    float: f64, "/whole/float", "/embedded/float", "/query/float";
    email: EmailStr, "/whole/email", "/embedded/email", "/query/email";
    url: Url, "/whole/url", "/embedded/url", "/query/url";
}

fn rows() -> Vec<Vec<String>> {
    serde_json::from_str(include_str!("../../golden/pydantic_scalars.json")).unwrap()
}

/// Returns whether the response matches its row.
fn is_as_expected(answer: &TestResponse, kind: &str, expected: &[String]) -> bool {
    let body: Value = answer.json();
    match expected {
        [kind, message] if answer.status() == 422 => {
            let error = &body["detail"][0];
            error["type"] == **kind && error["msg"] == **message
        }
        [value] if answer.status() == 200 => match ["time", "naive", "aware"].contains(&kind) {
            true => without_trailing_zeros(answer.text()) == *value,
            false => serde_json::from_str::<Value>(value).is_ok_and(|value| value == body),
        },
        _ => false,
    }
}

/// Python writes microseconds, without trailing zeros.
fn without_trailing_zeros(text: String) -> String {
    let Some((head, tail)) = text.split_once('.') else {
        return text.replace("+00:00\"", "Z\"");
    };
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    let fraction = tail[..digits.min(6)].trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{head}{point}{fraction}{}", &tail[digits..]).replace("+00:00\"", "Z\"")
}

#[tokio::test]
async fn scalars_are_read_as_pydantic_reads_them() {
    let client = TestClient::start(app()).await;
    let mut wrong = Vec::new();
    for row in rows() {
        let [kind, sent, expected @ ..] = &row[..] else {
            panic!("{row:?}");
        };
        for way in ["whole", "embedded"] {
            let body = format!(r#"{{"v":{sent}}}"#);
            let answer = raw_json(client.post(&format!("/{way}/{kind}")), body).await;
            if !is_as_expected(&answer, kind, expected) {
                wrong.push(format!("{way} {row:?}: {}", answer.text()));
            }
        }
        // The same in a query, where every value is text and an empty one counts as missing.
        let Ok(Value::String(text)) = serde_json::from_str(sent) else {
            continue;
        };
        if text.is_empty() {
            continue;
        }
        let text: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = client.get(&format!("/query/{kind}?v={text}")).await;
        if !is_as_expected(&answer, kind, expected) {
            wrong.push(format!("query {row:?}: {}", answer.text()));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
