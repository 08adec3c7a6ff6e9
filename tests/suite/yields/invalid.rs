//! What runs and what does not run for a request that is known to be invalid.

use fastrs::{json, prelude::*, testing::TestClient};

use crate::{
    journal::{Journal, journal, told},
    support::errors,
};

#[dependency]
async fn transaction(tenant: u8, #[depends(journal)] journal: &Journal, lend: Yield<u8>) {
    journal.write("begin");
    let (_, outcome) = lend.until_done(tenant).await;
    journal.write(told(&outcome));
}

#[dependency]
async fn session(#[depends(journal)] journal: &Journal, lend: Yield<u8>) {
    journal.write("session");
    let (_, outcome) = lend.until_done(1).await;
    journal.write(told(&outcome));
}

/// Looks up the token, which requires a session.
#[dependency]
async fn user(token: String, #[depends(session)] _session: u8) -> Result<String> {
    match &*token {
        "good" => Ok("rick".to_owned()),
        _ => Err(HttpError::new(401, "who are you?")),
    }
}

#[dependency]
async fn page(#[query(le = 10)] page: u8) -> u8 {
    page
}

#[post("/rows")]
async fn rows(n: u32, #[depends(transaction)] tenant: &u8) -> u32 {
    n + u32::from(*tenant)
}

#[post("/pages")]
async fn pages(#[depends(page)] page: &u8, #[depends(transaction)] tenant: &u8) -> u8 {
    page + tenant
}

#[post("/own")]
async fn own(
    n: u32,
    #[depends(user)] user: &String,
    #[depends(transaction)] _tenant: &u8,
) -> String {
    format!("{user} {n}")
}

/// The session precedes the dependency that needs it, and is still needed.
#[post("/before")]
async fn before(
    n: u32,
    #[depends(session)] _session: &u8,
    #[depends(user)] user: &String,
) -> String {
    format!("{user} {n}")
}

#[post("/effect", depends = [session])]
async fn effect(n: u32) -> u32 {
    n
}

#[tokio::test]
async fn an_invalid_request_starts_no_transaction() {
    let notes = Journal::new();
    let app = App::new("Invalid", "1").provide::<journal>(notes.clone());
    let app = app.routes(routes![rows, pages, own, before, effect]);
    let client = TestClient::start(app).await;
    let n = json!(["int_parsing", ["query", "n"]]);
    let tenant = json!(["missing", ["query", "tenant"]]);
    let page = json!(["less_than_equal", ["query", "page"]]);
    for (path, expected, lines) in [
        ("/rows?n=1&tenant=2", json!(3), &["begin", "success"][..]),
        ("/rows?n=x&tenant=2", json!([n]), &[]),
        // The errors of a dependency that does not run are still listed, and come first.
        ("/rows?n=x", json!([tenant, n]), &[]),
        ("/rows?n=1", json!([tenant]), &[]),
        ("/pages?page=11&tenant=2", json!([page]), &[]),
        // A client without permission gets that error, whatever else is wrong.
        (
            "/own?n=x&token=bad&tenant=1",
            json!(401),
            &["session", "401"],
        ),
        (
            "/own?n=x&token=good&tenant=1",
            json!([n]),
            &["session", "invalid"],
        ),
        ("/before?n=x&token=bad", json!(401), &["session", "401"]),
        (
            "/before?n=x",
            json!([["missing", ["query", "token"]], n]),
            &[],
        ),
        ("/effect?n=x", json!([n]), &["session", "invalid"]),
    ] {
        let answer = client.post(path).await;
        let found = match answer.status().as_u16() {
            200 => answer.json(),
            422 => errors(&answer),
            status => json!(status),
        };
        assert_eq!(
            (found, &notes.take()[..]),
            (
                expected,
                &lines
                    .iter()
                    .map(|line| (*line).to_owned())
                    .collect::<Vec<_>>()[..]
            ),
            "{path}"
        );
    }
}
