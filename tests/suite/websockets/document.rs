//! The AsyncAPI document of WebSockets.

use fastrs::{
    Value,
    prelude::*,
    security::{ApiKeyCookie, HttpBearer, OAuth2PasswordBearer, SecurityScopes},
    testing::TestClient,
};

use super::{app, echo};

/// What a player does.
#[model]
struct Move {
    /// From 1 to 9.
    #[field(ge = 1, le = 9)]
    square: u8,
}

#[model]
#[serde(tag = "type")]
enum Event {
    Moved { square: u8 },
    Won { player: Player },
}

#[model]
struct Player {
    name: String,
    #[field(default)]
    points: u32,
}

/// Play a game.
///
/// The first two clients play, others watch.
#[websocket("/games/<game>", tags = ["games"])]
async fn play(
    /// The number of the game.
    game: u32,
    #[query(ge = 1, default = 3)] level: u32,
    /// Who plays.
    #[header]
    x_player: String,
    mut socket: WebSocket<Move, Event>,
) -> Result<()> {
    let _ = (game, level, x_player);
    while let Some(Move { square }) = socket.recv().await? {
        socket.send(&Event::Moved { square }).await?;
    }
    Ok(())
}

#[websocket("/secret", include_in_schema = false)]
async fn secret(_socket: WebSocket) {}

#[get("/players")]
async fn players() -> Vec<Player> {
    Vec::new()
}

#[tokio::test]
async fn websockets_have_a_document_of_their_own() {
    let app = app().routes(routes![play, secret, players]);
    let client = TestClient::start(app).await;
    let document = client.get("/asyncapi.json").await.json::<Value>();
    let expected = json!({
        "asyncapi": "3.0.0",
        "info": { "title": "Sockets", "version": "1" },
        "defaultContentType": "application/json",
        "channels": {
            "echo": {
                "address": "/echo",
                "summary": "Sends back what it receives.",
                "messages": { "message": { "name": "message", "title": "Text or bytes", "contentType": "application/octet-stream" } },
                "bindings": { "ws": { "method": "GET" } },
            },
            "play": {
                "address": "/games/{game}",
                "summary": "Play a game.",
                "description": "The first two clients play, others watch.",
                "tags": [{ "name": "games" }],
                "parameters": { "game": { "description": "The number of the game." } },
                "messages": {
                    "Move": {
                        "name": "Move",
                        "contentType": "application/json",
                        "payload": { "$ref": "#/components/schemas/Move" },
                    },
                    "Event": {
                        "name": "Event",
                        "contentType": "application/json",
                        "payload": { "$ref": "#/components/schemas/Event" },
                    },
                },
                "bindings": { "ws": {
                    "method": "GET",
                    "query": {
                        "type": "object",
                        "properties": { "level": { "type": "integer", "format": "uint32", "minimum": 1, "default": 3 } },
                    },
                    "headers": {
                        "type": "object",
                        "properties": { "x-player": { "type": "string", "description": "Who plays." } },
                        "required": ["x-player"],
                    },
                } },
            },
        },
        "operations": {
            "echo.receive": { "action": "receive", "channel": { "$ref": "#/channels/echo" }, "messages": [{ "$ref": "#/channels/echo/messages/message" }] },
            "echo.send": { "action": "send", "channel": { "$ref": "#/channels/echo" }, "messages": [{ "$ref": "#/channels/echo/messages/message" }] },
            "play.receive": { "action": "receive", "channel": { "$ref": "#/channels/play" }, "messages": [{ "$ref": "#/channels/play/messages/Move" }] },
            "play.send": { "action": "send", "channel": { "$ref": "#/channels/play" }, "messages": [{ "$ref": "#/channels/play/messages/Event" }] },
        },
    });
    let mut without_schemas = document.clone();
    let components = without_schemas
        .as_object_mut()
        .unwrap()
        .remove("components");
    assert_eq!(without_schemas, expected, "{document:#}");
    let schemas = components.unwrap()["schemas"].take();
    let names: Vec<&String> = schemas.as_object().unwrap().keys().collect();
    assert_eq!(names, ["Event", "EventMoved", "EventWon", "Move", "Player"]);
    assert_eq!(schemas["Move"]["properties"]["square"]["maximum"], 9);
    // In AsyncAPI, this is text with another meaning.
    assert_eq!(schemas["Event"]["discriminator"], Value::Null);

    let openapi = client.get("/openapi.json").await.json::<Value>();
    let paths: Vec<&String> = openapi["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/players"]);
    assert_eq!(openapi["components"]["schemas"]["Move"], Value::Null);
}

/// Both operations of a channel list the schemes of its guards and arguments.
#[tokio::test]
async fn guarded_websockets_list_their_security_schemes() {
    const KEY: ApiKeyCookie = ApiKeyCookie::new("key");
    const BEARER: HttpBearer = HttpBearer::new();
    const OAUTH2: OAuth2PasswordBearer =
        OAuth2PasswordBearer::new("https://login.example/token").scopes(&[("chat", "Chat.")]);

    #[dependency]
    async fn user(#[security(OAUTH2)] token: &str, scopes: SecurityScopes) -> Result<()> {
        Ok(scopes.require(&[token])?)
    }

    #[websocket("/guarded")]
    async fn guarded(_socket: WebSocket) {}

    #[websocket("/scoped")]
    async fn scoped(_socket: WebSocket, #[depends(user, scopes = ["chat"])] _user: &()) {}

    #[websocket("/several")]
    async fn several(
        _socket: WebSocket,
        #[security(KEY)] _key: String,
        #[security(BEARER)] _token: Option<String>,
    ) {
    }

    #[websocket("/optional", public)]
    async fn optional(_socket: WebSocket, #[security(BEARER)] _token: Option<String>) {}

    #[websocket("/open", public)]
    async fn open(_socket: WebSocket) {}

    let app = App::new("Sockets", "1")
        .require::<user>()
        .routes(routes![guarded, scoped, several, optional, open]);
    let client = TestClient::start(app).await;
    let document = client.get("/asyncapi.json").await.json::<Value>();
    let reference = |name: &str| json!({ "$ref": format!("#/components/securitySchemes/{name}") });
    let mut oauth2 = json!({
        "type": "oauth2",
        "flows": { "password": {
            "tokenUrl": "https://login.example/token",
            "availableScopes": { "chat": "Chat." },
        } },
    });
    let schemes = json!({
        "APIKeyCookie": { "type": "httpApiKey", "in": "cookie", "name": "key" },
        "HTTPBearer": { "type": "http", "scheme": "bearer" },
        "OAuth2PasswordBearer": oauth2,
    });
    assert_eq!(document["components"]["securitySchemes"], schemes);
    oauth2["scopes"] = json!(["chat"]);
    for (name, expected) in [
        ("guarded", json!([reference("OAuth2PasswordBearer")])),
        ("scoped", json!([oauth2])),
        (
            "several",
            json!([reference("OAuth2PasswordBearer"), reference("APIKeyCookie")]),
        ),
        ("optional", json!([reference("HTTPBearer")])),
        ("open", Value::Null),
    ] {
        for action in ["receive", "send"] {
            let operation = &document["operations"][format!("{name}.{action}")];
            assert_eq!(operation["security"], expected, "{name}");
        }
    }
}

/// A schema of AsyncAPI is one of JSON Schema's draft 7, which has no `prefixItems`.
#[tokio::test]
async fn the_parts_of_a_tuple_are_items() {
    #[model]
    struct Line {
        ends: (u8, u8),
    }

    #[websocket("/pairs")]
    async fn pairs(_socket: WebSocket<(u8, String), Line>) {}

    let document = TestClient::start(App::new("Pairs", "1").routes(routes![pairs])).await;
    let document = document.get("/asyncapi.json").await.json::<Value>();
    let received = &document["channels"]["pairs"]["messages"]["received"]["payload"];
    let sent = &document["components"]["schemas"]["Line"]["properties"]["ends"];
    for (tuple, second) in [(received, "string"), (sent, "integer")] {
        assert_eq!(tuple["items"][0]["type"], "integer", "{tuple}");
        assert_eq!(tuple["items"][1]["type"], second, "{tuple}");
        assert_eq!(tuple["maxItems"], 2);
        assert_eq!(tuple["prefixItems"], Value::Null);
    }
}

#[tokio::test]
async fn an_app_may_have_no_such_document() {
    let without = App::new("Shop", "1").routes(routes![players]);
    let hidden = App::new("Shop", "1").routes(routes![secret]);
    let off = App::new("Shop", "1")
        .routes(routes![echo])
        .asyncapi_url(None);
    let fastapi = App::new("Shop", "1")
        .routes(routes![echo])
        .fastapi_documents();
    for app in [without, hidden, off, fastapi] {
        let client = TestClient::start(app).await;
        assert_eq!(client.get("/asyncapi.json").await.status(), 404);
    }
    let elsewhere = App::new("Shop", "1")
        .routes(routes![echo])
        .asyncapi_url("/sockets.json");
    let client = TestClient::start(elsewhere).await;
    assert_eq!(client.get("/sockets.json").await.status(), 200);
}
