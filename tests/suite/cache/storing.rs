//! Which responses are stored.

use fastrs::{prelude::*, testing::TestClient};

use super::{Calls, calls};

/// Responds as its path says.
#[get("/<kind>", cache(seconds = 60, statuses = [203, 410]))]
async fn respond(kind: &str, #[depends(calls)] calls: &Calls) -> Result<Response> {
    let mut response = Response::new(calls.next().to_string().into());
    let mut set = |name: &'static str, value: &'static str| {
        let value = fastrs::http::HeaderValue::from_static(value);
        response.headers_mut().append(name, value);
    };
    match kind {
        "cookie" => set("set-cookie", "a=b"),
        "private" => set("cache-control", "max-age=60, private"),
        "no-store" => set("cache-control", "No-Store"),
        "no-cache" => set("cache-control", "no-cache=\"x\""),
        "zero" => set("cache-control", "max-age=0"),
        "own-age" => set("cache-control", "max-age=5"),
        "any" => set("vary", "*"),
        "other" => set("vary", "accept-encoding"),
        "error" => return Err(HttpError::new(410, "Gone")),
        "status-203" => *response.status_mut() = StatusCode::NON_AUTHORITATIVE_INFORMATION,
        "status-410" => *response.status_mut() = StatusCode::GONE,
        "status-404" => *response.status_mut() = StatusCode::NOT_FOUND,
        "status-206" => *response.status_mut() = StatusCode::PARTIAL_CONTENT,
        "status-500" => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
        "panic" => panic!("not today"),
        "headers" => {
            set("x-own", "1");
            set("x-own", "2");
            set("etag", "\"own\"");
        }
        _ => {}
    }
    Ok(response)
}

#[get("/events", cache(seconds = 60))]
async fn events(#[depends(calls)] calls: &Calls) -> JsonLines<usize> {
    let call = calls.next();
    JsonLines::generate(move |out| async move { out.send(call).await })
}

#[get("/replied", cache(seconds = 60))]
async fn replied(reply: &mut Reply, #[depends(calls)] calls: &Calls) -> String {
    reply.cookie(Cookie::new("own", "1"));
    calls.next().to_string()
}

#[dependency]
async fn refuses(lend: Yield<()>) -> Result<()> {
    lend.until_done(()).await;
    Err(HttpError::new(503, "The commit failed"))
}

#[get("/committed", cache(seconds = 60))]
async fn committed(#[depends(refuses)] _done: &(), #[depends(calls)] calls: &Calls) -> String {
    calls.next().to_string()
}

async fn client() -> TestClient {
    let fixed = routes![events, replied, committed];
    let app = App::new("Shop", "1.0.0")
        .routes(fixed)
        .routes(routes![respond]);
    TestClient::start(app).await
}

#[tokio::test]
async fn only_what_may_be_stored_is_stored() {
    let client = client().await;
    for (path, is_stored) in [
        ("/plain", true),
        ("/headers", true),
        ("/own-age", true),
        ("/status-203", true),
        ("/status-410", true),
        ("/cookie", false),
        ("/private", false),
        ("/no-store", false),
        ("/no-cache", false),
        ("/zero", false),
        ("/any", false),
        ("/other", false),
        ("/status-404", false),
        ("/status-206", false),
        ("/status-500", false),
        ("/events", false),
        ("/replied", false),
    ] {
        client.clear_cookies();
        let (first, second) = (client.get(path).await, client.get(path).await);
        assert_eq!(first.status(), second.status(), "{path}");
        assert_eq!(first.text() == second.text(), is_stored, "{path}");
        assert_eq!(first.header("etag").is_some(), is_stored, "{path}");
    }
}

#[tokio::test]
async fn errors_are_not_stored() {
    let client = client().await;
    for (path, status) in [("/error", 410), ("/panic", 500), ("/committed", 503)] {
        for _ in 0..2 {
            let answer = client.get(path).await;
            assert_eq!(answer.status(), status, "{path}");
            assert_eq!(answer.header("cache-control"), None);
        }
    }
    // Each of these requests has run its handler.
    assert_eq!(client.get("/plain").await.text(), "7");
}

#[tokio::test]
async fn a_handlers_own_headers_are_kept() {
    let client = client().await;
    for _ in 0..2 {
        let answer = client.get("/headers").await;
        let own: Vec<_> = answer.headers().get_all("x-own").iter().collect();
        assert_eq!(own, ["1", "2"]);
        assert_eq!(answer.header("etag"), Some("\"own\""));
        let answer = client.get("/own-age").await;
        assert_eq!(answer.header("cache-control"), Some("max-age=5"));
        assert_eq!(answer.header("age"), Some("0"));
    }
    let known = client
        .get("/headers")
        .header("if-none-match", "\"own\"")
        .await;
    assert_eq!(known.status(), 304);
}
