//! Exits: all of them run, in reverse, with the right outcome, before the response is sent.

use fastrs::{
    JsonSchema, Value,
    prelude::*,
    testing::{TestClient, TestResponse},
};

use crate::journal::{Journal, journal, told};

/// Lends its own name, and records how it ended.
#[dependency]
async fn outer(#[depends(journal)] journal: &Journal, lend: Yield<String>) {
    journal.write("outer");
    let (name, outcome) = lend.until_done("outer".to_owned()).await;
    journal.write(format!("{name}: {}", told(&outcome)));
}

#[dependency]
async fn inner(
    #[depends(outer)] outer: String,
    #[depends(journal)] journal: &Journal,
    lend: Yield<String>,
) {
    journal.write(format!("inner in {outer}"));
    let (name, outcome) = lend.until_done("inner".to_owned()).await;
    journal.write(format!("{name}: {}", told(&outcome)));
}

#[derive(Debug, HttpError)]
enum OwnerError {
    #[error("not yours, {0}")]
    #[status(403)]
    NotYours(&'static str),
}

/// Receives errors by their type.
#[dependency]
async fn typed(#[depends(journal)] journal: &Journal, lend: Yield<u8>) {
    let (_, outcome) = lend.until_done(0).await;
    let owner = match &outcome {
        Outcome::Failure(failure) if failure.is::<OwnerError>() => {
            failure.downcast_ref::<OwnerError>()
        }
        _ => None,
    };
    journal.write(format!("typed: {owner:?}"));
}

#[dependency]
async fn refuses(#[query(default = false)] refuse: bool) -> Result<()> {
    match refuse {
        true => Err(HttpError::new(401, "who are you?")),
        false => Ok(()),
    }
}

#[dependency]
async fn stumbles(#[query(default = false)] stumble: bool) {
    assert!(!stumble, "stumbled");
}

/// A value that cannot be written as JSON.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(crate = "fastrs::__private::schemars")]
struct Unwritable;

impl fastrs::__private::serde::Serialize for Unwritable {
    fn serialize<S: fastrs::__private::serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(fastrs::__private::serde::ser::Error::custom("on purpose"))
    }
}

#[get("/end", depends = [inner])]
async fn end(
    #[query(default = String::new())] how: String,
    #[depends(outer)] name: &mut String,
    #[depends(refuses)] _refuses: (),
    #[depends(stumbles)] _stumbles: (),
    #[query(default = 1)] late: u8,
) -> Result<u8> {
    name.push('*');
    match &*how {
        "error" => Err(HttpError::new(404, "not here")),
        "foreign" => Ok("x".parse::<u8>()?),
        "panic" => panic!("on purpose"),
        _ => Ok(late),
    }
}

#[get("/owner")]
async fn owner(
    #[depends(typed)] _it: u8,
    #[depends(outer)] _outer: &String,
) -> Result<(), OwnerError> {
    Err(OwnerError::NotYours("rick"))
}

#[get("/unwritable", depends = [inner])]
async fn unwritable() -> Json<Unwritable> {
    Json(Unwritable)
}

#[get("/unavailable", depends = [inner])]
async fn unavailable() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

#[get("/unavailable-by-reply", depends = [inner])]
async fn unavailable_by_reply(reply: &mut Reply) -> &'static str {
    reply.status(503);
    "later"
}

#[get("/not-found-by-response", depends = [inner])]
async fn gone() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::GONE;
    response
}

fn app() -> (App, Journal) {
    let notes = Journal::new();
    let app = App::new("Exits", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![
            end,
            owner,
            unwritable,
            unavailable,
            unavailable_by_reply,
            gone,
            mended,
            both_fail,
            late,
            anew,
            by_arguments,
            never,
            in_vain,
        ]);
    (app, notes)
}

async fn get(client: &TestClient, path: &str) -> (u16, String) {
    let answer: TestResponse = client.get(path).await;
    (answer.status().as_u16(), answer.text())
}

#[tokio::test]
async fn every_outcome_runs_every_exit_in_reverse() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    for (path, status, outcome, name) in [
        ("/end", 200, "success", "outer*"),
        ("/end?how=error", 404, "404", "outer*"),
        ("/end?how=foreign", 500, "500", "outer*"),
        ("/end?how=panic", 500, "panic", "outer*"),
        ("/end?refuse=true", 401, "401", "outer"),
        ("/end?stumble=true", 500, "panic", "outer"),
        ("/end?late=x", 422, "invalid", "outer"),
        ("/unwritable", 500, "500", "outer"),
        ("/unavailable", 503, "503", "outer"),
        ("/unavailable-by-reply", 503, "503", "outer"),
        ("/not-found-by-response", 410, "success", "outer"),
    ] {
        assert_eq!(get(&client, path).await.0, status, "{path}");
        let inner = format!("inner: {outcome}");
        let outer = format!("{name}: {outcome}");
        assert_eq!(
            notes.take(),
            ["outer", "inner in outer", &inner, &outer],
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_exit_can_ask_for_the_type_of_an_error() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    assert_eq!(
        get(&client, "/owner").await,
        (403, r#"{"detail":"not yours, rick"}"#.to_owned())
    );
    assert_eq!(
        notes.take(),
        ["outer", "outer: 403", r#"typed: Some(NotYours("rick"))"#]
    );
}

#[dependency]
async fn mends(lend: Yield<u8>) -> Result<()> {
    match lend.until_done(0).await.1 {
        Outcome::Failure(failure) if failure.is::<OwnerError>() => {
            Err(HttpError::new(400, "owner error"))
        }
        _ => Ok(()),
    }
}

#[get("/mended", depends = [outer, mends])]
async fn mended(reply: &mut Reply) -> Result<(), OwnerError> {
    reply.header("x-lost", "with the response");
    Err(OwnerError::NotYours("rick"))
}

#[dependency]
async fn fails(
    #[arg] status: u16,
    #[arg] panics: bool,
    #[depends(journal)] journal: &Journal,
    lend: Yield<u8>,
) -> Result<()> {
    let (_, outcome) = lend.until_done(0).await;
    journal.write(format!("{status}: {}", told(&outcome)));
    assert!(!panics, "an exit panicked");
    Err(HttpError::new(status, "an exit failed").header("x-exit", "failed"))
}

#[get("/both-fail", depends = [outer, fails(status = 409, panics = false), fails(status = 502, panics = false)])]
async fn both_fail(tasks: BackgroundTasks, #[depends(journal)] journal: Journal) -> &'static str {
    tasks.add(async move { journal.write("a task was run") });
    "done"
}

#[get("/late", depends = [outer, fails(status = 500, panics = true)])]
async fn late() -> &'static str {
    "done"
}

#[tokio::test]
async fn an_exits_error_becomes_the_response_and_is_passed_to_the_other_exits() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    assert_eq!(
        get(&client, "/mended").await,
        (400, r#"{"detail":"owner error"}"#.to_owned())
    );
    assert_eq!(notes.take(), ["outer", "outer: 400"]);

    let answer = client.get("/both-fail").await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("x-exit")),
        (409, Some("failed"))
    );
    assert_eq!(answer.json::<Value>(), json!({"detail": "an exit failed"}));
    assert_eq!(
        notes.take(),
        ["outer", "502: success", "409: 502", "outer: 409"]
    );

    assert_eq!(
        get(&client, "/late").await,
        (500, r#"{"detail":"Internal Server Error"}"#.to_owned())
    );
    assert_eq!(notes.take(), ["outer", "500: success", "outer: panic"]);
}

/// A value that is unique.
#[dependency]
async fn numbered(#[depends(journal)] journal: &Journal, lend: Yield<(usize, Vec<&'static str>)>) {
    journal.write("numbered");
    let number = journal.count("numbered");
    let ((number, uses), outcome) = lend.until_done((number, Vec::new())).await;
    journal.write(format!("{number} {uses:?}: {}", told(&outcome)));
}

type Numbered = (usize, Vec<&'static str>);

#[dependency]
async fn asks_anew(#[depends(numbered, use_cache = false)] value: &mut Numbered) -> usize {
    value.1.push("by a dependency");
    value.0
}

#[get("/anew")]
async fn anew(
    #[depends(numbered)] first: &mut Numbered,
    #[depends(asks_anew)] second: usize,
    #[depends(numbered, use_cache = false)] third: &mut Numbered,
) -> Vec<usize> {
    first.1.push("first");
    third.1.push("third");
    vec![first.0, second, third.0]
}

#[tokio::test]
async fn without_the_cache_each_exit_gets_its_own_value() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/anew").await.json::<Vec<usize>>(), [1, 2, 3]);
    let expected = [
        "numbered",
        "numbered",
        "numbered",
        r#"3 ["third"]: success"#,
        r#"2 ["by a dependency"]: success"#,
        r#"1 ["first"]: success"#,
    ];
    assert_eq!(notes.take(), expected);
}

#[dependency]
async fn drawer(
    #[arg] label: &'static str,
    #[depends(journal)] journal: &Journal,
    lend: Yield<String>,
) {
    let (value, _) = lend.until_done(label.to_owned()).await;
    journal.write(format!("{label} held {value}"));
}

#[get("/by-arguments", depends = [drawer(label = "c")])]
async fn by_arguments(
    #[depends(drawer(label = "a"))] a: &mut String,
    #[depends(drawer(label = "b"))] b: &mut String,
) {
    a.push('1');
    b.push('2');
}

#[tokio::test]
async fn with_arguments_each_exit_gets_its_own_value() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/by-arguments").await.status(), 200);
    assert_eq!(notes.take(), ["b held b2", "a held a1", "c held c"]);
}

#[dependency]
async fn never_lends(lend: Yield<u8>) -> Result<()> {
    drop(lend);
    Ok(())
}

#[dependency]
async fn fails_early(lend: Yield<u8>) -> Result<()> {
    Err(HttpError::new(503, "no connection left"))?;
    lend.until_done(0).await;
    Ok(())
}

#[get("/never", depends = [outer, never_lends])]
async fn never() {}

#[get("/in-vain", depends = [outer, fails_early])]
async fn in_vain() {}

#[tokio::test]
async fn a_dependency_that_lends_nothing_is_a_failure() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    assert_eq!(
        get(&client, "/never").await,
        (500, r#"{"detail":"Internal Server Error"}"#.to_owned())
    );
    assert_eq!(notes.take(), ["outer", "outer: 500"]);
    assert_eq!(
        get(&client, "/in-vain").await,
        (503, r#"{"detail":"no connection left"}"#.to_owned())
    );
    assert_eq!(notes.take(), ["outer", "outer: 503"]);
}
