//! The built-in middleware besides `Cors`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use fastrs::{
    http::header::X_FRAME_OPTIONS,
    middleware::{
        AccessLog, ConcurrencyLimit, HttpsRedirect, Production, RateLimit, RequestId,
        SecurityHeaders, Timeout, TrustedHost,
    },
    prelude::*,
    testing::{TestClient, TestResponse, TestServer},
};
use serde_json::Value;
use tokio::sync::Notify;

use crate::{
    log::Lines,
    wire::{Wire, serve},
};

#[get("/")]
async fn home() -> String {
    "home".into()
}

#[get("/fails")]
async fn fails() -> Result<String> {
    Err(HttpError::new(418, "teapot"))
}

fn base() -> App {
    App::new("Built in", "1").routes(routes![home, fails])
}

#[tokio::test]
async fn hosts() {
    let app = base().layer(TrustedHost::new([
        "shop.example",
        "*.b.example",
        "www.c.example",
        "[::1]",
    ]));
    let client = TestClient::start(app).await;
    for (host, status) in [
        ("shop.example", 200),
        ("SHOP.example:8080", 200),
        ("x.b.example", 200),
        ("[::1]:80", 200),
        ("b.example", 400),
        ("evil-b.example", 400),
        ("shop.example.evil", 400),
        ("shop.example.", 400),
        ("shop.example#x.b.example", 400),
        ("evil@shop.example", 400),
        ("shop.example:80:80", 400),
        ("", 400),
        ("c.example:8080", 307),
    ] {
        let answer = client
            .get("/?a=b")
            .header("host", host)
            .follow_redirects(false)
            .await;
        assert_eq!(answer.status(), status, "{host}");
        if status == 400 {
            assert_eq!(answer.text(), "Invalid host header", "{host}");
        }
        let location = (status == 307).then_some("http://www.c.example:8080/?a=b");
        assert_eq!(answer.header("location"), location, "{host}");
    }
    let error = base()
        .layer(TrustedHost::new(["https://x", "*x.example"]))
        .build()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("neither a host without a port nor"),
        "{error}"
    );
    let document = base().layer(TrustedHost::new(["x"])).document();
    assert_eq!(
        document["paths"]["/"]["get"]["responses"]["400"]["description"],
        "Invalid host header"
    );
}

#[tokio::test]
async fn https() {
    let client = TestClient::start(base().layer(HttpsRedirect::new())).await;
    for (host, location) in [
        ("shop.example", "https://shop.example/?a=b"),
        ("shop.example:80", "https://shop.example/?a=b"),
        ("shop.example:8080", "https://shop.example:8080/?a=b"),
    ] {
        let answer = client
            .get("/?a=b")
            .header("host", host)
            .follow_redirects(false)
            .await;
        assert_eq!(
            (answer.status().as_u16(), answer.header("location")),
            (307, Some(location))
        );
    }
    let answer = client
        .get("/")
        .header("host", "a b")
        .follow_redirects(false)
        .await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("location")),
        (400, None)
    );
}

#[tokio::test]
async fn request_ids() {
    let client = TestClient::start(base().layer(RequestId::new())).await;
    let mut seen = std::collections::HashSet::new();
    for path in ["/", "/fails", "/nowhere", "/docs"] {
        let id = client
            .get(path)
            .await
            .header("x-request-id")
            .unwrap()
            .to_owned();
        assert!(
            id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()),
            "{id}"
        );
        assert!(seen.insert(id));
    }
    for (sent, kept) in [
        ("4bf92f3577b34da6", true),
        ("a/b=c:d@e.f_g~h+i", true),
        ("", false),
        ("two words", false),
        ("\u{e9}", false),
        ("<script>", false),
        (&*"x".repeat(128), true),
        (&*"x".repeat(129), false),
    ] {
        let answer = client.get("/").header("x-request-id", sent).await;
        assert_eq!(
            answer.header("x-request-id") == Some(sent),
            kept,
            "{sent:?}"
        );
    }
    let app = base().layer(
        RequestId::new()
            .accept(false)
            .header(http::HeaderName::from_static("x-id")),
    );
    let answer = TestClient::start(app)
        .await
        .get("/")
        .header("x-id", "mine")
        .await;
    assert_ne!(answer.header("x-id"), Some("mine"));
}

#[tokio::test]
async fn security_headers() {
    let set = SecurityHeaders::new()
        .set(X_FRAME_OPTIONS, "SAMEORIGIN")
        .without(http::header::CONTENT_SECURITY_POLICY)
        .hsts(Duration::from_secs(60));
    let client = TestClient::start(base().layer(set)).await;
    let answer = client.get("/nowhere").await;
    for (name, value) in [
        ("x-frame-options", Some("SAMEORIGIN")),
        ("x-content-type-options", Some("nosniff")),
        ("content-security-policy", None),
        // Browsers ignore it over plain HTTP (RFC 6797, 7.2).
        ("strict-transport-security", None),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    // The docs page has a policy of its own.
    let docs = client.get("/docs").await;
    assert!(
        docs.header("content-security-policy")
            .unwrap()
            .contains("script-src")
    );
    let error = base()
        .layer(SecurityHeaders::new().set(X_FRAME_OPTIONS, "a\nb"))
        .build()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("cannot be the value of the header `x-frame-options`"),
        "{error}"
    );
}

struct Gate {
    open: Notify,
    exits: AtomicUsize,
}

#[dependency(scope = "app")]
async fn gate() -> Arc<Gate> {
    unreachable!("the test provides it")
}

#[dependency]
async fn counted(#[depends(gate)] gate: &Arc<Gate>, lend: Yield<u8>) {
    let gate = gate.clone();
    lend.until_done(0).await;
    gate.exits.fetch_add(1, SeqCst);
}

#[get("/waits")]
async fn waits(#[depends(gate)] gate: &Arc<Gate>, #[depends(counted)] _counted: &u8) -> String {
    gate.open.notified().await;
    "opened".into()
}

fn gated() -> (Arc<Gate>, App) {
    let made = Arc::new(Gate {
        open: Notify::new(),
        exits: AtomicUsize::new(0),
    });
    let app = App::new("Gated", "1")
        .routes(routes![waits, home])
        .provide::<gate>(made.clone());
    (made, app)
}

#[tokio::test]
async fn timeouts() {
    let (gate, app) = gated();
    let app = app
        .status_handler(504, |error: &HttpError, req: &Request| {
            PlainText(format!("{} {}", req.uri().path(), error.detail()))
        })
        .layer(Timeout::new(Duration::from_millis(20)))
        .layer(Timeout::new(Duration::from_secs(600)))
        .layer(RequestId::new());
    let document = app.document();
    assert_eq!(
        document["paths"]["/waits"]["get"]["responses"]["504"]["description"],
        "Gateway Timeout"
    );
    let client = TestClient::start(app).await;
    let answer = client.get("/waits").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text()),
        (504, "/waits \"Gateway Timeout\"".into())
    );
    assert!(
        answer.header("x-request-id").is_some(),
        "outer middleware sees the response"
    );
    assert_eq!(client.get("/").await.status(), 200);
    // The exit of the dependency runs.
    crate::waiting::until(async || gate.exits.load(SeqCst) == 1).await;
}

#[tokio::test]
async fn concurrency() {
    let (gate, app) = gated();
    let app = app.layer(ConcurrencyLimit::new(2));
    let document = app.document();
    assert!(document["paths"]["/waits"]["get"]["responses"]["503"].is_object());
    let server = serve(app).await;
    let mut waiting = [Wire::to(server.addr()).await, Wire::to(server.addr()).await];
    for wire in &mut waiting {
        wire.send("GET /waits HTTP/1.1\r\nhost: x\r\n\r\n").await;
    }
    let mut third = Wire::to(server.addr()).await;
    let refused = loop {
        third.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let answer = third.answer().await;
        if answer.status() == "503" {
            break answer;
        }
    };
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.body, r#"{"detail":"Service Unavailable"}"#);
    gate.open.notify_one();
    gate.open.notify_one();
    for wire in &mut waiting {
        assert_eq!(wire.answer().await.body, "\"opened\"");
    }
    third.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(third.answer().await.status(), "200");
}

#[tokio::test]
async fn rates() {
    let limited = Router::new("/api")
        .routes(routes![home])
        .layer(RateLimit::new(2, Duration::from_secs(3600)));
    let app = App::new("Limited", "1")
        .include(limited)
        .routes(routes![fails]);
    let document = app.document();
    let responses = &document["paths"]["/api/"]["get"]["responses"];
    assert!(
        responses["429"]["headers"]["Retry-After"].is_object(),
        "{responses}"
    );
    assert!(document["paths"]["/fails"]["get"]["responses"]["429"].is_null());
    let client = TestClient::start(app).await;
    for (status, remaining) in [(200, "1"), (200, "0"), (429, "0"), (429, "0")] {
        let answer = client.get("/api/").await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.header("ratelimit-remaining"), Some(remaining));
        assert_eq!(answer.header("ratelimit-limit"), Some("2"));
        let retry = answer
            .header("retry-after")
            .map(|text| text.parse::<u64>().unwrap());
        assert_eq!(
            retry.is_some_and(|seconds| (1790..=1800).contains(&seconds)),
            status == 429
        );
        if status == 429 {
            assert_eq!(
                answer.json::<Value>(),
                json!({"detail": "Too Many Requests"})
            );
        }
    }
    assert_eq!(
        client.get("/fails").await.status(),
        418,
        "other routes are not limited"
    );
}

#[tokio::test]
async fn rates_by_key() {
    let by_key = RateLimit::per_hour(1).key(|request| {
        Some(
            request
                .headers()
                .get("x-api-key")?
                .to_str()
                .ok()?
                .to_owned(),
        )
    });
    let client = TestClient::start(base().layer(by_key)).await;
    let status = async |key: &str| {
        client
            .get("/")
            .header("x-api-key", key)
            .await
            .status()
            .as_u16()
    };
    assert_eq!(
        [status("a").await, status("a").await, status("b").await],
        [200, 429, 200]
    );
    for _ in 0..3 {
        assert_eq!(client.get("/").await.status(), 200, "no key, no limit");
    }
}

#[tokio::test]
async fn rates_do_not_trust_headers() {
    let server = serve(base().layer(RateLimit::per_hour(1))).await;
    let mut wire = Wire::to(server.addr()).await;
    let mut statuses = Vec::new();
    for address in ["192.0.2.1", "192.0.2.2"] {
        wire.send(&format!(
            "GET / HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {address}\r\n\r\n"
        ))
        .await;
        statuses.push(wire.answer().await.status().to_owned());
    }
    assert_eq!(statuses, ["200", "429"]);
}

#[get("/search")]
async fn search(q: &str, api_key: Secret<String>) -> String {
    format!("{q} {}", api_key.expose().len())
}

#[get("/stream")]
async fn stream() -> Streaming {
    Streaming::generate(|out| async move {
        for part in ["one", "two"] {
            out.send(part).await?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn access_logs() {
    let lines = Lines::default();
    let app = || base().routes(routes![search, stream]);
    let client = TestClient::start(app().layer(lines.log(AccessLog::common()))).await;
    client.get("/search?q=a%0ab&api_key=hidden").await;
    client.get("/nowhere").await;
    client.head("/").await;
    client.get("/stream").await;
    let logged = lines.take();
    let without_time: Vec<_> = logged
        .iter()
        .map(|line| line.split_once("] ").expect("a time").1)
        .collect();
    assert_eq!(
        without_time,
        [
            r#""GET /search?q=a%0ab&api_key=********** HTTP/1.1" 200 8"#,
            r#""GET /nowhere HTTP/1.1" 404 22"#,
            r#""HEAD / HTTP/1.1" 200 -"#,
            r#""GET /stream HTTP/1.1" 200 6"#,
        ]
    );
    let client = TestClient::start(
        app()
            .layer(lines.log(AccessLog::json()))
            .layer(RequestId::new()),
    )
    .await;
    client
        .get("/fails?a=\"1\"")
        .header("user-agent", "curl \"8\"")
        .header("x-request-id", "id-1")
        .await;
    let line = lines.take().pop().expect("a line");
    let mut line: Value =
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let line = line.as_object_mut().unwrap();
    assert!(
        line.remove("time")
            .unwrap()
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
    assert!(line.remove("duration_ms").unwrap().is_f64());
    assert_eq!(
        Value::Object(line.clone()),
        json!({
            "client": line["client"], "method": "GET", "path": "/fails", "query": "a=%221%22", "protocol": "HTTP/1.1",
            "status": 418, "bytes": 19, "user_agent": "curl \"8\"", "request_id": "id-1",
        })
    );
}

#[tokio::test]
async fn the_log_has_the_path_that_the_client_sent() {
    let lines = Lines::default();
    let inner = base().layer(lines.log(AccessLog::common()));
    let inner = inner.into_service().await.unwrap();
    let app = App::new("Outer", "1")
        .root_path("/api")
        .mount("/inner", inner);
    let client = TestClient::start(app.layer(lines.log(AccessLog::common()))).await;
    client.get("/inner/?a=b").await;
    for line in lines.take() {
        assert!(line.contains("\"GET /api/inner/?a=b HTTP/1.1\""), "{line}");
    }
}

/// Returns a connection to a server with two access logs: as text and as JSON.
async fn logged_twice(lines: &Lines) -> (TestServer, Wire) {
    let app = base()
        .layer(lines.log(AccessLog::combined()))
        .layer(lines.log(AccessLog::json()));
    let server = serve(app).await;
    let wire = Wire::to(server.addr()).await;
    (server, wire)
}

#[tokio::test]
async fn the_log_has_headers_that_are_not_ascii() {
    let lines = Lines::default();
    let (_server, mut wire) = logged_twice(&lines).await;
    wire.send(b"GET / HTTP/1.1\r\nhost: x\r\nuser-agent: Br\xc3\xa4u\xe2\x80\xae\r\nreferer: \xe4\r\n\r\n")
        .await;
    wire.answer().await;
    let lines = lines.take();
    let text = lines.iter().find(|line| !line.starts_with('{')).unwrap();
    let end = "\"\u{fffd}\" \"Bräu\\u{202e}\"";
    assert!(text.ends_with(end), "{text}");
    let json = lines.iter().find(|line| line.starts_with('{')).unwrap();
    let json: Value = serde_json::from_str(json).unwrap();
    assert_eq!(json["user_agent"], "Bräu\u{202e}");
    assert_eq!(json["referer"], "\u{fffd}");
}

#[tokio::test]
async fn a_client_cannot_write_lines() {
    let lines = Lines::default();
    let (_server, mut wire) = logged_twice(&lines).await;
    wire.send("GET /\" HTTP/1.1\r\nhost: x\r\nuser-agent: \"\tx\r\nreferer: a\u{202e}b\r\n\r\n")
        .await;
    wire.answer().await;
    wire.send("GET /?\"a\" HTTP/1.1\r\nhost: x\r\nuser-agent: \"\tx\r\n\r\n")
        .await;
    wire.answer().await;
    for line in lines.take() {
        assert!(
            !line.contains(['\n', '\r', '\x1b', '\u{202e}', '\t']),
            "{line:?}"
        );
        match line.starts_with('{') {
            true => drop(
                serde_json::from_str::<Value>(&line)
                    .unwrap_or_else(|error| panic!("{error}: {line}")),
            ),
            false => assert_eq!(line.replace("\\\"", "").matches('"').count(), 6, "{line}"),
        }
    }
}

async fn preflight(client: &TestClient) -> TestResponse {
    let request = client.options("/").header("origin", "https://a.example");
    request.header("access-control-request-method", "GET").await
}

#[tokio::test]
async fn the_set_for_production() {
    let lines = Lines::default();
    let production = Production::new().access_log(lines.log(AccessLog::json()));
    let shown = format!("{production:?}");
    for part in [
        "RequestId",
        "AccessLog",
        "SecurityHeaders",
        "Cors",
        "ConcurrencyLimit",
        "Timeout",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    // It shows what was set, and not what the parts count.
    assert_eq!(shown, format!("{:?}", Production::new()));
    let client = TestClient::start(base().production_with(production)).await;
    for path in ["/", "/nowhere", "/openapi.json"] {
        let answer = client.get(path).await;
        assert!(answer.header("x-request-id").is_some(), "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
    }
    let refused = preflight(&client).await;
    assert_eq!(refused.status(), 400);
    assert_eq!(refused.text(), "Disallowed CORS origin");
    assert_eq!(lines.take().len(), 4);
    let without = Production::new()
        .request_id(None)
        .access_log(None)
        .security_headers(None)
        .cors(None)
        .concurrency_limit(None)
        .timeout(None);
    let client = TestClient::start(base().production_with(without)).await;
    assert_eq!(client.get("/").await.header("x-request-id"), None);
    assert_eq!(preflight(&client).await.status(), 204);
}
