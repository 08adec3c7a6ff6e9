//! Code that looks like a mistake but works.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use serde_json::json;

#[serde(rename_all = "camelCase")]
#[model]
struct Above {
    first_name: String,
}

#[serde(tag = "kind")]
#[model]
enum Tagged {
    Cat { lives: u8 },
    Dog { name: String },
}

/// Durations as text, in whole seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{} s", duration.as_secs()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(from)?;
        let seconds = text.trim_end_matches(" s").parse();
        seconds.map(Duration::from_secs).map_err(D::Error::custom)
    }
}

#[model]
struct Timed {
    #[serde(with = "seconds")]
    #[schemars(with = "String")]
    every: std::time::Duration,
    #[serde(with = "seconds", default)]
    #[schemars(with = "String")]
    after: std::time::Duration,
}

mod upper {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&text.to_uppercase())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        Ok(String::deserialize(from)?.to_lowercase())
    }
}

#[model]
struct Named {
    #[serde(with = "upper")]
    #[schemars(with = "String")]
    name: String,
}

#[post("/above")]
async fn above(item: Above) -> Above {
    item
}

#[post("/tagged")]
async fn tagged(item: Tagged) -> Tagged {
    item
}

#[post("/timed")]
async fn timed(item: Timed) -> Timed {
    item
}

#[post("/named")]
async fn named(item: Named) -> Named {
    item
}

#[get("/everywhere")]
async fn everywhere() -> u8 {
    1
}

#[get("/somewhere")]
async fn somewhere() -> u8 {
    2
}

fn app() -> App {
    App::new("Lenient", "1.0.0")
        .routes(routes![above, tagged, timed, named])
        .routes(routes![
            everywhere,
            #[cfg(test)]
            somewhere,
            #[cfg(not(test))]
            this_function_does_not_exist,
        ])
        .routes(routes![
            #[cfg(not(test))]
            nor_does_this_one,
        ])
}

#[tokio::test]
async fn serdes_attribute_may_be_above_model() {
    let client = TestClient::start(app()).await;
    let body = json!({ "firstName": "Rick" });
    let answer = client.post("/above").json(&body).await;
    assert_eq!(answer.json::<fastrs::Value>(), body);
    let body = json!({ "kind": "Dog", "name": "Rex" });
    let answer = client.post("/tagged").json(&body).await;
    assert_eq!(answer.json::<fastrs::Value>(), body);
    let body = json!({ "kind": "Cat", "lives": 9 });
    let answer = client.post("/tagged").json(&body).await;
    assert_eq!(answer.json::<fastrs::Value>(), body);
    client.stop().await;
}

#[tokio::test]
async fn a_module_may_read_and_write_a_field() {
    let client = TestClient::start(app()).await;
    let answer = client.post("/timed").json(&json!({ "every": "5 s" })).await;
    assert_eq!(
        answer.json::<fastrs::Value>(),
        json!({ "every": "5 s", "after": "0 s" })
    );
    let answer = client.post("/named").json(&json!({ "name": "RICK" })).await;
    assert_eq!(answer.json::<fastrs::Value>(), json!({ "name": "RICK" }));

    let document = client.get("/openapi.json").await.json::<fastrs::Value>();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Named"]["properties"]["name"]["type"], "string");
    assert_eq!(schemas["Named"]["required"], json!(["name"]));
    client.stop().await;
}

#[tokio::test]
async fn a_handler_may_be_listed_under_a_cfg() {
    let client = TestClient::start(app()).await;
    assert_eq!(client.get("/everywhere").await.json::<u8>(), 1);
    assert_eq!(client.get("/somewhere").await.json::<u8>(), 2);
    client.stop().await;
}
