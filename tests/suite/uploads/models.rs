//! Files as fields of a form's model.

use fastrs::{Value, json, prelude::*, testing::TestClient};

use super::support::{Form, post};
use crate::support::{document, errors};

#[model]
struct Upload {
    #[field(min_length = 2)]
    title: String,
    image: UploadFile,
    thumbnail: Option<UploadFile>,
    #[field(default)]
    more: Vec<UploadFile>,
    stars: Option<u8>,
}

#[post("/upload")]
async fn upload(#[form] upload: Upload) -> Result<Value> {
    let more = upload.more.iter().map(UploadFile::filename);
    Ok(json!([
        upload.title,
        upload.image.filename(),
        upload.image.size(),
        upload.image.text().await?.get(..5),
        upload.thumbnail.map(|file| file.size()),
        more.collect::<Vec<_>>(),
        upload.stars,
    ]))
}

#[model]
#[serde(deny_unknown_fields)]
struct Album {
    /// The front.
    #[file(max_size = 10, content_types = ["image/png", "image/jpeg"], alias = "front")]
    cover: UploadFile,
    #[file(min_items = 2, max_items = 3)]
    pages: Vec<UploadFile>,
    #[file(max_size = 10)]
    extras: Option<Vec<UploadFile>>,
}

#[post("/album")]
async fn album(#[form] album: Album, #[form] name: Option<String>) -> Value {
    let extras = album.extras.map(|extras| extras.len());
    json!([album.cover.size(), album.pages.len(), extras, name])
}

#[model]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Post {
    Text { text: String },
    Picture { picture: UploadFile },
}

#[post("/post")]
async fn publish(#[form] post: Post) -> Value {
    match post {
        Post::Text { text } => json!(text),
        Post::Picture { picture } => json!(picture.size()),
    }
}

#[model]
struct Signed {
    name: Option<String>,
    #[serde(flatten)]
    scan: Option<Scan>,
}

#[model]
struct Scan {
    scan: UploadFile,
    dpi: u32,
}

#[post("/signed")]
async fn sign(#[form] signed: Option<Signed>) -> Value {
    let signed = signed.map(|signed| {
        let scan = signed.scan.map(|scan| json!([scan.scan.size(), scan.dpi]));
        json!([signed.name, scan])
    });
    json!(signed)
}

#[post("/pages")]
async fn pages(#[file(min_items = 2, max_items = 3)] pages: Vec<UploadFile>) -> usize {
    pages.len()
}

#[post("/some-pages")]
async fn some_pages(#[file(max_items = 1)] pages: Option<Vec<Bytes>>) -> Option<usize> {
    pages.map(|pages| pages.len())
}

fn app() -> App {
    App::new("Models", "1").routes(routes![upload, album, publish, sign, pages, some_pages])
}

#[tokio::test]
async fn models_have_files_among_their_fields() {
    let client = TestClient::start(app()).await;
    let form = Form::new()
        .field("title", "Sea")
        .file("more", "1.txt", "1")
        .file("image", "sea.png", "waves")
        .file("more", "2.txt", "22");
    let answer = form.post(&client, "/upload").await;
    let expected = json!(["Sea", "sea.png", 5, "waves", null, ["1.txt", "2.txt"], null]);
    assert_eq!(answer.json::<Value>(), expected);
    // A browser sends an empty part for an input in which no file was chosen. `7.0` is converted on the cold path.
    let form = Form::new()
        .file("thumbnail", "", "")
        .file("image", "a", "x".repeat(1_500_000))
        .field("stars", "7.0")
        .field("title", "Sea");
    let answer = form.post(&client, "/upload").await;
    let expected = json!(["Sea", "a", 1_500_000, "xxxxx", null, [], 7]);
    assert_eq!(answer.json::<Value>(), expected);
    client.stop().await;
}

#[tokio::test]
async fn models_with_files_are_variants_and_parts_of_other_models() {
    let client = TestClient::start(app()).await;
    let kind = |kind: &str| Form::new().field("kind", kind).file("picture", "p", "123");
    let answer = kind("picture").post(&client, "/post").await;
    assert_eq!(answer.json::<Value>(), json!(3));
    let answer = kind("text").field("text", "a").post(&client, "/post").await;
    assert_eq!(answer.json::<Value>(), json!("a"));
    let answer = Form::new()
        .field("kind", "picture")
        .post(&client, "/post")
        .await;
    let expected = json!([["missing", ["body", "picture", "picture"]]]);
    assert_eq!(errors(&answer), expected);
    let form = Form::new().file("scan", "s", "1").field("dpi", "300");
    let answer = form.post(&client, "/signed").await;
    assert_eq!(answer.json::<Value>(), json!([null, [1, 300]]));
    let answer = Form::new()
        .field("name", "x")
        .post(&client, "/signed")
        .await;
    assert_eq!(answer.json::<Value>(), json!(["x", null]));
    let answer = Form::new()
        .file("other", "o", "o")
        .post(&client, "/signed")
        .await;
    assert_eq!(answer.json::<Value>(), json!(null));
    let form = Form::new().file("scan", "s", "1").field("scan", "");
    let answer = form.post(&client, "/signed").await;
    assert_eq!(errors(&answer), json!([["missing", ["body", "dpi"]]]));
    client.stop().await;
}

#[tokio::test]
async fn models_report_all_errors_together() {
    let client = TestClient::start(app()).await;
    let form = Form::new()
        .field("title", "S")
        .field("image", "sea")
        .file("thumbnail", "a.png", "a")
        .field("more", "b");
    let answer = form.post(&client, "/upload").await;
    let expected = json!([
        ["string_too_short", ["body", "title"]],
        ["value_error", ["body", "image"]],
        ["value_error", ["body", "more", 0]]
    ]);
    assert_eq!(errors(&answer), expected);
    let image = json!({
        "type": "value_error", "loc": ["body", "image"], "input": "sea", "ctx": {"error": {}},
        "msg": "Value error, Expected a file, received text"
    });
    assert_eq!(answer.json::<Value>()["detail"][1], image);
    // Errors show the texts of a form, and not its files.
    let form = Form::new()
        .file("thumbnail", "a.png", "a")
        .field("stars", "5");
    let answer = form.post(&client, "/upload").await;
    let missing = |name: &str| {
        json!({
            "type": "missing", "loc": ["body", name], "msg": "Field required",
            "input": {"stars": "5"}
        })
    };
    let expected = json!({"detail": [missing("title"), missing("image")]});
    assert_eq!(answer.json::<Value>(), expected);
    client.stop().await;
}

#[tokio::test]
async fn models_accept_no_text_for_a_file() {
    let client = TestClient::start(app()).await;
    let form = Form::new()
        .field("title", "Sea")
        .file("other", "a.png", "a")
        .field("image", "\u{0}0");
    let answer = form.post(&client, "/upload").await;
    assert_eq!(errors(&answer), json!([["value_error", ["body", "image"]]]));
    let encoded = client
        .post("/upload")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("title=Sea&image=%000");
    let answer = encoded.send().await;
    assert_eq!(errors(&answer), json!([["value_error", ["body", "image"]]]));
    client.stop().await;
}

#[tokio::test]
async fn models_constrain_their_files() {
    let client = TestClient::start(app()).await;
    let page = |form: Form| form.file("pages", "page", "page");
    let front = |form: Form, data: &str| form.typed("front", "a.png", "image/png", data);
    let form = page(page(front(Form::new(), "0123456789"))).field("name", "x");
    let answer = form.post(&client, "/album").await;
    assert_eq!(answer.json::<Value>(), json!([10, 2, null, "x"]));
    let form = page(page(front(Form::new(), "0123456789a")));
    assert_eq!(
        errors(&form.post(&client, "/album").await),
        json!([["bytes_too_long", ["body", "front"]]])
    );
    let form = page(Form::new().file("front", "a.png", "a"));
    let form = page(form).file("extras", "a", "a");
    let answer = form.file("extras", "b", "0123456789a");
    assert_eq!(
        errors(&answer.post(&client, "/album").await),
        json!([
            ["literal_error", ["body", "front", "content_type"]],
            ["bytes_too_long", ["body", "extras", 1]]
        ])
    );
    let form = page(front(Form::new(), "0")).file("cover", "a", "a");
    let answer = form.post(&client, "/album").await;
    assert_eq!(errors(&answer), json!([["too_short", ["body", "pages"]]]));
    client.stop().await;
}

#[tokio::test]
async fn models_limit_the_number_of_files() {
    let client = TestClient::start(app()).await;
    let page = |form: Form| form.file("pages", "page", "page");
    for path in ["/pages", "/album"] {
        let form = Form::new().typed("front", "a", "image/png", "a");
        let answer = page(form).post(&client, path).await;
        let mut short = json!({
            "type": "too_short", "loc": ["body", "pages"],
            "msg": "List should have at least 2 items after validation, not 1",
            "ctx": {"field_type": "List", "min_length": 2, "actual_length": 1}
        });
        let mut found = answer.json::<Value>()["detail"][0].take();
        found.as_object_mut().unwrap().remove("input");
        short.as_object_mut().unwrap().remove("input");
        assert_eq!(found, short, "{path}");
        // The fourth file is refused before it has arrived.
        let form = page(page(page(Form::new()))).file("pages", "", "");
        let mut body = page(form).open();
        body.truncate(body.len() - "age\r\n".len());
        let answer = post(&client, path, body).await;
        let long = json!({"detail": [{
            "type": "too_long", "loc": ["body", "pages"],
            "msg": "List should have at most 3 items after validation, not 4",
            "ctx": {"field_type": "List", "max_length": 3, "actual_length": 4}
        }]});
        let mut found = answer.json::<Value>();
        found["detail"][0].as_object_mut().unwrap().remove("input");
        assert_eq!(found, long, "{path}");
    }
    let answer = page(page(Form::new())).post(&client, "/pages").await;
    assert_eq!(answer.json::<usize>(), 2);
    let answer = Form::new().post(&client, "/pages").await;
    assert_eq!(errors(&answer), json!([["missing", ["body", "pages"]]]));
    let answer = Form::new().post(&client, "/some-pages").await;
    assert_eq!(answer.json::<Value>(), json!(null));
    let form = Form::new().field("pages", "a").field("pages", "b");
    let answer = form.post(&client, "/some-pages").await;
    assert_eq!(errors(&answer), json!([["too_long", ["body", "pages"]]]));
    client.stop().await;
}

#[tokio::test]
async fn models_with_files_are_documented_as_multipart_forms() {
    let document = document(app()).await;
    let file = json!({"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"});
    let (mut cover, mut extra) = (file.clone(), file.clone());
    cover["maxLength"] = json!(10);
    cover["description"] = json!("The front.");
    extra["maxLength"] = json!(10);
    let form = &document["paths"]["/album"]["post"]["requestBody"]["content"];
    assert_eq!(
        form,
        &json!({"multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["front", "pages"],
                "properties": {
                    "front": cover,
                    "pages": {"type": "array", "items": file, "minItems": 2, "maxItems": 3},
                    "extras": {"type": ["array", "null"], "items": extra},
                    "name": {"type": "string"}
                }
            },
            "encoding": {"front": {"contentType": "image/png, image/jpeg"}}
        }})
    );
    let form = &document["paths"]["/pages"]["post"]["requestBody"]["content"];
    let pages = &form["multipart/form-data"]["schema"]["properties"]["pages"];
    assert_eq!(
        pages,
        &json!({"type": "array", "items": file, "minItems": 2, "maxItems": 3})
    );
}

#[model]
struct Nested {
    upload: Upload,
}

#[post("/json")]
async fn as_json(nested: Nested) {
    drop(nested);
}

#[get("/response")]
async fn as_response() -> Option<Nested> {
    None
}

#[get("/foreign")]
async fn as_a_foreign_response() -> Result<Json<Upload>> {
    Err(HttpError::new(404, "No upload"))
}

#[post("/nested")]
async fn in_a_nested_model(#[form] form: Nested) {
    drop(form.upload);
}

/// The compiler would recognize the type by its own name.
type Scanned = UploadFile;

#[get("/query")]
async fn in_the_query(#[query] file: Scanned) {
    drop(file);
}

/// What the compiler cannot see; the rest is in `tests/ui`.
#[test]
fn models_with_files_are_only_read_from_forms() {
    let app = App::new("Misplaced", "1").routes(routes![
        as_json,
        as_response,
        as_a_foreign_response,
        in_a_nested_model,
        in_the_query
    ]);
    let error = app.build().unwrap_err();
    let found: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| {
            let (handler, rest) = problem.split_once(" (").unwrap();
            let place = rest.split_once(": ").unwrap().1;
            (
                handler,
                place.split_once(" contains an `UploadFile`, ").unwrap().0,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("`as_json`", "the argument `nested`"),
            ("`as_response`", "a response"),
            ("`as_a_foreign_response`", "a response"),
            ("`in_a_nested_model`", "the argument `form`"),
            ("`in_the_query`", "the query parameter `file`"),
        ]
    );
}
