//! The test clients: what they send, keep and follow.

mod stopping;

use fastrs::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use fastrs::http::{HeaderValue, header::HeaderName};
use fastrs::testing::TestClient;
use fastrs::{Body, Value, json, prelude::*};

use crate::wire::{Wire, is_closed, serve};

/// Returns what was received.
fn mirrored(req: &Request, client: ClientAddr, body: &Bytes) -> Response {
    let text = |name: HeaderName| {
        let value = req.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let received = json!({
        "method": req.method().as_str(),
        "target": req.uri().to_string(),
        "host": text(HOST),
        "type": text(CONTENT_TYPE),
        "cookie": text(COOKIE),
        "token": text(AUTHORIZATION),
        "client": client.0.to_string(),
        "body": String::from_utf8_lossy(body),
    });
    Response::new(Body::from(received.to_string()))
}

#[route("/", methods = ["GET", "POST", "PUT"])]
async fn root(req: &Request, client: ClientAddr, body: Bytes) -> Response {
    mirrored(req, client, &body)
}

#[route("/<_path..>", methods = ["GET", "POST", "PUT"])]
async fn anything(_path: &str, req: &Request, client: ClientAddr, body: Bytes) -> Response {
    mirrored(req, client, &body)
}

fn answer(status: StatusCode, headers: &[(HeaderName, &'static str)]) -> Response {
    let mut answer = Response::default();
    *answer.status_mut() = status;
    for (name, value) in headers {
        let value = HeaderValue::from_static(value);
        answer.headers_mut().append(name, value);
    }
    answer
}

#[get("/login")]
async fn login() -> Response {
    let cookies = [
        (SET_COOKIE, "a=1; Path=/"),
        (SET_COOKIE, "b=2; Path=/admin"),
    ];
    answer(StatusCode::OK, &cookies)
}

#[get("/logout")]
async fn logout() -> Response {
    answer(StatusCode::OK, &[(SET_COOKIE, "a=; Max-Age=0; Path=/")])
}

#[route("/moved", methods = ["GET", "POST"])]
async fn moved() -> Response {
    answer(StatusCode::TEMPORARY_REDIRECT, &[(LOCATION, "/new?x=1")])
}

#[post("/done")]
async fn done() -> Response {
    answer(
        StatusCode::SEE_OTHER,
        &[(LOCATION, "http://testserver/new")],
    )
}

#[get("/away")]
async fn away() -> Response {
    answer(
        StatusCode::FOUND,
        &[(LOCATION, "https://other.example/new")],
    )
}

#[get("/empty", status = 204)]
async fn empty() {}

fn mirror() -> App {
    let routes = routes![root, anything, login, logout, moved, done, away, empty];
    App::new("Mirror", "1").routes(routes)
}

#[tokio::test]
async fn a_request_has_what_was_specified() {
    let client = TestClient::start(mirror()).await;
    let request = client
        .post("/a b?x=1")
        .query(&[("q", "1 2")])
        .query(&[("limit", 10)]);
    let answer = request.bearer("t").json(&json!({"n": 1})).await;
    assert_eq!(answer.status(), 200);
    let expected = json!({
        "method": "POST",
        "target": "/a%20b?x=1&q=1+2&limit=10",
        "host": "testserver",
        "type": "application/json",
        "cookie": null,
        "token": "Bearer t",
        "client": "127.0.0.1:50000",
        "body": r#"{"n":1}"#,
    });
    assert_eq!(answer.json::<Value>(), expected);
    let form: Value = client.put("/").form(&[("a", "é&")]).await.json();
    assert_eq!(form["body"], "a=%C3%A9%26");
    assert_eq!(form["type"], "application/x-www-form-urlencoded");
    let basic: Value = client.put("/").basic("é", ">>>???").await.json();
    assert_eq!(basic["token"], "Basic w6k6Pj4+Pz8/");
    let own = client.put("/").header("content-type", "x/y").json(&1);
    assert_eq!(own.await.json::<Value>()["type"], "x/y");
    client.stop().await;
}

#[tokio::test]
async fn cookies_are_kept_and_sent_to_their_paths() {
    let client = TestClient::start(mirror()).await;
    let sent = async |path: &str| client.get(path).await.json::<Value>()["cookie"].clone();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let answer = client.get("/login").await;
    assert_eq!(answer.cookies(), [pair("a", "1"), pair("b", "2")]);
    assert_eq!(sent("/").await, "a=1");
    assert_eq!(sent("/admin/x").await, "b=2; a=1");
    let other = client.get("/").cookie("a", "9").await;
    assert_eq!(other.json::<Value>()["cookie"], "a=9");
    client.get("/logout").await;
    assert_eq!(client.cookies(), [pair("b", "2")]);
}

#[tokio::test]
async fn a_redirect_is_followed_with_the_method_of_its_status() {
    let client = TestClient::start(mirror()).await;
    let kept = client.post("/moved").json(&1).await;
    assert_eq!((kept.path(), kept.redirects()), ("/new?x=1", 1));
    let received: Value = kept.json();
    assert_eq!(
        (&received["method"], &received["body"]),
        (&json!("POST"), &json!("1"))
    );
    let received: Value = client.post("/done").json(&1).bearer("t").await.json();
    assert_eq!(
        (&received["method"], &received["body"]),
        (&json!("GET"), &json!(""))
    );
    assert_eq!(
        (&received["token"], &received["type"]),
        (&json!("Bearer t"), &Value::Null)
    );
    let not_followed = client.get("/moved").follow_redirects(false).await;
    assert_eq!(not_followed.status(), 307);
    assert_eq!(not_followed.header("location"), Some("/new?x=1"));
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_no_token() {
    let client = TestClient::start(mirror()).await;
    let received: Value = client.get("/away").bearer("t").await.json();
    assert_eq!(received["host"], "other.example");
    assert_eq!(received["token"], Value::Null);
}

#[tokio::test]
async fn a_response_has_no_body_where_the_wire_has_none() {
    let client = TestClient::start(mirror()).await;
    let head = client.head("/").await;
    assert!(head.bytes().is_empty());
    let length: usize = head.header("content-length").unwrap().parse().unwrap();
    assert!(length > 0);
    let empty = client.get("/empty").await;
    assert!(empty.bytes().is_empty());
    assert_eq!(empty.header("content-length"), None);
}

#[tokio::test]
async fn a_test_server_listens_until_it_is_stopped() {
    let server = serve(mirror()).await;
    let address = server.addr();
    assert_eq!(server.url("/x"), format!("http://{address}/x"));
    let mut wire = Wire::to(address).await;
    wire.send("GET /x HTTP/1.0\r\n\r\n").await;
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.0 200 OK"), "{answer}");
    server.stop().await;
    assert!(is_closed(address).await);
}

#[get("/lines")]
async fn lines() -> JsonLines<u32> {
    JsonLines::generate(|out| async move {
        out.send(1).await?;
        Err(HttpError::new(404, "no rows"))
    })
}

#[get("/events")]
async fn events() -> Sse<u32> {
    Sse::generate(|out| async move {
        out.send(1).await?;
        panic!("on purpose")
    })
}

#[tokio::test]
async fn a_test_can_expect_a_response_that_ends_early() {
    let app = App::new("Broken", "1").routes(routes![lines, events]);
    let client = TestClient::start(app).await;
    let mut lines = client.get("/lines").stream().await;
    assert_eq!(lines.try_line().await.unwrap().as_deref(), Some("1"));
    let error = lines.try_line().await.unwrap_err();
    assert_eq!(error.status(), 400);
    assert!(lines.try_line().await.is_err());
    let mut events = client.get("/events").sse().await;
    assert_eq!(events.try_next().await.unwrap().unwrap().json::<u32>(), 1);
    assert!(events.try_next().await.is_err());
}
