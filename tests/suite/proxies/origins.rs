//! What depends on the origin that clients see: cross-site requests and WebSockets.

use fastrs::{middleware::ProxyHeaders, prelude::*, security::ApiKeyCookie, testing::TestClient};

const KEY: ApiKeyCookie = ApiKeyCookie::new("key");

#[post("/orders")]
async fn order(#[security(KEY)] key: String) -> String {
    key
}

#[websocket("/echo")]
async fn echo(mut socket: WebSocket) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

/// An app whose proxy changes the `Host` header.
async fn client() -> TestClient {
    let headers = ProxyHeaders::new().trust("127.0.0.1").x_forwarded_host();
    let app = App::new("Origins", "1").routes(routes![order, echo]);
    let client = TestClient::start(app.proxy_headers(headers)).await;
    client
        .header("host", "inner:8000")
        .header("x-forwarded-host", "shop.example")
        .header("x-forwarded-proto", "https")
}

#[tokio::test]
async fn a_page_of_the_public_origin_is_the_apps_own() {
    let client = client().await;
    for (origin, status, opens) in [
        ("https://shop.example", 200, true),
        ("http://shop.example", 403, false),
        ("https://evil.example", 403, false),
        ("http://inner:8000", 403, false),
    ] {
        let order = client.post("/orders").header("cookie", "key=abc");
        let answer = order.header("origin", origin).send().await;
        assert_eq!(answer.status(), status, "{origin}");
        let opened = client
            .websocket("/echo")
            .header("origin", origin)
            .send()
            .await;
        assert_eq!(opened.is_ok(), opens, "{origin}");
    }
}
