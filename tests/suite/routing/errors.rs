//! Exception handlers, and panics.

use fastrs::{ValidationError, Value, prelude::*, testing::TestClient};

use crate::wire::{Wire, serve};

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no item {0}")]
    #[status(404)]
    Missing(u64),
    #[error("the secret {0}")]
    #[status(500)]
    Broken(&'static str),
}

#[get("/items/<id>")]
async fn item(id: u64) -> Result<u64, ItemError> {
    match id {
        0 => Err(ItemError::Missing(0)),
        1 => Err(ItemError::Broken("is out")),
        2 => panic!("the secret panic"),
        id => Ok(id),
    }
}

#[get("/teapot")]
async fn teapot() -> Result<()> {
    Err(HttpError::new(418, json!({"kind": "teapot"})).header("x-tea", "yes"))
}

fn app() -> App {
    App::new("Errors", "1").routes(routes![item, teapot])
}

async fn get(client: &TestClient, path: &str) -> (u16, Value) {
    let answer = client.get(path).await;
    (answer.status().as_u16(), answer.json())
}

#[tokio::test]
async fn without_handlers_errors_are_details_and_secrets_are_kept() {
    let client = TestClient::start(app()).await;
    assert_eq!(
        get(&client, "/items/0").await,
        (404, json!({"detail": "no item 0"}))
    );
    assert_eq!(
        get(&client, "/items/1").await,
        (500, json!({"detail": "Internal Server Error"}))
    );
    assert_eq!(
        get(&client, "/items/2").await,
        (500, json!({"detail": "Internal Server Error"}))
    );
    assert_eq!(
        get(&client, "/teapot").await,
        (418, json!({"detail": {"kind": "teapot"}}))
    );
    assert_eq!(client.get("/teapot").await.header("x-tea"), Some("yes"));
}

#[tokio::test]
async fn handlers_are_chosen_by_type_then_by_status() {
    let app = app()
        .exception_handler(|error: &ItemError, req: &Request| json!({"item": error.to_string(), "path": req.path()}))
        .exception_handler(|error: &HttpError, _: &Request| json!({"http": error.detail()}))
        .exception_handler(|error: &ValidationError, _: &Request| json!({"invalid": error.errors().len()}))
        .status_handler(500, |error: &HttpError, _: &Request| json!({"status": error.status().as_u16()}));
    let client = TestClient::start(app).await;
    for (path, expected) in [
        (
            "/items/0",
            (404, json!({"item": "no item 0", "path": "/items/0"})),
        ),
        (
            "/items/1",
            (
                500,
                json!({"item": "the secret is out", "path": "/items/1"}),
            ),
        ),
        ("/items/2", (500, json!({"status": 500}))),
        ("/items/x", (422, json!({"invalid": 1}))),
        ("/teapot", (418, json!({"http": {"kind": "teapot"}}))),
        ("/nowhere", (404, json!({"http": "Not Found"}))),
    ] {
        assert_eq!(get(&client, path).await, expected, "{path}");
    }
    let answer = client.post("/teapot").await;
    let found = (
        answer.status().as_u16(),
        answer.header("allow"),
        answer.json::<Value>(),
    );
    assert_eq!(
        found,
        (
            405,
            Some("GET, HEAD, OPTIONS"),
            json!({"http": "Method Not Allowed"})
        )
    );
}

/// An error whose response has headers of its own.
#[derive(Debug, HttpError)]
enum Refused {
    #[error("no token")]
    #[status(401)]
    #[header("www-authenticate", "Bearer")]
    NoToken,
}

#[get("/refused")]
async fn refused() -> Result<u8, Refused> {
    Err(Refused::NoToken)
}

#[get("/busy")]
async fn busy() -> Result<u8> {
    let busy = HttpError::new(503, "busy").header("retry-after", "7");
    Err(busy.header("set-cookie", "a=1").header("set-cookie", "b=2"))
}

#[get("/moved")]
async fn moved() -> Result<u8> {
    let moved = HttpError::new(308, "moved").header("location", "/old");
    let moved = moved
        .header("content-type", "text/html")
        .header("content-length", "99");
    Err(moved.header("retry-after", "8"))
}

#[tokio::test]
async fn a_handler_without_a_status_keeps_the_headers_of_the_error() {
    let app = || App::new("Headers", "1").routes(routes![refused, busy, moved]);
    let of = async |app: App, path: &str| {
        let answer = TestClient::start(app)
            .await
            .get(path)
            .follow_redirects(false)
            .await;
        let names = [
            "www-authenticate",
            "retry-after",
            "set-cookie",
            "location",
            "content-length",
        ];
        let names = names
            .into_iter()
            .flat_map(|name| answer.headers().get_all(name));
        let values: Vec<_> = names
            .map(|value| value.to_str().unwrap().to_owned())
            .collect();
        (answer.status().as_u16(), values.join(" "), answer.text())
    };
    let found =
        |status: u16, headers: &str, text: &str| (status, headers.to_owned(), text.to_owned());

    let by_type = app().exception_handler(|_: &Refused, _: &Request| PlainText("no"));
    assert_eq!(of(by_type, "/refused").await, found(401, "Bearer 2", "no"));
    let by_status = || app().status_handler(503, |_: &HttpError, _: &Request| PlainText("later"));
    assert_eq!(
        of(by_status(), "/busy").await,
        found(503, "7 a=1 b=2 5", "later")
    );

    // What the handler sets itself counts.
    let elsewhere = app().exception_handler(|_: &HttpError, _: &Request| Redirect::to("/new"));
    assert_eq!(of(elsewhere, "/moved").await, found(308, "8 /new 0", ""));
    let chosen = app()
        .exception_handler(|_: &Refused, _: &Request| (StatusCode::UNAUTHORIZED, PlainText("no")));
    assert_eq!(of(chosen, "/refused").await, found(401, "2", "no"));
}

#[tokio::test]
async fn a_handler_of_http_errors_leaves_validation_alone() {
    let client =
        TestClient::start(app().exception_handler(|_: &HttpError, _: &Request| json!("http")))
            .await;
    let (status, body) = get(&client, "/items/x").await;
    assert_eq!(
        (status, &body["detail"][0]["type"]),
        (422, &json!("int_parsing"))
    );
    assert_eq!(
        get(&client, "/items/0").await,
        (404, json!("http")),
        "an enum of errors is one of them"
    );
}

#[tokio::test]
async fn handlers_by_status_see_what_no_other_handled() {
    let app = app()
        .status_handler(404, |error: &HttpError, _: &Request| {
            (StatusCode::GONE, json!({"was": error.detail()}))
        })
        .status_handler(
            StatusCode::UNPROCESSABLE_ENTITY,
            |_: &HttpError, _: &Request| PlainText("read the docs"),
        );
    let client = TestClient::start(app).await;
    assert_eq!(
        get(&client, "/nowhere").await,
        (410, json!({"was": "Not Found"}))
    );
    assert_eq!(
        get(&client, "/items/0").await,
        (410, json!({"was": "no item 0"}))
    );
    let answer = client.get("/items/x").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text()),
        (422, "read the docs".to_owned())
    );
}

#[tokio::test]
async fn the_connection_survives_a_panic() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    for _ in 0..2 {
        wire.request("GET /items/2").await;
        let answer = wire.answer().await;
        assert_eq!(
            (answer.status(), &*answer.body),
            ("500", r#"{"detail":"Internal Server Error"}"#)
        );
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    wire.request("GET /items/7").await;
    assert_eq!(wire.answer().await.body, "7");
    server.stop().await;
}

#[tokio::test]
async fn an_exception_handler_that_panics_is_a_500() {
    fn absent(_: &HttpError, _: &Request) -> PlainText {
        panic!("the secret handler")
    }

    let server = serve(app().status_handler(404, absent)).await;
    let mut wire = Wire::to(server.addr()).await;
    for path in ["/nowhere", "/items/0/x"] {
        wire.request(&format!("GET {path}")).await;
        let answer = wire.answer().await;
        assert_eq!(
            (answer.status(), &*answer.body),
            ("500", r#"{"detail":"Internal Server Error"}"#)
        );
    }
    wire.request("GET /items/7").await;
    assert_eq!(wire.answer().await.body, "7");
    server.stop().await;
}
