//! Fields of multipart forms, which are read like those of URL-encoded forms.

use fastrs::{FormLimits, Value, json, prelude::*, testing::TestClient};

use super::support::{Form, post};
use crate::support::errors;

#[model]
#[derive(Debug)]
struct Profile {
    #[field(min_length = 2)]
    name: String,
    age: Option<u8>,
    #[field(default)]
    tags: Vec<String>,
}

#[post("/profile")]
async fn profile(#[form] profile: Profile, #[form] token: String) -> Value {
    json!([profile, token])
}

#[post("/number")]
async fn number(#[form(ge = 10)] n: u8) -> u8 {
    n
}

#[post("/texts")]
async fn texts(#[form] text: Vec<String>) -> Vec<String> {
    text
}

#[post("/subscribe")]
async fn subscribe(#[form(default = false)] subscribe: bool) -> bool {
    subscribe
}

#[model]
struct Crop {
    #[field(ge = 1)]
    width: u32,
    height: Option<u32>,
}

#[post("/crop")]
async fn crop(#[form] crop: Json<Crop>) -> Crop {
    crop.0
}

#[post("/optional-crop")]
async fn optional_crop(#[form] crop: Option<Json<Crop>>) -> Option<Crop> {
    crop.map(|crop| crop.0)
}

#[post("/limited", form_limits = FormLimits::new().max_part_size(2048))]
async fn limited(#[form] text: String) -> usize {
    text.len()
}

fn app() -> App {
    let inner = Router::new("/inner").form_limits(FormLimits::new().max_fields(2));
    App::new("Forms", "1")
        .routes(routes![
            profile,
            number,
            texts,
            subscribe,
            crop,
            optional_crop
        ])
        .include(
            Router::new("/outer")
                .form_limits(FormLimits::new().max_fields(5).max_part_size(10))
                .include(inner.routes(routes![limited])),
        )
}

#[tokio::test]
async fn fields_are_read_like_those_of_urlencoded_forms() {
    let client = TestClient::start(app()).await;
    let form = Form::new().field("name", "Ada").field("age", "36");
    let form = form.field("tags", "a").field("tags", "b");
    let answer = form.field("token", "é").post(&client, "/profile").await;
    let expected = json!([{"name": "Ada", "age": 36, "tags": ["a", "b"]}, "é"]);
    assert_eq!(answer.json::<Value>(), expected);
    let form = Form::new().field("name", "A").field("age", "old");
    let answer = form.post(&client, "/profile").await;
    let expected = json!([
        ["string_too_short", ["body", "name"]],
        ["int_parsing", ["body", "age"]],
        ["missing", ["body", "token"]]
    ]);
    assert_eq!(errors(&answer), expected);
    let number = |value| Form::new().field("n", value).post(&client, "/number");
    assert_eq!(number("10").await.json::<u8>(), 10);
    let greater = json!([["greater_than_equal", ["body", "n"]]]);
    assert_eq!(errors(&number("9").await), greater);
    assert_eq!(
        errors(&number("").await),
        json!([["missing", ["body", "n"]]])
    );
    let form = Form::new().field("text", "").field("text", "a");
    let answer = form.post(&client, "/texts").await;
    assert_eq!(answer.json::<Value>(), json!(["", "a"]));
    for (form, expected) in [
        (Form::new(), false),
        (Form::new().field("subscribe", ""), false),
        (Form::new().field("subscribe", "on"), true),
    ] {
        let answer = form.post(&client, "/subscribe").await;
        assert_eq!(answer.json::<bool>(), expected);
    }
}

#[tokio::test]
async fn fields_of_another_content_type_are_missing() {
    let client = TestClient::start(app()).await;
    let missing = json!([["missing", ["body", "n"]]]);
    for media in [
        "application/json",
        "text/plain",
        "multipart/mixed; boundary=X",
        "",
    ] {
        let body = Form::new().field("n", "10").end();
        let request = client.post("/number").header("content-type", media);
        assert_eq!(errors(&request.body(body).send().await), missing, "{media}");
    }
    let request = client.post("/subscribe").json(&json!({"subscribe": true}));
    assert!(!request.send().await.json::<bool>());
}

#[tokio::test]
async fn a_file_is_not_a_field() {
    let client = TestClient::start(app()).await;
    let answer = Form::new()
        .file("n", "n.txt", "10")
        .post(&client, "/number")
        .await;
    assert_eq!(errors(&answer), json!([["string_type", ["body", "n"]]]));
}

#[tokio::test]
async fn fields_may_hold_json() {
    let client = TestClient::start(app()).await;
    let of = |path, json: &str| Form::new().field("crop", json).post(&client, path);
    let answer = of("/crop", r#"{"width": 3, "height": "4"}"#).await;
    assert_eq!(
        answer.text(),
        r#"{"width":3,"height":4}"#,
        "lax, as in a JSON body"
    );
    let answer = client
        .post("/crop")
        .form(&[("crop", r#"{"width": 3}"#)])
        .send()
        .await;
    assert_eq!(answer.text(), r#"{"width":3,"height":null}"#);
    // A script sends a `Blob`, to which browsers give a file name.
    let form = Form::new().typed("crop", "blob", "application/json", r#"{"width": 3}"#);
    let answer = form.post(&client, "/crop").await;
    assert_eq!(answer.text(), r#"{"width":3,"height":null}"#);
    let loc = ["body", "crop"];
    for (json, expected) in [
        ("", json!([["missing", loc]])),
        ("{\"width\":", json!([["json_invalid", loc]])),
        ("[]", json!([["model_attributes_type", loc]])),
        ("{}", json!([["missing", ["body", "crop", "width"]]])),
        (
            "{\"width\": 0}",
            json!([["greater_than_equal", ["body", "crop", "width"]]]),
        ),
        (
            "{\"width\": -1, \"height\": \"x\"}",
            json!([
                ["greater_than_equal", ["body", "crop", "width"]],
                ["int_parsing", ["body", "crop", "height"]]
            ]),
        ),
        (
            "{\"width\": 1, \"width\": 2}",
            json!([["value_error", ["body", "crop", "width"]]]),
        ),
    ] {
        assert_eq!(errors(&of("/crop", json).await), expected, "{json}");
    }
    let detail = of("/crop", "{\"width\":").await.json::<Value>()["detail"][0].clone();
    let error = "EOF while parsing a value at line 1 column 9";
    assert_eq!(detail["msg"], format!("Invalid JSON: {error}"));
    assert_eq!(detail["ctx"], json!({ "error": error }));
    let answer = Form::new().post(&client, "/optional-crop").await;
    assert_eq!(answer.text(), "null");
    let answer = of("/optional-crop", r#"{"width": 3}"#).await;
    assert_eq!(answer.text(), r#"{"width":3,"height":null}"#);
    let wrong = json!([["missing", ["body", "crop", "width"]]]);
    assert_eq!(errors(&of("/optional-crop", "{}").await), wrong);
}

#[post("/name")]
async fn name(text: UploadFile) -> Vec<String> {
    vec![text.filename().to_owned()]
}

#[tokio::test]
async fn fields_that_are_not_utf_8_are_latin_1() {
    let client = TestClient::start(app().routes(routes![name])).await;
    for (sent, encoded, expected) in [
        (&b"\xe9+\x80"[..], &b"%E9%2b\x80"[..], "é+\u{80}"),
        // Each text is decoded by itself.
        ("é".as_bytes(), b"%C3%A9&other=%E9", "é"),
        ("é".as_bytes(), b"\xc3\xa9&other=\xe9", "é"),
        ("\u{fffd}".as_bytes(), b"%EF%BF%BD&\xe9", "\u{fffd}"),
    ] {
        let answer = Form::new()
            .field("text", sent)
            .post(&client, "/texts")
            .await;
        assert_eq!(answer.json::<Vec<String>>(), [expected], "{sent:?}");
        let mut file = b"--X\r\nContent-Disposition: form-data; name=text; filename=\"".to_vec();
        file.extend_from_slice(sent);
        file.extend_from_slice(b"\"\r\n\r\n\r\n--X--\r\n");
        let answer = post(&client, "/name", file).await;
        assert_eq!(answer.json::<Vec<String>>(), [expected], "{sent:?}");
        let answer = client
            .post("/texts")
            .header("content-type", "application/x-www-form-urlencoded")
            .body([b"&=&text=", encoded].concat())
            .await;
        assert_eq!(answer.json::<Vec<String>>(), [expected], "{encoded:?}");
    }
}

/// Returns the `detail` of an error response.
fn refusal(answer: fastrs::testing::TestResponse) -> Value {
    assert_eq!(answer.status(), 400);
    answer.json::<Value>()["detail"].clone()
}

#[tokio::test]
async fn fields_are_limited_per_app_router_and_route() {
    let client = TestClient::start(app()).await;
    let text = |length| Form::new().field("text", "x".repeat(length));
    let path = "/outer/inner/limited";
    // The route's size, and the inner router's count.
    assert_eq!(text(2048).post(&client, path).await.json::<usize>(), 2048);
    let found = refusal(text(2049).post(&client, path).await);
    assert_eq!(found, "Part exceeded maximum size of 2KB.");
    let form = text(1).field("a", "").field("b", "");
    let found = refusal(form.post(&client, path).await);
    assert_eq!(found, "Too many fields. Maximum number of fields is 2.");
    let urlencoded = |fields: &[(&str, String)]| client.post(path).form(fields).send();
    let answer = urlencoded(&[("text", "x".repeat(2044))]).await;
    assert_eq!(answer.json::<usize>(), 2044);
    let found = refusal(urlencoded(&[("text", "x".repeat(2045))]).await);
    assert_eq!(found, "Field exceeded maximum size of 2KB.");
    let three = ["text", "a", "b"].map(|name| (name, "1".to_owned()));
    let found = refusal(urlencoded(&three).await);
    assert_eq!(found, "Too many fields. Maximum number of fields is 2.");
    // The defaults.
    let many = |count| (0..count).fold(Form::new(), |form, _| form.field("text", "x"));
    let answer = many(1000).post(&client, "/texts").await;
    assert_eq!(answer.json::<Vec<String>>().len(), 1000);
    let found = refusal(many(1001).post(&client, "/texts").await);
    assert_eq!(found, "Too many fields. Maximum number of fields is 1000.");
    let found = refusal(text(1024 * 1024 + 1).post(&client, "/texts").await);
    assert_eq!(found, "Part exceeded maximum size of 1024KB.");
    let fields = vec![("text", "x"); 1001];
    let found = refusal(client.post("/texts").form(&fields).send().await);
    assert_eq!(found, "Too many fields. Maximum number of fields is 1000.");
    let mut body = b"&&text=1&".repeat(1000);
    body.extend_from_slice(b"&&");
    let request = client.post("/texts").body(body);
    let request = request.header(
        "content-type",
        "Application/X-WWW-Form-Urlencoded; charset=utf-8",
    );
    assert_eq!(request.send().await.json::<Vec<String>>().len(), 1000);
}

#[tokio::test]
async fn bodies_that_are_not_a_form_are_refused() {
    let client = TestClient::start(app()).await;
    let whole = Form::new().field("n", "10").end();
    let found = refusal(post(&client, "/number", whole[..whole.len() - 6].to_vec()).await);
    assert_eq!(found, "Invalid multipart data.");
    let nameless = Form::new().part(&["Content-Type: text/plain"], "10");
    assert_eq!(
        refusal(nameless.post(&client, "/number").await),
        "The Content-Disposition header field \"name\" must be provided."
    );
    let long = format!("multipart/form-data; boundary={}", "X".repeat(71));
    for (media, expected) in [
        ("multipart/form-data", "Missing boundary in multipart."),
        ("multipart/form-data; boundary=Y", "Invalid multipart data."),
        (
            "multipart/form-data; boundary=\"\"",
            "Invalid multipart data.",
        ),
        (&long, "Invalid multipart data."),
    ] {
        let request = client.post("/number").header("content-type", media);
        assert_eq!(
            refusal(request.body(whole.clone()).send().await),
            expected,
            "{media}"
        );
    }
    let request = client
        .post("/number")
        .header("content-type", "Multipart/Form-Data; Boundary=\"X\"");
    assert_eq!(request.body(whole).send().await.json::<u8>(), 10);
}
