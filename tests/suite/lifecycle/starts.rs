//! What a failed start lists, and where a response's status comes from.

use fastrs::{Body, Value, prelude::*, testing::TestClient};

#[dependency(scope = "app")]
async fn database() -> Result<u32> {
    Err(HttpError::new(503, "no database"))
}

#[dependency(scope = "app")]
async fn repository(#[depends(database)] database: &u32) -> u32 {
    *database
}

#[dependency(scope = "app")]
async fn mail() -> Result<u64> {
    Err(HttpError::new(503, "no mail"))
}

#[get("/needs")]
async fn needs(#[depends(repository)] a: &u32, #[depends(mail)] b: &u64) -> u64 {
    u64::from(*a) + b
}

#[tokio::test]
async fn all_values_that_fail_are_listed_without_those_that_need_them() {
    let app = App::new("Starts", "1").routes(routes![needs]);
    let error = app.into_service().await.unwrap_err();
    assert_eq!(
        error.problems(),
        [
            "the app-scoped dependency `database` failed to start: no database",
            "the app-scoped dependency `mail` failed to start: no mail",
        ]
    );
}

#[dependency(scope = "app")]
async fn forgetful(lend: Yield<u32>) {
    drop(lend);
}

#[get("/forgotten", depends = [forgetful])]
async fn forgotten() {}

#[tokio::test]
async fn a_dependency_that_lends_nothing_is_named() {
    let app = App::new("Starts", "1").routes(routes![forgotten]);
    let text = app.into_service().await.unwrap_err().to_string();
    let expected = "the dependency `forgetful` returned without lending a value";
    assert!(text.contains(expected), "{text}");
}

#[get("/items/<id>")]
async fn one(id: u32) -> u32 {
    id
}

#[get("/items/<name>")]
async fn another(name: String) -> String {
    name
}

#[tokio::test]
async fn a_path_that_two_handlers_serve_is_named() {
    let app = App::new("Starts", "1").routes(routes![one, another]);
    let text = app.build().unwrap_err().to_string();
    assert!(text.ends_with("both serve `GET /items/{name}`"), "{text}");
}

#[get("/response", status = 206)]
async fn response(reply: &mut Reply) -> Response {
    reply.status(201).header("x-kept", "yes");
    Response::new("part".into())
}

#[get("/body", status = 206)]
async fn body() -> Body {
    "part".into()
}

#[get("/replied")]
async fn replied(reply: &mut Reply) -> Body {
    reply.status(201);
    "part".into()
}

/// As in FastAPI, where a returned `Response` is sent as it is.
#[tokio::test]
async fn a_response_keeps_its_own_status_and_a_body_takes_the_routes() {
    let app = App::new("Statuses", "1").routes(routes![response, body, replied]);
    let client = TestClient::start(app).await;
    let answer = client.get("/response").await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("x-kept")),
        (200, Some("yes"))
    );
    for (path, status) in [("/body", 206), ("/replied", 201)] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), answer.text()),
            (status, "part".to_owned())
        );
    }
    let document = client.get("/openapi.json").await.json::<Value>();
    let of = |path: &str| document["paths"][path]["get"]["responses"].clone();
    assert!(of("/response")["default"].is_object() && of("/body")["206"].is_object());
}
