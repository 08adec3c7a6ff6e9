//! What handlers and dependencies add to the response, and what runs after it.

use fastrs::{Value, prelude::*, testing::TestClient};

use crate::journal::{Gate, Journal, gate, journal};

#[dependency]
async fn session(reply: &mut Reply, #[cookie] session: Option<String>) -> String {
    reply
        .header("x-session", "seen")
        .header("x-who", "the dependency")
        .status(202);
    let session = session.unwrap_or_else(|| "new".to_owned());
    reply.cookie(Cookie::new("session", session.clone()).http_only(true));
    session
}

#[get("/reply", depends = [session])]
async fn both(reply: &mut Reply, #[depends(session)] session: String) -> String {
    reply
        .header("x-who", "the handler")
        .cookie(Cookie::new("theme", "dark"))
        .delete_cookie("old");
    session
}

#[get("/status")]
async fn status(code: u16, reply: &mut Reply) -> &'static str {
    reply.status(code);
    "body"
}

#[get("/fails", depends = [session])]
async fn fails() -> Result<()> {
    Err(HttpError::new(409, "no"))
}

#[get("/raw", depends = [session])]
async fn raw() -> Response {
    let mut response = Response::new("raw".into());
    *response.status_mut() = StatusCode::IM_A_TEAPOT;
    response
}

#[get("/cookies")]
async fn cookies(
    #[cookie] a: String,
    #[cookie] b: Option<u8>,
    #[cookie(alias = "c-d")] c: Option<String>,
) -> Value {
    json!([a, b, c])
}

#[tokio::test]
async fn a_dependency_and_the_handler_both_set_headers_cookies_and_status() {
    let client =
        TestClient::start(App::new("Replies", "1").routes(routes![both, status, fails, raw])).await;
    let answer = client.get("/reply").await;
    assert_eq!(
        (answer.status().as_u16(), answer.json::<String>()),
        (202, "new".to_owned())
    );
    assert_eq!(
        (answer.header("x-session"), answer.header("x-who")),
        (Some("seen"), Some("the handler"))
    );
    let set: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
    let expected = [
        "session=new; HttpOnly; Path=/; SameSite=lax",
        "theme=dark; Path=/; SameSite=lax",
        "old=\"\"; Max-Age=0; Path=/; SameSite=lax",
    ];
    assert_eq!(set, expected);
    assert_eq!(
        client
            .get("/reply")
            .cookie("session", "mine")
            .await
            .json::<String>(),
        "mine"
    );

    assert_eq!(client.get("/status?code=203").await.status(), 203);
    let none = client.get("/status?code=204").await;
    assert_eq!((none.status().as_u16(), none.text()), (204, String::new()));
    assert_eq!(
        client.get("/status?code=1000").await.status(),
        500,
        "a number that is not a status is an error"
    );

    let answer = client.get("/fails").await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("x-session")),
        (409, None),
        "an error is a separate response"
    );
    let answer = client.get("/raw").await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("x-session")),
        (418, Some("seen"))
    );
}

#[tokio::test]
async fn cookies_are_read_one_by_one() {
    let client = TestClient::start(App::new("Cookies", "1").routes(routes![cookies])).await;
    for (header, expected) in [
        ("a=1; b=2; c-d=x", json!(["1", 2, "x"])),
        ("a=\"quoted\";b=7", json!(["quoted", 7, null])),
        ("x=y; a=2; a=%C3%A9=", json!(["%C3%A9=", null, null])),
    ] {
        assert_eq!(
            client
                .get("/cookies")
                .header("cookie", header)
                .await
                .json::<Value>(),
            expected,
            "{header}"
        );
    }
    let answer = client.get("/cookies").header("cookie", "b=x").await;
    let body: Value = answer.json();
    assert_eq!(
        (&body["detail"][0]["loc"], &body["detail"][1]["loc"]),
        (&json!(["cookie", "a"]), &json!(["cookie", "b"]))
    );
}

#[dependency]
async fn mail(tasks: BackgroundTasks, #[depends(journal)] journal: Journal) {
    tasks.add(async move { journal.write("first, of the dependency") });
}

#[get("/tasks", depends = [mail])]
async fn with_tasks(
    #[query(default = 200)] end: u16,
    tasks: BackgroundTasks,
    #[depends(journal)] journal: Journal,
) -> Result<()> {
    tasks.add(async { panic!("the second") });
    let notes = journal.clone();
    tasks.add(async move { notes.write("third") });
    journal.write("handled");
    match end {
        200 => Ok(()),
        500 => panic!("on purpose"),
        end => Err(HttpError::new(end, "no")),
    }
}

#[dependency]
async fn commit(lend: Yield<()>) -> Result<()> {
    lend.until_done(()).await;
    Err(HttpError::new(503, "the commit failed"))
}

#[get("/uncommitted", depends = [commit])]
async fn uncommitted(tasks: BackgroundTasks, #[depends(journal)] journal: Journal) {
    tasks.add(async move { journal.write("mail about what was not committed") });
}

#[tokio::test]
async fn tasks_run_in_order_and_only_after_a_success() {
    let notes = Journal::new();
    let app = App::new("Tasks", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![with_tasks, uncommitted]);
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/tasks").await.status(), 200);
    assert_eq!(
        notes.take(),
        ["handled", "first, of the dependency", "third"]
    );
    for end in [404, 500] {
        assert_eq!(
            client.get("/tasks").query(&[("end", end)]).await.status(),
            end
        );
        assert_eq!(notes.take(), ["handled"]);
    }
    assert_eq!(client.get("/uncommitted").await.status(), 503);
    assert!(notes.take().is_empty());
}

#[get("/slow")]
async fn slow(
    tasks: BackgroundTasks,
    #[depends(gate)] gate: Gate,
    #[depends(journal)] journal: Journal,
) -> &'static str {
    tasks.add(async move {
        gate.pass().await;
        journal.write("task done");
    });
    "answered"
}

#[tokio::test]
async fn a_response_does_not_wait_for_tasks_but_a_shutdown_does() {
    let (notes, closed) = (Journal::new(), Gate::closed());
    let app = App::new("Tasks", "1")
        .provide::<journal>(notes.clone())
        .provide::<gate>(closed.clone())
        .routes(routes![slow]);
    let server = crate::wire::serve(app).await;
    let mut wire = crate::wire::Wire::to(server.addr()).await;
    wire.request("GET /slow").await;
    assert_eq!(wire.answer().await.body, r#""answered""#);
    assert!(notes.take().is_empty());
    drop(wire);
    let address = server.addr();
    let stopping = tokio::spawn(server.stop());
    crate::waiting::until_closed(address).await;
    assert!(!stopping.is_finished());
    closed.open();
    stopping.await.unwrap();
    assert_eq!(notes.take(), ["task done"]);
}
