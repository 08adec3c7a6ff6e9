//! Errors that contain an `HttpError`, or another error with its own status.

use fastrs::{
    Body, BoxError, Broadcast, Multipart, UploadFile, ValidationError, Value,
    prelude::*,
    testing::{TestClient, TestForm, TestRequest},
};

use crate::support::document;

#[derive(Debug, HttpError)]
enum StockError {
    #[error("{0} is sold out")]
    #[status(409)]
    #[header("x-sold-out", "{0}")]
    SoldOut(u8),
    #[error("the secret warehouse")]
    #[status(503)]
    Closed,
}

#[derive(Debug, HttpError)]
enum ShopError {
    #[error("no item {0}")]
    #[status(404)]
    Missing(u8),
    #[error(transparent)]
    Stock(#[from] StockError),
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// Errors that choose another status for what they contain.
#[derive(Debug, HttpError)]
enum GatewayError {
    #[error(transparent)]
    #[status(400)]
    Upload(#[from] HttpError),
    #[error("the stock: {0}")]
    #[status(502)]
    Stock(#[from] StockError),
    #[error("it was {0:?}")]
    #[status(410)]
    Boxed(#[from] BoxError),
    #[error("the report")]
    #[status(500)]
    Report(#[from] anyhow::Error),
}

#[derive(Debug, HttpError)]
#[error(transparent)]
struct Wrapped(#[from] ShopError);

#[derive(Debug, HttpError)]
enum SocketError {
    #[error(transparent)]
    Socket(#[from] WebSocketError),
    #[error(transparent)]
    Invalid(#[from] ValidationError),
}

fn stock(id: u8) -> Result<u8, StockError> {
    match id {
        1 => Err(StockError::SoldOut(1)),
        2 => Err(StockError::Closed),
        _ => Ok(id),
    }
}

fn plain(id: u8) -> Result<u8> {
    match id {
        3 => Err(HttpError::new(418, json!({"tea": 3})).header("x-tea", "3")),
        4 => Err(std::io::Error::other("the secret disk"))?,
        _ => Ok(id),
    }
}

fn shop(id: u8) -> Result<u8, ShopError> {
    match id {
        0 => Err(ShopError::Missing(0)),
        _ => Ok(plain(stock(id)?)?),
    }
}

#[get("/shop/<id>")]
async fn by_type(id: u8) -> Result<u8, ShopError> {
    shop(id)
}

#[get("/converted/<id>")]
async fn converted(id: u8) -> Result<u8> {
    Ok(shop(id)?)
}

#[get("/wrapped/<id>")]
async fn wrapped(id: u8) -> Result<u8, Wrapped> {
    Ok(shop(id)?)
}

#[get("/gateway/<id>")]
async fn gateway(id: u8) -> Result<u8, GatewayError> {
    match id {
        5 => Err(BoxError::from("boxed"))?,
        6 => Err(anyhow::anyhow!("by anyhow"))?,
        _ => Ok(plain(stock(id)?)?),
    }
}

#[post("/body", body_limit = 4)]
async fn body(mut body: Body) -> Result<usize, ShopError> {
    let mut length = 0;
    while let Some(bytes) = body.chunk().await? {
        length += bytes.len();
    }
    Ok(length)
}

#[post("/file")]
async fn file(mut file: UploadFile) -> Result<usize, ShopError> {
    Ok(file.chunk().await?.map_or(0, |bytes| bytes.len()))
}

#[post("/parts")]
async fn parts(mut form: Multipart) -> Result<u8, ShopError> {
    let mut count = 0;
    while form.next_part().await?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[dependency(scope = "app")]
async fn room() -> Broadcast<u8> {
    Broadcast::new(1)
}

#[post("/publish")]
async fn publish(#[depends(room)] room: &Broadcast<u8>) -> Result<(), ShopError> {
    Ok(room.publish(1).await?)
}

#[model]
struct Message {
    number: u8,
}

#[websocket("/socket")]
async fn socket(mut socket: WebSocket<Message, Message>) -> Result<(), SocketError> {
    while let Some(message) = socket.recv().await? {
        match message.number {
            0 => Err(WebSocketError::new(4000, "none"))?,
            _ => socket.send(&message).await?,
        }
    }
    Ok(())
}

fn app() -> App {
    let routes = routes![
        by_type, converted, wrapped, gateway, body, file, parts, publish, socket
    ];
    App::new("Nested", "1").routes(routes)
}

async fn sent(request: TestRequest<'_>) -> (u16, Value) {
    let answer = request.await;
    (answer.status().as_u16(), answer.json())
}

#[tokio::test]
async fn a_transparent_variant_has_the_response_of_its_field() {
    let client = TestClient::start(app()).await;
    for path in ["/shop", "/converted", "/wrapped"] {
        for (id, status, detail) in [
            (0, 404, json!("no item 0")),
            (1, 409, json!("1 is sold out")),
            (2, 503, json!("Service Unavailable")),
            (3, 418, json!({"tea": 3})),
            (4, 500, json!("Internal Server Error")),
        ] {
            let expected = (status, json!({ "detail": detail }));
            let path = format!("{path}/{id}");
            assert_eq!(sent(client.get(&path)).await, expected, "{path}");
        }
        let answer = client.get(&format!("{path}/1")).await;
        assert_eq!(answer.header("x-sold-out"), Some("1"));
        let answer = client.get(&format!("{path}/3")).await;
        assert_eq!(answer.header("x-tea"), Some("3"));
    }
    assert_eq!(sent(client.get("/shop/7")).await, (200, json!(7)));
}

/// The text of a 4xx is sent: it does not contain the cause of an `HttpError`.
#[tokio::test]
async fn a_variant_with_a_status_replaces_that_of_its_field() {
    let client = TestClient::start(app()).await;
    for (id, status, detail) in [
        (1, 502, json!("Bad Gateway")),
        (3, 400, json!({"tea": 3})),
        (4, 400, json!("Internal Server Error")),
        (5, 410, json!("it was \"boxed\"")),
        (6, 500, json!("Internal Server Error")),
    ] {
        let expected = (status, json!({ "detail": detail }));
        let path = format!("/gateway/{id}");
        assert_eq!(sent(client.get(&path)).await, expected, "{path}");
    }
}

#[tokio::test]
async fn what_fastrs_returns_converts_with_a_question_mark() {
    let client = TestClient::start(app()).await;
    let (status, _) = sent(client.post("/body").body("12345")).await;
    assert_eq!(status, 413);
    assert_eq!(
        sent(client.post("/body").body("1234")).await,
        (200, json!(4))
    );
    let form = "multipart/form-data; boundary=x";
    let broken = client.post("/parts").header("content-type", form);
    let (status, _) = sent(broken.body("--x\r\nno")).await;
    assert_eq!(status, 400);
    let file =
        client
            .post("/file")
            .multipart(TestForm::new().file("file", "a.txt", "text/plain", "abc"));
    assert_eq!(sent(file).await, (200, json!(3)));
    assert_eq!(sent(client.post("/publish")).await, (200, json!(null)));
}

#[tokio::test]
async fn a_socket_closes_with_the_code_of_a_transparent_variant() {
    let client = TestClient::start(app()).await;
    for (text, code) in [(r#"{"number":0}"#, 4000), (r#"{"number":-1}"#, 1007)] {
        let mut socket = client.websocket("/socket").await;
        socket.send(text).await;
        assert_eq!(socket.closed().await.code, code, "{text}");
    }
}

#[tokio::test]
async fn the_document_has_the_statuses_of_the_fields() {
    let document = document(app()).await;
    let statuses = |path: &str| -> Vec<String> {
        let responses = &document["paths"][path]["get"]["responses"];
        responses.as_object().unwrap().keys().cloned().collect()
    };
    for path in ["/shop/{id}", "/wrapped/{id}"] {
        assert_eq!(
            statuses(path),
            ["200", "404", "409", "422", "503"],
            "{path}"
        );
    }
    assert_eq!(
        statuses("/gateway/{id}"),
        ["200", "400", "410", "422", "500", "502"]
    );
    let responses = &document["paths"]["/shop/{id}"]["get"]["responses"];
    assert_eq!(responses["409"]["description"], "… is sold out");
    assert!(responses["409"]["headers"]["x-sold-out"].is_object());
}

#[tokio::test]
async fn the_handler_of_the_outermost_type_that_has_one_is_called() {
    let of_stock = |error: &StockError, _: &Request| PlainText(format!("stock: {error}"));
    let of_http = |error: &HttpError, _: &Request| PlainText(format!("http: {}", error.status()));
    let of_shop = |error: &ShopError, _: &Request| PlainText(format!("shop: {error}"));
    let text = async |client: &TestClient, path: &str| client.get(path).await.text();

    let client = TestClient::start(app().exception_handler(of_stock)).await;
    for path in ["/shop", "/converted", "/wrapped"] {
        let first = text(&client, &format!("{path}/1")).await;
        assert_eq!(first, "stock: 1 is sold out", "{path}");
    }
    let kept = text(&client, "/gateway/1").await;
    assert_eq!(kept, r#"{"detail":"Bad Gateway"}"#, "it has its own status");

    let app = app()
        .exception_handler(of_stock)
        .exception_handler(of_http)
        .exception_handler(of_shop);
    let client = TestClient::start(app).await;
    assert_eq!(text(&client, "/wrapped/1").await, "shop: 1 is sold out");
    assert_eq!(
        text(&client, "/converted/3").await,
        "shop: 418: {\"tea\":3}"
    );
    assert_eq!(text(&client, "/gateway/1").await, "http: 502 Bad Gateway");
}

/// The log shows the `Display` text.
#[test]
fn the_log_shows_one_status_and_every_cause() {
    let error = HttpError::from(shop(4).unwrap_err());
    assert_eq!(error.to_string(), "500: the secret disk");
    let error = HttpError::from(shop(1).unwrap_err());
    assert_eq!(error.to_string(), "409: 1 is sold out");
    let outer = HttpError::from(GatewayError::from(StockError::Closed));
    assert_eq!(outer.to_string(), "502: the stock: the secret warehouse");
    let shop = ShopError::from(plain(4).unwrap_err());
    let source = std::error::Error::source(&shop).unwrap();
    assert!(source.is::<std::io::Error>());
}
