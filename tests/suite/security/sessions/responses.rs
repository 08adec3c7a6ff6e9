//! The responses that carry the cookie of a session.

use super::*;

#[derive(Debug, HttpError)]
enum Failed {
    #[error("Gone wrong")]
    #[status(409)]
    Conflict,
    #[error("Broken")]
    #[status(503)]
    Unavailable,
}

#[post("/act")]
async fn act(change: &str, outcome: &str, session: Session<User>) -> Result<String, Failed> {
    match change {
        "start" => session.start(User { name: "bob".into() }),
        "set" => session.set(User { name: "bob".into() }),
        "end" => session.end(),
        _ => {}
    }
    match outcome {
        "conflict" => Err(Failed::Conflict),
        "unavailable" => Err(Failed::Unavailable),
        "panic" => panic!("a bug"),
        _ => Ok("done".into()),
    }
}

#[get("/redirect")]
async fn redirect(session: Session<User>) -> Redirect {
    session.start(User { name: "bob".into() });
    Redirect::to("/greeting")
}

#[get("/stream")]
async fn stream(session: Session<User>) -> Streaming {
    session.start(User { name: "bob".into() });
    Streaming::generate(async move |out| {
        session.end();
        out.send("text").await.ok();
        Ok(())
    })
}

#[post("/checked")]
async fn checked(count: u64, session: Session<User>) -> u64 {
    session.end();
    count
}

#[post("/fill")]
async fn fill(length: usize, session: Session<User>) {
    session.set(User {
        name: "a".repeat(length),
    });
}

async fn client() -> TestClient {
    let app = app(sessions()).routes(routes![act, redirect, stream, checked, fill]);
    TestClient::start(app).await
}

#[tokio::test]
async fn a_client_error_sends_changes_and_a_server_error_only_the_end() {
    let client = client().await;
    let alice = cookie_of(&client, "alice").await;
    for (change, outcome, status, expected) in [
        ("none", "ok", 200, "-"),
        ("start", "ok", 200, "bob"),
        ("set", "ok", 200, "bob"),
        ("end", "ok", 200, "end"),
        ("none", "conflict", 409, "-"),
        ("start", "conflict", 409, "bob"),
        ("set", "conflict", 409, "bob"),
        ("end", "conflict", 409, "end"),
        ("none", "unavailable", 503, "-"),
        ("start", "unavailable", 503, "-"),
        ("set", "unavailable", 503, "-"),
        ("end", "unavailable", 503, "end"),
        ("start", "panic", 500, "-"),
        ("set", "panic", 500, "-"),
        ("end", "panic", 500, "end"),
    ] {
        let path = format!("/act?change={change}&outcome={outcome}");
        let response = with(client.post(&path), &alice).await;
        assert_eq!(response.status(), status, "{path}");
        let found = match set_cookie(&response) {
            None => "-".to_owned(),
            Some(line) if line.contains("Max-Age=0") => "end".to_owned(),
            Some(_) => name_of(&client, &cookie(&response)).await,
        };
        assert_eq!(found, expected, "{path}");
        let is_stored = set_cookie(&response).map(|_| "no-store");
        assert_eq!(response.header("cache-control"), is_stored, "{path}");
        assert_eq!(response.header("vary"), Some("Cookie"), "{path}");
    }
}

#[tokio::test]
async fn a_422_changes_nothing() {
    let client = client().await;
    let alice = cookie_of(&client, "alice").await;
    let response = with(client.post("/checked?count=x"), &alice).await;
    assert_eq!(
        (response.status().as_u16(), set_cookie(&response)),
        (422, None)
    );
}

#[tokio::test]
async fn redirects_and_head_requests_carry_the_cookie() {
    let client = client().await;
    let response = client.get("/redirect").follow_redirects(false).await;
    assert_eq!(response.status(), 307);
    assert_eq!(name_of(&client, &cookie(&response)).await, "bob");
    let response = client.head("/redirect").follow_redirects(false).await;
    assert_eq!(name_of(&client, &cookie(&response)).await, "bob");
}

#[tokio::test]
async fn a_stream_carries_what_changed_before_it_began() {
    let client = client().await;
    let response = client.get("/stream").await;
    assert_eq!(response.text(), "text");
    assert_eq!(name_of(&client, &cookie(&response)).await, "bob");
}

#[tokio::test]
async fn a_cookie_that_browsers_would_drop_is_an_error() {
    let client = client().await;
    // `__Host-session`, a nonce, a tag and two times, around `{"name":".."}`, in Base64.
    let largest = (4096 - 14) * 3 / 4 - 24 - 16 - 16 - r#"{"name":""}"#.len();
    let fits = client.post(&format!("/fill?length={largest}")).await;
    assert_eq!(fits.status(), 200);
    let line = cookie(&fits);
    assert!((4090..=4097).contains(&line.len()), "{}", line.len());
    assert_eq!(name_of(&client, &line).await.len(), largest);

    let response = client.post(&format!("/fill?length={}", largest + 3)).await;
    assert_eq!(response.status(), 500);
    assert_eq!(response.text(), r#"{"detail":"Internal Server Error"}"#);
    assert_eq!(set_cookie(&response), None);
}

#[get("/cached")]
async fn cached(control: &str, session: Session<User>, reply: &mut Reply) {
    session.start(User { name: "bob".into() });
    reply.header("cache-control", control);
}

#[tokio::test]
async fn no_shared_cache_stores_a_cookie() {
    let client = TestClient::start(app(sessions()).routes(routes![cached])).await;
    for (own, sent) in [
        ("public,max-age=60", "no-store"),
        ("max-age=60", "no-store"),
        ("private,max-age=60", "private,max-age=60"),
        ("No-Store", "No-Store"),
    ] {
        let response = client.get(&format!("/cached?control={own}")).await;
        assert_eq!(response.header("cache-control"), Some(sent));
    }
}

#[tokio::test]
async fn an_exception_handler_writes_the_error_of_a_session() {
    let app = app(sessions())
        .routes(routes![fill])
        .status_handler(500, |_: &HttpError, req: &Request| {
            PlainText(format!("{} {}", req.method(), req.path()))
        });
    let client = TestClient::start(app).await;
    let response = client.post("/fill?length=9999").await;
    assert_eq!(
        (response.status().as_u16(), response.text().as_str()),
        (500, "POST /fill")
    );
}
