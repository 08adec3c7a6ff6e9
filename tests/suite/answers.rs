//! Responses: what a handler returns, as the server sends it and as the document describes it.

use std::collections::BTreeMap;

use fastrs::extract::{Arg, Context, FromRequest, Operation, ParamSpec};
use fastrs::http::{HeaderValue, header};
use fastrs::openapi::{Parameter, ParameterLocation, ResponseDoc};
use fastrs::prelude::*;
use fastrs::response::ResponseResult;
use fastrs::testing::TestClient;
use fastrs::{ErrorDetail, Value, json};

use crate::support::{document, golden, shown};

/// An item.
#[model]
#[derive(Clone)]
struct Item {
    name: String,
    #[field(write_only)]
    #[serde(default)]
    token: String,
}

fn pen() -> Item {
    Item {
        name: "Pen".to_owned(),
        token: "s3cret".to_owned(),
    }
}

mod plain {
    use super::*;

    #[get("/model")]
    async fn model() -> Item {
        pen()
    }

    #[get("/list")]
    async fn list() -> Vec<Item> {
        vec![pen(), pen()]
    }

    #[get("/map")]
    async fn map() -> BTreeMap<String, Item> {
        BTreeMap::from([("a".to_owned(), pen())])
    }

    #[get("/number")]
    async fn number() -> u64 {
        u64::MAX
    }

    #[get("/float")]
    async fn float() -> Vec<f64> {
        vec![1.0, 0.1, 1e21]
    }

    #[get("/text")]
    async fn text() -> String {
        "ä \"quoted\"".to_owned()
    }

    #[get("/static-text")]
    async fn static_text() -> &'static str {
        "text"
    }

    #[get("/value")]
    async fn value() -> Value {
        json!({"any": [1, null]})
    }

    #[get("/unit")]
    async fn unit() {}

    #[get("/none")]
    async fn none() -> Option<Item> {
        None
    }

    #[get("/tuple")]
    async fn tuple() -> (u8, String) {
        (1, "a".to_owned())
    }

    #[get("/bool")]
    async fn boolean() -> bool {
        true
    }

    /// A foreign type.
    #[derive(serde::Serialize, schemars::JsonSchema)]
    struct Foreign {
        port: u16,
    }

    #[get("/json")]
    async fn foreign() -> Json<Foreign> {
        Json(Foreign { port: 80 })
    }

    #[post("/created", status = 201)]
    async fn created() -> Item {
        pen()
    }

    #[delete("/gone", status = 204)]
    async fn gone() {}

    #[post("/teapot", status = StatusCode::IM_A_TEAPOT)]
    async fn teapot() -> Item {
        pen()
    }

    pub(super) fn app() -> App {
        App::new("Plain responses", "1").routes(routes![
            model,
            list,
            map,
            number,
            float,
            text,
            static_text,
            value,
            unit,
            none,
            tuple,
            boolean,
            foreign,
            created,
            gone,
            teapot
        ])
    }
}

#[tokio::test]
async fn plain_values_are_json() {
    let client = TestClient::start(plain::app()).await;
    let pen = r#"{"name":"Pen"}"#;
    let cases: &[(&str, u16, String)] = &[
        ("/model", 200, pen.into()),
        ("/list", 200, format!("[{pen},{pen}]")),
        ("/map", 200, format!(r#"{{"a":{pen}}}"#)),
        ("/number", 200, "18446744073709551615".into()),
        ("/float", 200, "[1.0,0.1,1e+21]".into()),
        ("/text", 200, r#""ä \"quoted\"""#.into()),
        ("/static-text", 200, r#""text""#.into()),
        ("/value", 200, r#"{"any":[1,null]}"#.into()),
        ("/unit", 200, "null".into()),
        ("/none", 200, "null".into()),
        ("/tuple", 200, r#"[1,"a"]"#.into()),
        ("/bool", 200, "true".into()),
        ("/json", 200, r#"{"port":80}"#.into()),
    ];
    for (path, status, body) in cases {
        let answer = client.get(path).send().await;
        assert_eq!(
            (answer.status().as_u16(), answer.text()),
            (*status, body.clone()),
            "{path}"
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{path}"
        );
        assert_eq!(
            answer.header("content-length"),
            Some(&*body.len().to_string()),
            "{path}"
        );
        let head = client.head(path).send().await;
        assert_eq!(
            (head.status().as_u16(), head.bytes().len()),
            (*status, 0),
            "{path}"
        );
    }
    let created = client.post("/created").send().await;
    assert_eq!(
        (created.status().as_u16(), created.text()),
        (201, pen.to_owned())
    );
    assert_eq!(client.post("/teapot").send().await.status(), 418);
    let gone = client.delete("/gone").send().await;
    assert_eq!((gone.status().as_u16(), gone.bytes().len()), (204, 0));
    assert_eq!(
        (gone.header("content-type"), gone.header("content-length")),
        (None, None)
    );
}

#[tokio::test]
async fn the_document_has_every_plain_response() {
    golden(
        "openapi/plain_responses.json",
        &document(plain::app()).await,
    );
}

mod kinds {
    use super::*;

    #[get("/html")]
    async fn html() -> Html {
        Html("<h1>Hello</h1>".into())
    }

    #[get("/plain")]
    async fn plain() -> PlainText {
        PlainText("Hello".into())
    }

    #[get("/redirect")]
    async fn redirect() -> Redirect {
        Redirect::to("/plain?a=b")
    }

    #[get("/see-other", status = 303)]
    async fn see_other() -> Redirect {
        Redirect::see_other("/plain")
    }

    #[get("/bytes")]
    async fn bytes() -> Bytes {
        Bytes::from_static(b"\x00\x01")
    }

    #[get("/raw")]
    async fn raw() -> Response {
        let mut response = Response::new("a,b".into());
        *response.status_mut() = StatusCode::ACCEPTED;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv"));
        response
    }

    /// A table.
    struct Csv(&'static str);

    impl IntoResponse for Csv {
        fn describe(op: &mut Operation<'_>) {
            let text = op.output_schema::<String>();
            op.response(op.status(), ResponseDoc::media("text/csv", text));
        }

        fn into_response(self) -> ResponseResult {
            let mut response = Response::new(self.0.into());
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv"));
            Ok(response.into())
        }
    }

    #[get("/csv")]
    async fn csv() -> Csv {
        Csv("a,b")
    }

    #[derive(IntoResponse)]
    enum Upsert {
        #[status(200)]
        Updated(Item),
        #[status(201)]
        Created(Item),
        #[status(202)]
        Later(PlainText),
    }

    #[put("/upsert/<id>")]
    async fn upsert(id: u8) -> Upsert {
        match id {
            0 => Upsert::Updated(pen()),
            1 => Upsert::Created(pen()),
            _ => Upsert::Later(PlainText("later".into())),
        }
    }

    #[get("/reply")]
    async fn reply(#[query(default = false)] teapot: bool, reply: &mut Reply) -> Item {
        reply
            .header("x-cat", "Tom")
            .cookie(Cookie::new("session", "abc").http_only(true))
            .delete_cookie("old");
        if teapot {
            reply.status(418);
        }
        pen()
    }

    /// A user's own extractor.
    struct Tenant(String);

    impl FromRequest<'_> for Tenant {
        fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
            let schema = op.input_schema::<String>();
            op.parameter(
                Parameter::new("x-tenant", ParameterLocation::Header, schema)
                    .required(true)
                    .description("The tenant that the request belongs to."),
            );
            op.may_reject();
            op.response(403, ResponseDoc::error().description("Not that tenant"));
        }

        fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
            let sent = cx
                .request()
                .headers()
                .get("x-tenant")
                .and_then(|value| value.to_str().ok());
            match sent.map(str::to_owned) {
                None => Arg::Missing,
                Some(tenant) if tenant == "evil" => {
                    Arg::Failed(fastrs::Failure::of(HttpError::new(403, "Not that tenant")))
                }
                Some(tenant) if tenant.is_empty() => {
                    let loc = vec!["header".into(), "x-tenant".into()];
                    cx.reject(ErrorDetail::value_error(loc, "empty", None));
                    Arg::Invalid
                }
                Some(tenant) => Arg::Value(Tenant(tenant)),
            }
        }
    }

    #[get("/tenant")]
    async fn tenant(tenant: Tenant, page: u8) -> String {
        format!("{} {page}", tenant.0)
    }

    #[get("/maybe-tenant")]
    async fn maybe_tenant(tenant: Option<Tenant>) -> Option<String> {
        tenant.map(|tenant| tenant.0)
    }

    pub(super) fn app() -> App {
        App::new("Kinds of responses", "1").routes(routes![
            html,
            plain,
            redirect,
            see_other,
            bytes,
            raw,
            csv,
            upsert,
            reply,
            tenant,
            maybe_tenant
        ])
    }
}

#[tokio::test]
async fn other_kinds_of_responses_have_types_of_their_own() {
    let client = TestClient::start(kinds::app())
        .await
        .follow_redirects(false);
    let cases: &[(&str, u16, Option<&str>, &str)] = &[
        (
            "/html",
            200,
            Some("text/html; charset=utf-8"),
            "<h1>Hello</h1>",
        ),
        ("/plain", 200, Some("text/plain; charset=utf-8"), "Hello"),
        ("/redirect", 307, None, ""),
        ("/see-other", 303, None, ""),
        (
            "/bytes",
            200,
            Some("application/octet-stream"),
            "\u{0}\u{1}",
        ),
        ("/raw", 202, Some("text/csv"), "a,b"),
        ("/csv", 200, Some("text/csv"), "a,b"),
    ];
    for (path, status, media, body) in cases {
        let answer = client.get(path).send().await;
        let found = (
            answer.status().as_u16(),
            answer.header("content-type"),
            answer.text(),
        );
        assert_eq!(found, (*status, *media, (*body).to_owned()), "{path}");
    }
    assert_eq!(
        client.get("/redirect").send().await.header("location"),
        Some("/plain?a=b")
    );
    for (id, status, body) in [
        (0, 200, r#"{"name":"Pen"}"#),
        (1, 201, r#"{"name":"Pen"}"#),
        (2, 202, "later"),
    ] {
        let answer = client.put(&format!("/upsert/{id}")).send().await;
        assert_eq!((answer.status().as_u16(), &*answer.text()), (status, body));
    }
}

#[tokio::test]
async fn a_reply_sets_headers_cookies_and_status() {
    let client = TestClient::start(kinds::app()).await;
    let answer = client.get("/reply?teapot=true").send().await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("x-cat")),
        (418, Some("Tom"))
    );
    let cookies: Vec<_> = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert_eq!(
        cookies,
        [
            "session=abc; HttpOnly; Path=/; SameSite=lax",
            "old=\"\"; Max-Age=0; Path=/; SameSite=lax"
        ]
    );
    assert_eq!(client.get("/reply").send().await.status(), 200);
    assert_eq!(client.cookies(), [("session".to_owned(), "abc".to_owned())]);
}

#[tokio::test]
async fn a_users_own_extractor_is_an_ordinary_argument() {
    let client = TestClient::start(kinds::app()).await;
    let with = |path: &str, tenant: &str| client.get(path).header("x-tenant", tenant);
    assert_eq!(
        with("/tenant?page=1", "acme").send().await.json::<String>(),
        "acme 1"
    );
    let answer = with("/tenant?page=x", "evil").send().await;
    assert_eq!(
        shown(&answer)["body"],
        json!({"detail": "Not that tenant"}),
        "a response takes precedence over invalid input"
    );
    assert_eq!(answer.status(), 403);
    let answer = with("/tenant?page=x", "").send().await;
    assert_eq!(
        answer.json::<Value>()["detail"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(client.get("/tenant?page=1").send().await.status(), 422);
    assert_eq!(
        client.get("/maybe-tenant").send().await.json::<Value>(),
        Value::Null
    );
    assert_eq!(
        with("/maybe-tenant", "acme").send().await.json::<Value>(),
        json!("acme")
    );
}

#[tokio::test]
async fn the_document_has_every_kind_of_response() {
    golden(
        "openapi/kinds_of_responses.json",
        &document(kinds::app()).await,
    );
}

mod failing {
    use super::*;

    #[derive(Debug, HttpError)]
    enum ItemError {
        #[error("no item {0}")]
        #[status(404)]
        NotFound(u64),
        #[error("{name} is sold out")]
        #[status(409)]
        SoldOut { name: String },
        #[error("it is already {0}")]
        #[status(409)]
        Already(&'static str),
        #[error("disk: {0}")]
        #[status(500)]
        Disk(#[from] std::io::Error),
    }

    #[get("/enum/<id>")]
    async fn by_enum(id: u64) -> Result<Item, ItemError> {
        match id {
            0 => Err(ItemError::NotFound(0)),
            1 => Err(ItemError::SoldOut {
                name: "Pen".to_owned(),
            }),
            2 => Err(ItemError::Already("closed")),
            3 => Err(std::io::Error::other("s3cret path"))?,
            _ => Ok(pen()),
        }
    }

    #[get("/http-error/<id>")]
    async fn by_http_error(id: u64) -> Result<Item> {
        match id {
            0 => None.or_404("no such item"),
            1 => Err(HttpError::new(418, json!({"tea": true})).header("x-pot", "yes")),
            2 => Err(std::io::Error::other("s3cret path"))?,
            3 => Err(HttpError::from_status(403)),
            _ => Ok(pen()),
        }
    }

    /// Why the request was rejected.
    #[model]
    struct Problem {
        title: String,
    }

    #[get("/declared", responses((404, "No such item"), (409, Problem), (410, Problem, "Permanently deleted")))]
    async fn declared() -> Result<Item> {
        Ok(pen())
    }

    /// The user who sends the request.
    struct User;

    #[derive(Debug, HttpError)]
    enum AuthError {
        #[error("not signed in")]
        #[status(401)]
        Anonymous,
    }

    #[dependency]
    async fn current_user(#[header] x_user: Option<String>) -> Result<User, AuthError> {
        x_user.map(|_| User).ok_or(AuthError::Anonymous)
    }

    #[get("/behind")]
    async fn behind(#[depends(current_user)] _user: &User) -> Item {
        pen()
    }

    /// A value that cannot be written is not a valid response.
    #[get("/unwritable")]
    async fn unwritable() -> BTreeMap<Vec<u8>, u8> {
        BTreeMap::from([(vec![1], 1)])
    }

    #[get("/panics")]
    async fn panics() -> Item {
        panic!("s3cret")
    }

    pub(super) fn app() -> App {
        App::new("Errors", "1").routes(routes![by_enum, by_http_error, declared, behind, panics])
    }

    pub(super) fn with_unwritable() -> App {
        app().routes(routes![unwritable])
    }
}

#[tokio::test]
async fn errors_are_responses_too() {
    let client = TestClient::start(failing::with_unwritable()).await;
    let reason = |text: &str| json!({ "detail": text });
    let cases: &[(&str, u16, Value)] = &[
        ("/enum/0", 404, reason("no item 0")),
        ("/enum/1", 409, reason("Pen is sold out")),
        ("/enum/2", 409, reason("it is already closed")),
        ("/enum/3", 500, reason("Internal Server Error")),
        ("/enum/4", 200, json!({"name": "Pen"})),
        ("/http-error/0", 404, reason("no such item")),
        ("/http-error/1", 418, json!({"detail": {"tea": true}})),
        ("/http-error/2", 500, reason("Internal Server Error")),
        ("/http-error/3", 403, reason("Forbidden")),
        ("/behind", 401, reason("not signed in")),
        ("/unwritable", 500, reason("Internal Server Error")),
        ("/panics", 500, reason("Internal Server Error")),
        ("/nothing", 404, reason("Not Found")),
    ];
    for (path, status, body) in cases {
        let answer = client.get(path).send().await;
        assert_eq!(
            shown(&answer),
            json!({"status": status, "content-type": "application/json", "body": body}),
            "{path}"
        );
    }
    assert_eq!(
        client.get("/http-error/1").send().await.header("x-pot"),
        Some("yes")
    );
}

#[tokio::test]
async fn the_document_has_every_error() {
    golden("openapi/errors.json", &document(failing::app()).await);
}
