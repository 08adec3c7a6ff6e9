//! Several arguments that read one body, in handlers and in dependencies.

use fastrs::{Body, Value, json, prelude::*, testing::TestClient};

use super::support::Form;
use crate::support::document;

/// As for a check of a signature, which is over the body as it was sent.
#[dependency]
async fn length(raw: Bytes) -> usize {
    raw.len()
}

#[post("/file")]
async fn file(file: UploadFile, #[depends(length)] length: usize) -> Value {
    json!([file.size(), length])
}

#[post("/form")]
async fn form(#[depends(length)] length: usize, #[form] name: String) -> Value {
    json!([name, length])
}

#[model]
struct Item {
    name: String,
}

#[post("/json")]
async fn json_body(item: Item, #[depends(length)] length: usize) -> Value {
    json!([item.name, length])
}

#[dependency]
async fn logged(raw: Bytes, reply: &mut Reply) {
    let length = raw.len().to_string();
    reply.header("x-length", &length);
}

#[post("/routed")]
async fn routed(file: UploadFile) -> u64 {
    file.size()
}

fn app() -> App {
    App::new("Readers", "1")
        .routes(routes![file, form, json_body])
        .include(Router::new("").depends::<logged>().routes(routes![routed]))
}

#[tokio::test]
async fn bytes_are_the_body_that_another_argument_parses() {
    let client = TestClient::start(app()).await;
    let body = || Form::new().file("file", "a", "abc").field("name", "Rick");
    let length = body().end().len();
    let answer = body().post(&client, "/file").await;
    assert_eq!(answer.json::<Value>(), json!([3, length]));
    let answer = body().post(&client, "/form").await;
    assert_eq!(answer.json::<Value>(), json!(["Rick", length]));
    let answer = body().post(&client, "/routed").await;
    assert_eq!(answer.header("x-length"), Some(&*length.to_string()));
    assert_eq!(answer.json::<u64>(), 3);
    let encoded = client.post("/form").form(&[("name", "Rick")]);
    assert_eq!(encoded.send().await.json::<Value>(), json!(["Rick", 9]));
    let answer = client.post("/json").json(&json!({"name": "Rick"}));
    assert_eq!(answer.send().await.json::<Value>(), json!(["Rick", 15]));
    client.stop().await;
}

#[tokio::test]
async fn such_a_form_has_the_limits_of_every_form() {
    let client = TestClient::start(app()).await;
    let form = Form::new().file("file", "a", "a".repeat(17 << 20));
    assert_eq!(form.post(&client, "/file").await.status(), 413);
    let truncated = Form::new().file("file", "a", "a").open();
    let answer = super::support::post(&client, "/file", truncated).await;
    assert_eq!(answer.status(), 400);
    client.stop().await;
}

#[tokio::test]
async fn the_document_shows_what_is_parsed() {
    let document = document(app()).await;
    let media = |path: &str| {
        let content = &document["paths"][path]["post"]["requestBody"]["content"];
        let media: Vec<String> = content.as_object().unwrap().keys().cloned().collect();
        media
    };
    assert_eq!(media("/file"), ["multipart/form-data"]);
    assert_eq!(media("/form"), ["application/x-www-form-urlencoded"]);
    assert_eq!(media("/json"), ["application/json"]);
    assert_eq!(media("/routed"), ["multipart/form-data"]);
}

#[dependency]
async fn of_bytes(bytes: Bytes) {
    drop(bytes);
}

#[dependency]
async fn of_a_stream(stream: Body) {
    drop(stream);
}

#[dependency]
async fn of_parts(parts: Multipart) {
    drop(parts);
}

#[dependency]
async fn of_a_file(file: UploadFile) {
    drop(file);
}

#[dependency]
async fn of_a_form(#[form] form: Item) {
    drop(form);
}

#[dependency]
async fn of_json(json: Item) {
    drop(json);
}

#[post("/none")]
async fn none() {}

/// Returns the problems of a route with two dependencies that read the body.
fn problems<A, B>() -> Vec<String>
where
    A: fastrs::depends::Provider<Params = ()>,
    B: fastrs::depends::Provider<Params = ()>,
{
    let app = App::new("Pair", "1").depends::<A>();
    let router = Router::new("").depends::<B>().routes(routes![none]);
    match app.include(router).build() {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    }
}

macro_rules! pairs {
    ($($first:ident $second:ident)*) => {
        [$((stringify!($first), stringify!($second), problems::<$first, $second>())),*]
    };
}

#[test]
fn of_each_pair_both_read_the_body_or_the_app_does_not_start() {
    let fit = pairs! {
        of_bytes of_bytes  of_bytes of_a_file  of_bytes of_a_form  of_bytes of_json
        of_a_file of_bytes  of_a_file of_a_file  of_a_file of_a_form
        of_a_form of_bytes  of_a_form of_a_file  of_a_form of_a_form
        of_json of_bytes  of_json of_json
    };
    for (first, second, problems) in fit {
        assert_eq!(problems, Vec::<String>::new(), "{first} and {second}");
    }
    let conflict = pairs! {
        of_bytes of_a_stream  of_bytes of_parts
        of_a_stream of_bytes  of_a_stream of_parts  of_a_stream of_a_file  of_a_stream of_a_form
        of_a_stream of_json
        of_parts of_bytes  of_parts of_a_stream  of_parts of_a_file  of_parts of_a_form
        of_parts of_json
        of_a_file of_a_stream  of_a_file of_parts  of_a_file of_json
        of_a_form of_a_stream  of_a_form of_parts  of_a_form of_json
        of_json of_a_stream  of_json of_parts  of_json of_a_file  of_json of_a_form
    };
    for (first, second, problems) in conflict {
        let [problem] = &problems[..] else {
            panic!("{first} and {second}: {problems:?}");
        };
        assert!(
            problem.contains(&format!("of the dependency `{first}`")),
            "{problem}"
        );
        assert!(
            problem.contains(&format!("of the dependency `{second}`")),
            "{problem}"
        );
    }
}

#[post("/upload")]
async fn upload(parts: Multipart, #[depends(length)] length: usize) {
    drop((parts, length));
}

#[test]
fn the_error_names_both_readers() {
    let error = App::new("Named", "1").routes(routes![upload]).build();
    let error = error.unwrap_err();
    let problem = &error.problems()[0];
    let expected = "a request has one body, but it is taken by both `raw` of the dependency `length` (bytes) and `parts` (an unread body)";
    assert!(problem.ends_with(expected), "{problem}");
}
