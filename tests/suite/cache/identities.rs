//! Nobody gets a response that was computed for someone else.

use std::sync::Arc;

use fastrs::{
    Cache,
    prelude::*,
    security::{
        ApiKeyCookie, ApiKeyHeader, ApiKeyQuery, HttpBasic, HttpBasicCredentials, HttpBearer,
        MemorySessionStore, Session, Sessions,
    },
    testing::{TestClient, TestRequest},
};
use tokio::sync::Semaphore;

use super::{Calls, TestClock, text};
use crate::waiting::{soon, until_idle};

const BEARER: HttpBearer = HttpBearer::new();
const BASIC: HttpBasic = HttpBasic::new();
const HEADER: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
const QUERY: ApiKeyQuery = ApiKeyQuery::new("key");
const COOKIE: ApiKeyCookie = ApiKeyCookie::new("key");

/// Counts computations, and lets them continue.
#[derive(Clone)]
struct Gate {
    calls: Calls,
    permits: Arc<Semaphore>,
}

#[dependency(scope = "app")]
async fn gate() -> Gate;

async fn own_page(gate: &Gate, user: &str) -> Result<String> {
    let call = gate.calls.next();
    gate.permits.acquire().await?.forget();
    match user {
        "eve" => Err(HttpError::new(403, "eve")),
        user => Ok(format!("{user} {call}")),
    }
}

macro_rules! routes_of {
    ($($path:literal $name:ident($($argument:tt)*) => $user:expr;)*) => {$(
        #[get($path, cache(seconds = 10, stale = 10))]
        async fn $name($($argument)*, #[depends(gate)] gate: &Gate) -> Result<String> {
            own_page(gate, $user).await
        }
    )*};
}

/// The user of a token, as a dependency.
#[dependency]
async fn user(#[security(BEARER)] token: &str) -> Result<String> {
    match token {
        "expired" => Err(HttpError::new(401, "expired")),
        token => Ok(token.to_owned()),
    }
}

#[dependency]
async fn optional_user(#[security(BEARER)] token: Option<&str>) -> String {
    token.unwrap_or("nobody").to_owned()
}

routes_of! {
    "/bearer" bearer(#[security(BEARER)] token: &str) => token;
    "/basic" basic(#[security(BASIC)] user: HttpBasicCredentials) => &user.username;
    "/key-header" key_header(#[security(HEADER)] key: &str) => key;
    "/key-query" key_query(#[security(QUERY)] key: &str) => key;
    "/key-cookie" key_cookie(#[security(COOKIE)] key: String) => &key;
    "/dependency" dependency(#[depends(user)] user: &String) => user;
    "/optional" optional(#[depends(optional_user)] user: &String) => user;
    "/argument-header" argument_header(#[header] authorization: String) => authorization.trim_start_matches("Bearer ");
    "/argument-cookie" argument_cookie(#[cookie] key: String) => &key;
}

/// The paths of the routes; `request` says how a client identifies itself at each.
const PATHS: [&str; 9] = [
    "/bearer",
    "/basic",
    "/key-header",
    "/key-query",
    "/key-cookie",
    "/dependency",
    "/optional",
    "/argument-header",
    "/argument-cookie",
];

fn request<'c>(client: &'c TestClient, method: &str, path: &str, user: &str) -> TestRequest<'c> {
    let request = client.request(method, path);
    match path {
        "/basic" => request.basic(user, "secret"),
        "/key-header" => request.header("x-api-key", user),
        "/key-query" => request.query(&[("key", user)]),
        "/key-cookie" | "/argument-cookie" => request.header("cookie", format!("key={user}")),
        _ => request.bearer(user),
    }
}

async fn start(gate: &Gate, clock: &TestClock) -> Arc<TestClient> {
    let all = routes![
        bearer,
        basic,
        key_header,
        key_query,
        key_cookie,
        dependency,
        optional,
        argument_header,
        argument_cookie,
    ];
    let app = App::new("Shop", "1.0.0")
        .provide::<gate>(gate.clone())
        .provide::<Cache>(clock.cache())
        .routes(all);
    Arc::new(TestClient::start(app).await)
}

fn open(permits: usize) -> Gate {
    Gate {
        calls: Calls::default(),
        permits: Arc::new(Semaphore::new(permits)),
    }
}

/// A miss, a hit, a 304, a HEAD and a stale response: each is the client's own.
#[tokio::test]
async fn every_kind_of_response_is_the_clients_own() {
    for path in PATHS {
        let (gate, clock) = (open(1_000_000), TestClock::new());
        let client = start(&gate, &clock).await;
        let mut etags = Vec::new();
        for user in ["alice", "bob"] {
            let miss = request(&client, "GET", path, user).await;
            let own = text(&miss);
            assert!(own.starts_with(user), "{path}: {own}");
            assert_eq!(
                text(&request(&client, "GET", path, user).await),
                own,
                "{path}"
            );
            let control = miss.header("cache-control").unwrap();
            assert!(control.starts_with("private, "), "{path}: {control}");
            etags.push(miss.header("etag").unwrap().to_owned());
        }
        for (user, own, other) in [("alice", 0, 1), ("bob", 1, 0)] {
            let known = async |method, etag: usize| {
                let request = request(&client, method, path, user);
                request.header("if-none-match", &etags[etag]).await
            };
            assert_eq!(known("GET", own).await.status(), 304, "{path}");
            assert_eq!(known("HEAD", own).await.status(), 304, "{path}");
            let answer = known("GET", other).await;
            assert!(text(&answer).starts_with(user), "{path}");
            let head = known("HEAD", other).await;
            assert_eq!(
                (head.status().as_u16(), head.header("etag")),
                (200, Some(&*etags[own]))
            );
            let ranged = request(&client, "GET", path, user)
                .header("range", "bytes=0-2")
                .await;
            assert!(text(&ranged).starts_with(user), "{path}");
        }
        clock.advance(10);
        for user in ["bob", "alice", "bob"] {
            let stale = request(&client, "GET", path, user).await;
            assert!(text(&stale).starts_with(user), "{path}");
        }
        for user in ["eve", "alice", "eve"] {
            let answer = request(&client, "GET", path, user).await;
            assert_eq!(
                answer.status().as_u16(),
                if user == "eve" { 403 } else { 200 },
                "{path}"
            );
            assert!(answer.text().contains(user), "{path}");
        }
    }
}

#[tokio::test]
async fn nobody_joins_the_computation_of_someone_else() {
    for path in PATHS {
        let (gate, clock) = (open(0), TestClock::new());
        let client = start(&gate, &clock).await;
        let mut tasks = Vec::new();
        for number in 0..40 {
            let user = ["alice", "bob", "eve", "carol"][number % 4];
            let client = client.clone();
            tasks.push(tokio::spawn(async move {
                let answer = request(&client, "GET", path, user).send().await;
                (user, answer.text())
            }));
        }
        until_idle().await;
        assert_eq!(gate.calls.count(), 4, "{path}");
        gate.permits.add_permits(1000);
        for task in tasks {
            let (user, answer) = soon(task).await.unwrap();
            assert!(answer.contains(user), "{path}: {answer}");
        }
    }
}

#[get("/guarded", cache(seconds = 60))]
async fn guarded(#[depends(gate)] gate: &Gate) -> String {
    gate.calls.next().to_string()
}

#[get("/shared", cache(seconds = 60, shared))]
async fn shared(#[depends(gate)] gate: &Gate) -> String {
    gate.calls.next().to_string()
}

#[tokio::test]
async fn a_guard_runs_for_every_request() {
    let gate = open(0);
    let app = App::new("Shop", "1.0.0")
        .provide::<gate>(gate.clone())
        .require::<user>()
        .routes(routes![guarded, shared]);
    let client = TestClient::start(app).await;
    for (path, alice, bob) in [("/guarded", "1", "2"), ("/shared", "3", "3")] {
        for _ in 0..2 {
            let answer = client.get(path).bearer("alice").await;
            assert_eq!(text(&answer), alice);
            let control = answer.header("cache-control").unwrap();
            assert_eq!(control.starts_with("private"), path == "/guarded");
            assert_eq!(text(&client.get(path).bearer("bob").await), bob);
            for refused in [client.get(path), client.get(path).bearer("expired")] {
                let answer = refused.header("if-none-match", "*").await;
                assert_eq!(answer.status(), 401, "{path}");
            }
        }
    }
}

#[model]
#[derive(Clone)]
struct User {
    name: String,
    visits: u32,
}

#[post("/login/<name>")]
async fn login(name: String, session: Session<User>) {
    session.start(User { name, visits: 0 });
}

#[post("/visit")]
async fn visit(session: Session<User>) {
    if let Some(mut user) = session.get() {
        user.visits += 1;
        session.set(user);
    }
}

#[post("/logout-everywhere/<name>")]
async fn logout_everywhere(name: &str, session: Session<User>) -> Result<()> {
    session.end_everywhere(name).await
}

#[get("/session", cache(seconds = 60))]
async fn session_page(session: Session<User>, #[depends(gate)] gate: &Gate) -> String {
    let user = session.get();
    let user = user.map(|user| format!("{} {}", user.name, user.visits));
    format!("{user:?} {}", gate.calls.next())
}

#[get("/changed", cache(seconds = 60))]
async fn changed(session: Session<User>, #[depends(gate)] gate: &Gate) -> String {
    if let Some(user) = session.get() {
        session.set(user);
    }
    gate.calls.next().to_string()
}

#[tokio::test]
async fn a_session_is_an_identity() {
    let key = || Secret::new("a key of at least 32 bytes, not in the code".to_owned());
    let stored = Sessions::stored(MemorySessionStore::new(100));
    for (is_stored, sessions) in [(true, stored), (false, Sessions::new(key()))] {
        let sessions = sessions.user(|user: &User| user.name.clone());
        let gate = open(0);
        let all = routes![login, visit, logout_everywhere, session_page, changed];
        let app = App::new("Shop", "1.0.0")
            .provide::<gate>(gate.clone())
            .sessions(sessions)
            .routes(all);
        let client = TestClient::start(app).await;
        let page = async || text(&client.get("/session").await);
        let nobody = page().await;
        client.post("/login/alice").await;
        let alice = page().await;
        let cookies = client.cookies();
        assert!(alice.contains("alice 0"));
        assert_eq!(page().await, alice);
        // The same data, but another session.
        client.clear_cookies();
        assert_eq!(page().await, nobody);
        client.post("/login/alice").await;
        assert_ne!(page().await, alice);
        // What changes the session changes the page.
        client.post("/visit").await;
        assert!(page().await.contains("alice 1"));
        let (first, second) = (client.get("/changed").await, client.get("/changed").await);
        assert_ne!(text(&first), text(&second));
        if is_stored {
            client.post("/logout-everywhere/alice").await;
            client.clear_cookies();
            for (name, value) in cookies {
                client.set_cookie(&name, &value);
            }
            assert!(page().await.starts_with("None"));
        }
    }
}

#[tokio::test]
async fn an_expired_token_gets_no_stored_response() {
    let gate = open(1000);
    let client = start(&gate, &TestClock::new()).await;
    assert_eq!(
        client.get("/dependency").bearer("alice").await.status(),
        200
    );
    for _ in 0..2 {
        let answer = client.get("/dependency").bearer("expired").await;
        assert_eq!(answer.status(), 401);
    }
}
