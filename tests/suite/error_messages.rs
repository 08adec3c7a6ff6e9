//! Messages about errors that only a type itself can detect, and bodies that begin with a byte order mark.

use fastrs::{Value, prelude::*, testing::TestClient};
use serde::{Deserialize, Deserializer, de::Error};

use crate::support::raw_json;

fn odd<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    match u8::deserialize(deserializer)? {
        number if number % 2 == 1 => Ok(number),
        0 => Err(D::Error::invalid_value(
            serde::de::Unexpected::Unsigned(0),
            &"u8",
        )),
        _ => Err(D::Error::custom("not an odd number")),
    }
}

#[model]
struct Numbers {
    #[serde(deserialize_with = "odd")]
    #[schemars(with = "u8")]
    odd: u8,
    #[field(default)]
    pairs: Vec<(u8, u8)>,
}

#[post("/numbers")]
async fn numbers(numbers: Numbers) -> u8 {
    numbers.pairs.iter().map(|(a, b)| a + b).sum::<u8>() + numbers.odd
}

#[model]
struct Change {
    odd: u8,
}

#[patch("/numbers")]
async fn change(change: Partial<Change>) -> bool {
    change.is_sent("odd")
}

async fn ask(method: &str, body: &str) -> (u16, Value) {
    let client = TestClient::start(App::new("Words", "1").routes(routes![numbers, change])).await;
    let request = match method {
        "POST" => client.post("/numbers"),
        _ => client.patch("/numbers"),
    };
    let answer = raw_json(request, body.to_owned()).await;
    (answer.status().as_u16(), answer.json())
}

#[tokio::test]
async fn a_message_of_the_type_itself_is_passed_on_and_serdes_is_not() {
    for (body, message) in [
        (r#"{"odd": 4}"#, "Value error, not an odd number"),
        (r#"{"odd": 0}"#, "Value error, expected an integer"),
    ] {
        let (status, answer) = ask("POST", body).await;
        assert_eq!(
            (status, &answer["detail"][0]["msg"]),
            (422, &json!(message))
        );
        assert_eq!(answer["detail"][0]["loc"], json!(["body", "odd"]));
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let mark = '\u{feff}';
    for method in ["POST", "PATCH"] {
        assert_eq!(ask(method, &format!("{mark}{{\"odd\": 3}}")).await.0, 200);
        let (status, answer) = ask(method, &format!("{mark}{{\"odd\": }}")).await;
        assert_eq!(
            (status, &answer["detail"][0]["type"]),
            (422, &json!("json_invalid"))
        );
        assert_eq!(answer["detail"][0]["loc"], json!(["body", 8]));
        let (status, answer) = ask(method, &format!("{mark}{mark}{{}}")).await;
        assert_eq!(
            (status, &answer["detail"][0]["loc"]),
            (422, &json!(["body", 0]))
        );
    }
}
