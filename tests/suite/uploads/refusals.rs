//! What a handler requires of a file holds however the file is sent, and a refusal hides no other error.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use fastrs::{
    FormLimits, Value, json,
    prelude::*,
    testing::{TestClient, TestResponse},
};
use futures_core::Stream;

use super::support::{Form, MULTIPART, post};
use crate::support::errors;

#[post("/image")]
async fn image(#[file(max_size = 5, content_types = ["image/*"])] image: Bytes) -> usize {
    image.len()
}

#[post("/notes")]
async fn notes(#[file(max_size = 5, max_items = 2)] notes: Vec<Bytes>) -> usize {
    notes.len()
}

#[post("/avatar")]
async fn avatar(#[file(content_types = ["image/*"])] avatar: UploadFile) -> u64 {
    avatar.size()
}

#[model]
struct Report {
    #[field(min_length = 3)]
    title: String,
    stars: u8,
    #[file(max_size = 5, content_types = ["text/*"], min_items = 3)]
    pages: Vec<UploadFile>,
}

#[model]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Sender {
    Person { name: String, age: u8 },
    Company { company: String },
}

#[model]
struct Crop {
    #[field(ge = 1)]
    width: u32,
}

/// Must not run if the form is not read to its end.
#[dependency]
async fn counted(#[form(default = false)] dry: bool) -> Result<bool> {
    match dry {
        true => Ok(true),
        false => Err(HttpError::new(418, "ran")),
    }
}

#[post("/report")]
async fn report(
    #[form] report: Report,
    #[form] sender: Option<Sender>,
    #[form] crop: Json<Crop>,
    #[form(default = 1, le = 9)] copies: u8,
    #[query(default = 1)] page: u8,
    #[depends(counted)] dry: bool,
) -> Value {
    let sender = match sender {
        Some(Sender::Person { name, age }) => json!([name, age]),
        Some(Sender::Company { company }) => json!(company),
        None => json!(null),
    };
    let Report {
        title,
        stars,
        pages,
    } = report;
    json!([
        title,
        stars,
        pages.len(),
        sender,
        crop.width,
        copies,
        page,
        dry
    ])
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
    let routes = routes![image, notes, avatar, report, blob, document, together];
    TestClient::start(App::new("Refusals", "1").routes(routes)).await
}

fn text(name: &str, content_type: &str, data: &str) -> Form {
    let disposition = format!("Content-Disposition: form-data; name=\"{name}\"");
    let content_type = format!("Content-Type: {content_type}");
    Form::new().part(&[&disposition, &content_type], data)
}

#[tokio::test]
async fn refusals_are_the_same_for_a_file_that_is_sent_as_text() {
    let client = client().await;
    let wrong_type = json!([["literal_error", ["body", "image", "content_type"]]]);
    let too_long = json!([["bytes_too_long", ["body", "image"]]]);
    let answer = Form::new().field("image", "1").post(&client, "/image");
    assert_eq!(errors(&answer.await), wrong_type);
    let answer = text("image", "text/plain", "1").post(&client, "/image");
    assert_eq!(errors(&answer.await), wrong_type);
    let answer = text("image", "image/png", "12345").post(&client, "/image");
    assert_eq!(answer.await.json::<usize>(), 5);
    let answer = text("image", "image/png", "123456").post(&client, "/image");
    assert_eq!(errors(&answer.await), too_long);
    let answer = client.post("/image").form(&[("image", "1")]).await;
    assert_eq!(errors(&answer), wrong_type);
    assert_eq!(
        answer.json::<Value>()["detail"],
        json!([{
            "type": "literal_error", "loc": ["body", "image", "content_type"],
            "msg": "Input should be 'image/*'", "input": null, "ctx": {"expected": "'image/*'"}
        }])
    );
    // An empty string is not a file, as in FastAPI.
    let missing = json!([["missing", ["body", "image"]]]);
    let answer = Form::new().field("image", "").post(&client, "/image");
    assert_eq!(errors(&answer.await), missing);
    let answer = client.post("/image").form(&[("image", "")]).await;
    assert_eq!(errors(&answer), missing);
}

#[tokio::test]
async fn refusals_name_the_file_of_a_list() {
    let client = client().await;
    let too_long = json!([["bytes_too_long", ["body", "notes", 1]]]);
    let form = Form::new().file("notes", "a", "1").field("notes", "123456");
    assert_eq!(errors(&form.post(&client, "/notes").await), too_long);
    let form = Form::new().field("notes", "1").field("notes", "");
    let form = form.field("notes", "123456");
    assert_eq!(errors(&form.post(&client, "/notes").await), too_long);
    let fields = [("notes", "1"), ("notes", ""), ("notes", "123456")];
    let answer = client.post("/notes").form(&fields).await;
    assert_eq!(errors(&answer), too_long);
    let form = Form::new().field("notes", "1").file("notes", "", "");
    let form = form.file("notes", "b", "123456");
    assert_eq!(errors(&form.post(&client, "/notes").await), too_long);
    let form = Form::new().field("notes", "1").field("notes", "12345");
    assert_eq!(form.post(&client, "/notes").await.json::<usize>(), 2);
}

#[tokio::test]
async fn refusals_are_the_same_for_a_file_without_a_name() {
    let client = client().await;
    let form = Form::new().typed("avatar", "", "text/plain", "content");
    assert_eq!(
        errors(&form.post(&client, "/avatar").await),
        json!([["literal_error", ["body", "avatar", "content_type"]]])
    );
    let form = Form::new().typed("avatar", "", "image/png", "content");
    assert_eq!(form.post(&client, "/avatar").await.json::<u64>(), 7);
    let form = Form::new().typed("avatar", "", "application/octet-stream", "");
    assert_eq!(
        errors(&form.post(&client, "/avatar").await),
        json!([["missing", ["body", "avatar"]]])
    );
    // The third file is refused before it has arrived.
    let note = |form: Form| form.file("notes", "", "1");
    let mut body = note(note(note(Form::new()))).open();
    body.truncate(body.len() - "\r\n".len());
    let answer = post(&client, "/notes", body).await;
    assert_eq!(errors(&answer), json!([["too_long", ["body", "notes"]]]));
}

/// A body without a length.
struct Chunk(Option<Vec<u8>>);

impl Stream for Chunk {
    type Item = std::io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// Sends a form without saying that it is short.
async fn stream(client: &TestClient, path: &str, form: Form) -> TestResponse {
    let request = client.post(path).header("content-type", MULTIPART);
    let body = Body::from_stream(Chunk(Some(form.end())));
    request.body(body).await
}

#[tokio::test]
async fn refusals_hide_no_error_in_what_is_read() {
    let client = client().await;
    let page = |form: Form, text: &str| form.typed("pages", "p", "text/plain", text);
    let form = || {
        let form = Form::new()
            .field("title", "ab")
            .field("kind", "person")
            .field("age", "old")
            .field("copies", "10")
            .field("crop", r#"{"width": 0}"#);
        page(page(form, "1"), "123456").field("stars", "x")
    };
    let answer = form().post(&client, "/report?page=x").await;
    assert_eq!(
        errors(&answer),
        json!([
            ["int_parsing", ["query", "page"]],
            ["string_too_short", ["body", "title"]],
            ["int_parsing", ["body", "stars"]],
            ["too_short", ["body", "pages"]],
            ["missing", ["body", "person", "name"]],
            ["int_parsing", ["body", "person", "age"]],
            ["greater_than_equal", ["body", "crop", "width"]],
            ["less_than_equal", ["body", "copies"]],
            ["bytes_too_long", ["body", "pages", 1]],
        ])
    );
    // The errors do not cover what has not been read, and no dependency runs.
    let answer = stream(&client, "/report?page=x", form()).await;
    assert_eq!(
        errors(&answer),
        json!([
            ["int_parsing", ["query", "page"]],
            ["string_too_short", ["body", "title"]],
            ["int_parsing", ["body", "person", "age"]],
            ["greater_than_equal", ["body", "crop", "width"]],
            ["less_than_equal", ["body", "copies"]],
            ["bytes_too_long", ["body", "pages", 1]],
        ])
    );
    let form = || {
        let form = Form::new().field("kind", "company").field("title", "abc");
        form.typed("pages", "p", "image/png", "1")
    };
    let refused = json!(["literal_error", ["body", "pages", 0, "content_type"]]);
    let answer = stream(&client, "/report", form()).await;
    assert_eq!(errors(&answer), json!([refused]));
    let form = form().typed("pages", "p", "image/png", "22");
    let answer = form.post(&client, "/report").await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["body", "stars"]],
            ["too_short", ["body", "pages"]],
            ["missing", ["body", "company", "company"]],
            ["missing", ["body", "crop"]],
            refused,
            ["literal_error", ["body", "pages", 1, "content_type"]],
        ])
    );
}

#[tokio::test]
async fn refusals_of_json_are_those_of_a_field_even_with_a_file_name() {
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
async fn refusals_of_json_are_listed_with_those_of_files() {
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
