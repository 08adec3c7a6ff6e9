//! JSON in a form with files.

use fastrs::{
    FormLimits, Value, json,
    prelude::*,
    testing::TestClient,
};

use super::support::Form;
use crate::support::errors;

#[model]
struct Crop {
    #[field(ge = 1)]
    width: u32,
}

#[post("/blob", form_limits = FormLimits::new().max_part_size(2048).max_files(0))]
async fn blob(#[form] crop: Json<Crop>) -> u32 {
    crop.width
}

#[post("/document")]
async fn document(#[file(content_types = ["application/json"])] file: UploadFile) -> u64 {
    file.size()
}

#[post("/together")]
async fn together(
    #[file(min_items = 2)] pages: Vec<UploadFile>,
    #[form] crop: Json<Crop>,
    cover: UploadFile,
) -> Value {
    json!([pages.len(), crop.width, cover.size()])
}

async fn client() -> TestClient {
    let routes = routes![blob, document, together];
    TestClient::start(App::new("Refusals", "1").routes(routes)).await
}

#[tokio::test]
async fn of_json_are_those_of_a_field_even_with_a_file_name() {
    let client = client().await;
    let of = |length: usize| {
        let json = r#"{"width": 3"#.to_owned();
        let json = json + &" ".repeat(length - 12) + "}";
        Form::new().typed("crop", "blob", "application/json", json)
    };
    assert_eq!(of(2048).post(&client, "/blob").await.json::<u32>(), 3);
    let answer = of(2049).post(&client, "/blob").await;
    assert_eq!(answer.status(), 400);
    let detail = &answer.json::<Value>()["detail"];
    assert_eq!(detail, "Part exceeded maximum size of 2KB.");
    let file = Form::new().typed("file", "f", "application/json", "{}");
    let answer = file.post(&client, "/document").await;
    assert_eq!(answer.json::<u64>(), 2, "a file");
    // The default.
    assert_eq!(of(1 << 20).post(&client, "/together").await.status(), 422);
    let answer = of((1 << 20) + 1).post(&client, "/together").await;
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn of_json_are_listed_with_those_of_files() {
    let client = client().await;
    let pages = json!(["too_short", ["body", "pages"]]);
    let cover = json!(["missing", ["body", "cover"]]);
    let one = || Form::new().file("pages", "p", "1");
    for (json, error) in [
        ("{", json!(["json_invalid", ["body", "crop"]])),
        ("{}", json!(["missing", ["body", "crop", "width"]])),
        (
            r#"{"width": 0}"#,
            json!(["greater_than_equal", ["body", "crop", "width"]]),
        ),
        (
            r#"{"width": "x"}"#,
            json!(["int_parsing", ["body", "crop", "width"]]),
        ),
        ("", json!(["missing", ["body", "crop"]])),
    ] {
        let answer = one().field("crop", json).post(&client, "/together").await;
        assert_eq!(errors(&answer), json!([pages, error, cover]), "{json}");
        let form = one().field("crop", json).field("cover", "text");
        let answer = form.post(&client, "/together").await;
        let text = json!(["value_error", ["body", "cover"]]);
        assert_eq!(errors(&answer), json!([pages, error, text]), "{json}");
    }
}
