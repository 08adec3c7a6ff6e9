//! Lessons from FastAPI's own tests: the rules behind them, and a check that the tutorial uses only FastAPI's options.

use std::fs;
use std::path::{Path, PathBuf};

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{ValidationError, Value, json};

use crate::support::{document, errors, shown};

mod arguments {
    use super::*;

    #[get("/default")]
    async fn default(#[query(default = false)] short: bool) -> bool {
        short
    }

    #[get("/optional-default")]
    async fn optional_default(#[query(default = 5)] n: Option<u8>) -> Option<u8> {
        n
    }

    #[get("/untyped")]
    async fn untyped(#[query] q: Value) -> Value {
        q
    }

    #[get("/optional-untyped")]
    async fn optional_untyped(#[query] q: Option<Value>) -> Option<Value> {
        q
    }

    #[post("/untyped")]
    async fn untyped_body(#[body] it: Value) -> Value {
        it
    }

    #[post("/default")]
    async fn default_body(#[body(embed, default = 7)] n: Option<u8>) -> Option<u8> {
        n
    }

    #[post("/form")]
    async fn default_form(#[form(default = 7)] n: Option<u8>) -> Option<u8> {
        n
    }

    #[post("/constrained")]
    async fn constrained(#[body(embed, gt = 0)] n: i64) -> i64 {
        n
    }

    pub(super) fn app() -> App {
        App::new("Arguments", "1").routes(routes![
            default,
            optional_default,
            untyped,
            optional_untyped,
            untyped_body,
            default_body,
            default_form,
            constrained
        ])
    }
}

#[tokio::test]
async fn what_was_not_sent_is_not_null() {
    let client = TestClient::start(arguments::app()).await;
    let missing = |place: &str, name: &str| json!([["missing", [place, name]]]);
    let gets = [
        ("/default", json!(false)),
        ("/default?short=on", json!(true)),
        // A default replaces a parameter that was not sent. `?short=` was sent, and is not a bool.
        (
            "/default?short=",
            json!([["bool_parsing", ["query", "short"]]]),
        ),
        ("/optional-default", json!(5)),
        ("/optional-default?n=", Value::Null),
        ("/untyped", missing("query", "q")),
        ("/untyped?q=", json!("")),
        ("/optional-untyped", Value::Null),
        ("/optional-untyped?q=1", json!("1")),
    ];
    for (path, expected) in gets {
        let answer = client.get(path).send().await;
        let found = match answer.status().as_u16() {
            200 => answer.json(),
            _ => errors(&answer),
        };
        assert_eq!(found, expected, "{path}");
    }
    let posts = [
        ("/default", "application/json", "", json!(7)),
        ("/default", "application/json", "{}", json!(7)),
        ("/default", "application/json", r#"{"n":null}"#, Value::Null),
        ("/default", "application/json", r#"{"n":1}"#, json!(1)),
        ("/untyped", "application/json", "null", Value::Null),
        (
            "/untyped",
            "application/json",
            "",
            json!([["missing", ["body"]]]),
        ),
        ("/form", "application/x-www-form-urlencoded", "", json!(7)),
        ("/form", "application/x-www-form-urlencoded", "n=", json!(7)),
        (
            "/form",
            "application/x-www-form-urlencoded",
            "n=1",
            json!(1),
        ),
    ];
    for (path, media, body, expected) in posts {
        let request = client.post(path).header("content-type", media).body(body);
        let answer = request.send().await;
        let found = match answer.status().as_u16() {
            200 => answer.json(),
            _ => errors(&answer),
        };
        assert_eq!(found, expected, "{path} {body}");
    }
}

#[tokio::test]
async fn the_first_request_gets_the_same_errors_as_the_second() {
    let client = TestClient::start(arguments::app()).await;
    let answer = client
        .post("/constrained")
        .json(&json!({ "n": 0 }))
        .send()
        .await;
    assert_eq!(
        answer.json::<Value>()["detail"],
        json!([{
            "type": "greater_than", "loc": ["body", "n"], "msg": "Input should be greater than 0",
            "input": 0, "ctx": {"gt": 0},
        }])
    );
}

mod models {
    use super::*;

    #[model]
    struct Token {
        authorization: String,
        save_data: bool,
    }

    #[get("/headers")]
    async fn headers(#[header] token: Token) -> bool {
        token.save_data && token.authorization.is_empty()
    }

    #[get("/number")]
    async fn number(#[header] authorization: u8) -> u8 {
        authorization
    }

    #[model]
    #[serde(deny_unknown_fields)]
    struct Session {
        id: u32,
    }

    #[get("/cookies")]
    async fn cookies(#[cookie] session: Session, #[cookie] theme: Option<String>) -> u32 {
        session.id + theme.map_or(0, |theme| theme.len() as u32)
    }

    pub(super) fn app() -> App {
        App::new("Models", "1").routes(routes![headers, number, cookies])
    }
}

#[tokio::test]
async fn a_parameter_model_shows_what_was_sent_instead() {
    let client = TestClient::start(models::app()).await;
    let sent = [
        ("authorization", "Bearer s3cret"),
        ("cookie", "id=s3cret"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-trace", "7"),
    ];
    let request = sent
        .iter()
        .fold(client.get("/headers"), |request, (name, value)| {
            request.header(name, value)
        });
    let answer = request.send().await;
    assert_eq!(
        errors(&answer),
        json!([["missing", ["header", "save-data"]]])
    );
    let input = &answer.json::<Value>()["detail"][0]["input"];
    assert_eq!(input["x-trace"], "7");
    for (name, _) in &sent[..3] {
        assert_eq!(input.get(name), None, "{name}");
    }
    // A scalar's text must not be echoed either.
    let answer = client
        .get("/number")
        .header("authorization", "Bearer s3cret")
        .send()
        .await;
    assert_eq!(
        errors(&answer),
        json!([["int_parsing", ["header", "authorization"]]])
    );
    assert!(!answer.text().contains("s3cret"));
    // Errors in the fields precede unknown fields; a sibling's cookie is one.
    let answer = client
        .get("/cookies")
        .header("cookie", "extra=1; id=x; theme=dark")
        .send()
        .await;
    assert_eq!(
        errors(&answer),
        json!([
            ["int_parsing", ["cookie", "id"]],
            ["extra_forbidden", ["cookie", "extra"]]
        ])
    );
}

#[get("/number/<n>")]
async fn number(n: u8) -> u8 {
    n
}

fn bad_request(error: &ValidationError, _: &Request) -> (StatusCode, PlainText) {
    (
        StatusCode::BAD_REQUEST,
        PlainText(format!("{} wrong", error.errors().len())),
    )
}

fn logged(error: &HttpError, _: &Request) -> Result<()> {
    Err(error.clone())
}

#[tokio::test]
async fn an_exception_handler_can_respond_with_any_status() {
    let app = App::new("Handlers", "1")
        .exception_handler(bad_request)
        .exception_handler(logged)
        .routes(routes![number]);
    let client = TestClient::start(app).await;
    let answer = client.get("/number/x").send().await;
    assert_eq!(
        (answer.status().as_u16(), &*answer.text()),
        (400, "1 wrong")
    );
    let answer = client.get("/nowhere").send().await;
    assert_eq!(
        shown(&answer),
        json!({"status": 404, "content-type": "application/json", "body": {"detail": "Not Found"}})
    );
}

mod dialect {
    use super::*;

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        #[field(default)]
        tags: Vec<String>,
    }

    #[get("/item", responses((404, "Not found")))]
    async fn item() -> Item {
        Item {
            name: String::new(),
            description: None,
            tags: Vec::new(),
        }
    }

    #[derive(IntoResponse)]
    enum Portal {
        #[status(200)]
        Here(Value),
        #[status(307)]
        Elsewhere(Redirect),
    }

    #[get("/portal")]
    async fn portal(#[query(ge = 0)] jumps: u8, n: u8) -> Portal {
        match jumps == n {
            true => Portal::Here(Value::Null),
            false => Portal::Elsewhere(Redirect::to("/")),
        }
    }

    #[post("/examples")]
    async fn examples(
        #[query(openapi_examples = json!({"one": {"value": 1}}))] n: u8,
        #[body(openapi_examples = json!({"pen": {"summary": "A pen", "value": {"name": "pen"}}}))]
        item: Item,
    ) -> usize {
        item.name.len() + usize::from(n)
    }

    #[post("/raw")]
    async fn raw(body: Bytes) -> usize {
        body.len()
    }

    pub(super) fn app() -> App {
        App::new("Dialect", "1").routes(routes![item, portal, examples, raw])
    }

    mod other {
        use super::*;

        #[model]
        pub(super) struct Item {
            id: u8,
        }
    }

    #[model]
    struct Pair {
        mine: Item,
        theirs: other::Item,
    }

    #[post("/pair")]
    async fn pair(pair: Pair) -> Pair {
        pair
    }

    pub(super) fn namesakes() -> App {
        App::new("Namesakes", "1").routes(routes![pair])
    }
}

#[tokio::test]
async fn the_dialect_matches_fastapi() {
    let written = document(dialect::app().fastapi_documents()).await;
    let operations = &written["paths"];
    // A declared response without a model is only a description.
    assert_eq!(
        operations["/item"]["get"]["responses"]["404"],
        json!({"description": "Not found"})
    );
    // A field that is always written but has a default is not required.
    assert_eq!(
        written["components"]["schemas"]["Item"]["required"],
        json!(["name"])
    );
    // A redirect is a response like any other.
    let portal = &operations["/portal"]["get"];
    assert_eq!(portal["responses"].get("307"), None);
    assert_eq!(
        portal["responses"]["200"]["content"],
        json!({"application/json": {"schema": {}}})
    );
    // A declared bound is documented; one that only follows from the Rust type is not.
    let bounds = [0, 1].map(|at| portal["parameters"][at]["schema"].get("minimum").cloned());
    assert_eq!(bounds, [Some(json!(0)), None]);
    // A raw body is not declared: a handler of FastAPI reads it from its request.
    let raw = &operations["/raw"]["post"];
    assert_eq!(raw.get("requestBody"), None);
    assert_eq!(raw["responses"].get("422"), None);
}

#[tokio::test]
async fn named_examples_are_next_to_the_schema() {
    for app in [dialect::app(), dialect::app().fastapi_documents()] {
        let written = document(app).await;
        let operation = &written["paths"]["/examples"]["post"];
        assert_eq!(
            operation["parameters"][0]["examples"],
            json!({"one": {"value": 1}})
        );
        let content = &operation["requestBody"]["content"]["application/json"];
        assert_eq!(content["examples"]["pen"]["summary"], "A pen");
        assert_eq!(
            content["schema"],
            json!({"$ref": "#/components/schemas/Item"})
        );
    }
}

#[tokio::test]
async fn models_with_the_same_name_are_distinguished_by_their_modules() {
    let written = document(dialect::namesakes()).await;
    let schemas = written["components"]["schemas"].as_object().unwrap();
    let mut items: Vec<_> = schemas
        .keys()
        .filter(|name| name.ends_with("Item"))
        .collect();
    items.sort();
    assert_eq!(
        items,
        [
            "suite__tutorial__dialect__Item",
            "suite__tutorial__dialect__other__Item"
        ]
    );
}

/// An application of the tutorial uses the options that FastAPI's own uses, and no others, so that the tests' results
/// apply to any program.
#[test]
fn the_tutorial_has_no_special_options() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/tutorial");
    let files = sources(&folder);
    assert!(files.len() > 20, "{files:?}");
    let refused = [
        "operation_id",
        "openapi_extra",
        "fastrs::extract",
        "FromRequest",
        "ParamSpec",
        "impl IntoResponse",
        "impl JsonSchema",
        "#[schemars(extend",
        "#[schemars(transform",
        "Response::new",
        ".document(",
        ".layer(",
        ".mount(",
    ];
    // In these chapters, FastAPI's own applications use raw requests, mounts, what corresponds to layers, a class of that
    // name, or a security scheme of their own.
    let allowed = [
        (
            "authentication_error_status_code.rs",
            "request: &'r Request",
        ),
        ("advanced_middleware.rs", ".layer("),
        ("behind_a_proxy.rs", "request: &Request"),
        ("cors.rs", ".layer("),
        ("custom_request_and_route.rs", ".layer("),
        ("custom_request_and_route.rs", "http::Request"),
        ("graphql_.rs", "async_graphql::Request"),
        ("middleware.rs", "http::Request"),
        ("security.rs", "OAuth2PasswordRequestForm"),
        ("sub_applications.rs", ".mount("),
        ("using_request_directly.rs", "request: &Request"),
        ("wsgi.rs", ".mount("),
    ];
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str());
        let allowed = allowed.iter().filter(|(chapter, _)| name == Some(chapter));
        let allowed: Vec<&str> = allowed.map(|(_, knob)| *knob).collect();
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().enumerate();
        for (number, line) in lines.filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let place = format!("{}:{}", file.display(), number + 1);
            let line = allowed
                .iter()
                .fold(line.to_owned(), |line, knob| line.replace(knob, ""));
            for knob in refused {
                assert!(!line.contains(knob), "{place}: {line}");
            }
            // As in FastAPI, an exception handler receives the request, even if it ignores it.
            let mut rest = line.replace("_request: &Request", "");
            // A page is rendered for its request.
            if file.ends_with("templates.rs") {
                rest = rest.replace("req: &Request", "");
            }
            assert!(!rest.contains("Request"), "{place}: {line}");
            let mut rest = line.clone();
            for part in ["openapi::ExternalDocs", "openapi::Server"] {
                rest = rest.replace(part, "");
            }
            assert!(!rest.contains("openapi::"), "{place}: {line}");
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let found = paths.flat_map(|path| match path.is_dir() {
        true => sources(&path),
        false => vec![path],
    });
    found.collect()
}
