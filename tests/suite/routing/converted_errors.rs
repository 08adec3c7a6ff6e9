//! Exception handlers for errors that `?` has converted into an `HttpError`.

use anyhow::Context as _;
use fastrs::{ErrorDetail, Failure, ValidationError, prelude::*, testing::TestClient};

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no item {0}")]
    #[status(404)]
    Missing(u64),
}

fn find(id: u64) -> Result<u64, ItemError> {
    Err(ItemError::Missing(id))
}

fn invalid() -> ValidationError {
    ErrorDetail::missing(vec!["query".into(), "q".into()]).into()
}

#[get("/typed")]
async fn typed() -> Result<u64, ItemError> {
    find(1)
}

#[get("/converted")]
async fn converted() -> Result<u64> {
    Ok(find(1)?)
}

#[get("/twice")]
async fn twice() -> Result<u64> {
    async fn inner() -> Result<u64> {
        Ok(find(1)?)
    }
    let found = inner().await?;
    Ok(found)
}

#[get("/with-header")]
async fn with_header() -> Result<u64> {
    find(1).map_err(|error| HttpError::from(error).header("x-tried", "1"))
}

#[get("/boxed")]
async fn boxed() -> Result<u64> {
    let boxed: fastrs::BoxError = ItemError::Missing(1).into();
    Err(boxed)?
}

#[get("/failure")]
async fn failure() -> Result<u64> {
    Err(Failure::of(HttpError::from(ItemError::Missing(1))))?
}

#[get("/invalid")]
async fn converted_invalid() -> Result<u64> {
    Err(invalid())?
}

#[dependency]
async fn item() -> Result<u64> {
    Ok(find(1)?)
}

#[get("/dependency")]
async fn of_a_dependency(#[depends(item)] item: &u64) -> u64 {
    *item
}

#[dependency]
async fn failing_exit(lend: Yield<()>) -> Result<()> {
    lend.until_done(()).await;
    find(1)?;
    Ok(())
}

#[get("/exit", depends = [failing_exit])]
async fn of_an_exit() -> u64 {
    1
}

/// The error only explains a response that was chosen for it.
#[get("/explained")]
async fn explained() -> Result<u64> {
    find(1).or_status(409, "taken")
}

#[get("/replaced")]
async fn replaced() -> Result<u64> {
    find(1).map_err(|error| HttpError::from(error).cause("another"))
}

#[get("/plain")]
async fn plain() -> Result<u64> {
    Err(HttpError::new(404, "plain"))
}

#[get("/library")]
async fn library() -> Result<u64> {
    Err(std::io::Error::other(ItemError::Missing(1)))?
}

#[get("/anyhow")]
async fn by_anyhow() -> Result<u64> {
    Ok(find(1).map_err(anyhow::Error::from)?)
}

#[get("/context")]
async fn with_context() -> Result<u64> {
    Ok(find(1).context("the report")?)
}

fn app() -> App {
    let routes = routes![
        typed,
        converted,
        twice,
        with_header,
        boxed,
        failure,
        converted_invalid,
        of_a_dependency,
        of_an_exit,
        explained,
        replaced,
        plain,
        library,
        by_anyhow,
        with_context,
    ];
    App::new("Errors", "1").routes(routes)
}

fn handled() -> App {
    app()
        .exception_handler(|error: &ItemError, _: &Request| PlainText(format!("item: {error}")))
        .exception_handler(|error: &ValidationError, _: &Request| {
            PlainText(format!("invalid: {}", error.errors().len()))
        })
}

async fn get(client: &TestClient, path: &str) -> (u16, String) {
    let answer = client.get(path).await;
    (answer.status().as_u16(), answer.text())
}

#[tokio::test]
async fn a_handler_sees_the_error_that_was_converted() {
    let client = TestClient::start(handled()).await;
    for path in [
        "/typed",
        "/converted",
        "/twice",
        "/with-header",
        "/boxed",
        "/failure",
        "/dependency",
        "/exit",
    ] {
        let expected = (404, "item: no item 1".to_owned());
        assert_eq!(get(&client, path).await, expected, "{path}");
    }
    assert_eq!(get(&client, "/invalid").await, (422, "invalid: 1".into()));
}

#[tokio::test]
async fn its_own_type_comes_before_http_errors() {
    let app = handled()
        .exception_handler(|error: &HttpError, _: &Request| {
            PlainText(format!("http: {}", error.detail()))
        })
        .status_handler(404, |_, _| PlainText("status"));
    let client = TestClient::start(app).await;
    for (path, status, text) in [
        ("/typed", 404, "item: no item 1"),
        ("/converted", 404, "item: no item 1"),
        ("/invalid", 422, "invalid: 1"),
        ("/plain", 404, "http: \"plain\""),
        ("/nowhere", 404, "http: \"Not Found\""),
    ] {
        assert_eq!(get(&client, path).await, (status, text.into()), "{path}");
    }
}

#[tokio::test]
async fn an_error_that_only_explains_another_is_not_handled() {
    let client = TestClient::start(handled()).await;
    for (path, status, detail) in [
        ("/explained", 409, "taken"),
        ("/replaced", 404, "no item 1"),
        ("/plain", 404, "plain"),
        ("/library", 500, "Internal Server Error"),
        ("/anyhow", 500, "Internal Server Error"),
        ("/context", 500, "Internal Server Error"),
    ] {
        let expected = json!({ "detail": detail }).to_string();
        assert_eq!(get(&client, path).await, (status, expected), "{path}");
    }
}

/// A mounted app has its own handlers, also below a layer.
#[tokio::test]
async fn a_mounted_app_calls_its_own_handlers() {
    let layer = tower::util::MapRequestLayer::new(|request| request);
    let inner = handled().layer(layer).into_service().await.unwrap();
    let client = TestClient::start(app().mount("/inner", inner)).await;
    assert_eq!(
        get(&client, "/inner/converted").await,
        (404, "item: no item 1".into())
    );
    assert_eq!(
        get(&client, "/converted").await,
        (404, r#"{"detail":"no item 1"}"#.into())
    );
}

#[tokio::test]
async fn without_a_handler_nothing_changes() {
    let client = TestClient::start(app()).await;
    assert_eq!(
        get(&client, "/converted").await,
        (404, r#"{"detail":"no item 1"}"#.into())
    );
    let (status, text) = get(&client, "/invalid").await;
    assert_eq!(status, 422);
    assert!(
        text.starts_with(r#"{"detail":[{"type":"missing","loc":["query","q"]"#),
        "{text}"
    );
}
