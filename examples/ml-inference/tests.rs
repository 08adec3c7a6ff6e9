//! The example's tests: the API, and whether tract agrees with onnxruntime.

use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::app::app;
use crate::config::Settings;
use crate::model::Model;
use crate::schemas::{ModelInfo, Prediction, Predictions, Species};

fn settings<const N: usize>(vars: [(&str, &str); N]) -> Settings {
    Settings::from_vars(vars).unwrap()
}

async fn client() -> TestClient {
    TestClient::start(app().provide::<Settings>(settings([]))).await
}

/// What onnxruntime predicts.
fn expected() -> Vec<Value> {
    serde_json::from_str(include_str!("penguins/expected.json")).unwrap()
}

#[track_caller]
fn assert_close(found: &Value, expected: &Value) {
    for species in ["adelie", "chinstrap", "gentoo"] {
        let (found, expected) = (
            found[species].as_f64().unwrap(),
            expected[species].as_f64().unwrap(),
        );
        assert!(
            (found - expected).abs() < 1e-5,
            "{species}: {found} instead of {expected}"
        );
    }
}

#[tokio::test]
async fn the_predictions_are_those_of_onnxruntime() {
    let client = client().await;
    let expected = expected();
    for penguin in &expected {
        let answer = client.post("/predict").json(&penguin["features"]).await;
        assert_eq!(answer.status(), 200, "{}", answer.text());
        assert_close(
            &answer.json::<Value>()["probabilities"],
            &penguin["probabilities"],
        );
    }
    let features: Vec<&Value> = expected
        .iter()
        .map(|penguin| &penguin["features"])
        .collect();
    let answer = client
        .post("/predict/batch")
        .json(&json!({ "penguins": features }))
        .await;
    let all: Value = answer.json();
    for (number, penguin) in expected.iter().enumerate() {
        assert_close(
            &all["predictions"][number]["probabilities"],
            &penguin["probabilities"],
        );
    }
}

#[tokio::test]
async fn requests_at_the_same_time_are_batches() {
    let client = client().await;
    let expected = expected();
    let requests = expected
        .iter()
        .map(|it| client.post("/predict").json(&it["features"]).send());
    let answers = futures_util::future::join_all(requests).await;
    for (answer, penguin) in answers.iter().zip(&expected) {
        assert_close(
            &answer.json::<Value>()["probabilities"],
            &penguin["probabilities"],
        );
    }
    let metrics = client.get("/metrics").await.text();
    // And one penguin before, to warm up.
    let sum = r#"fastrs_batch_size_sum{batcher="penguins"} 13"#;
    assert!(metrics.contains(sum), "{metrics}");
}

#[tokio::test]
async fn the_answer_names_the_species_and_the_version() {
    let client = client().await;
    let info: ModelInfo = client.get("/model").await.json();
    assert_eq!((&*info.name, info.classes.len()), ("penguins", 3));
    let penguin = json!({
        "bill_length_mm": 39.1, "bill_depth_mm": 18.7, "flipper_length_mm": 181, "body_mass_g": 3750,
    });
    let one: Prediction = client.post("/predict").json(&penguin).await.json();
    assert_eq!(
        (one.species, &one.model_version),
        (Species::Adelie, &info.version)
    );
    let two: Predictions = client
        .post("/predict/batch")
        .json(&json!({ "penguins": [penguin, penguin] }))
        .await
        .json();
    assert_eq!(two.predictions, [one.clone(), one]);
}

#[tokio::test]
async fn wrong_input_is_a_422_that_lists_every_mistake() {
    let client = client().await;
    let answer = client
        .post("/predict")
        .json(&json!({ "bill_length_mm": 3.9, "bill_depth_mm": "deep", "flipper_length_mm": 181 }))
        .await;
    assert_eq!(answer.status(), 422);
    let body: Value = answer.json();
    let found: Vec<_> = body["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["type"], &it["loc"]))
        .collect();
    assert_eq!(
        json!(found),
        json!([
            ["greater_than_equal", ["body", "bill_length_mm"]],
            ["float_parsing", ["body", "bill_depth_mm"]],
            ["missing", ["body", "body_mass_g"]]
        ])
    );
    let answer = client
        .post("/predict/batch")
        .json(&json!({ "penguins": [] }))
        .await;
    assert_eq!(answer.status(), 422);
}

#[tokio::test]
async fn the_model_is_warm_when_the_app_is_ready() {
    let client = client().await;
    assert_eq!(client.get("/readyz").await.status(), 200);
    let metrics = client.get("/metrics").await.text();
    let count = r#"fastrs_batch_size_count{batcher="penguins"} 1"#;
    assert!(metrics.contains(count), "{metrics}");
}

#[tokio::test]
async fn a_model_that_does_not_fit_is_a_startup_error() {
    for (onnx, problem) in [(&b"not a model"[..], ""), (b"", "the model has no version")] {
        let error = Model::load(onnx).err().unwrap();
        assert!(error.to_string().contains(problem), "{error}");
    }
    let absent = settings([("PENGUINS_MODEL", "/absent.onnx")]);
    let error = app()
        .provide::<Settings>(absent)
        .into_service()
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("/absent.onnx"), "{error}");
}

#[tokio::test]
async fn the_document_has_ranges_units_and_errors() {
    let document: Value = client().await.get("/openapi.json").await.json();
    let mass = &document["components"]["schemas"]["Penguin"]["properties"]["body_mass_g"];
    assert_eq!(
        (&mass["minimum"], &mass["maximum"]),
        (&json!(2000), &json!(7500))
    );
    let responses = &document["paths"]["/predict"]["post"]["responses"];
    for status in ["200", "422", "503"] {
        assert!(responses[status].is_object(), "{status}");
    }
}
