//! Sessions in a store: the cookie contains only a random id.

use std::sync::LazyLock;

use fastrs::security::{MemorySessionStore, SessionStore, SqliteSessionStore, StoredSession};
use sqlx::{Row, SqlitePool, sqlite::SqlitePoolOptions};
use tokio::sync::Barrier;

use super::*;

async fn pool() -> SqlitePool {
    // Each connection to `:memory:` is a database of its own.
    let options = SqlitePoolOptions::new().max_connections(1);
    options.connect("sqlite::memory:").await.unwrap()
}

async fn sqlite() -> Sessions<User> {
    Sessions::stored(SqliteSessionStore::new(pool().await))
}

fn memory() -> Sessions<User> {
    Sessions::stored(MemorySessionStore::new(1000))
}

async fn both() -> [Sessions<User>; 2] {
    [memory(), sqlite().await]
}

#[post("/leave-everywhere")]
async fn leave_everywhere(session: Session<User>, stay: bool) -> Result<()> {
    let Some(user) = session.get() else {
        return Ok(());
    };
    session.end_everywhere(&user.name).await?;
    if stay {
        session.start(user);
    }
    Ok(())
}

#[post("/close")]
async fn close(name: &str, session: Session<User>) -> Result<()> {
    session.end_everywhere(name).await
}

fn stored_app(sessions: Sessions<User>) -> App {
    let sessions = sessions.user(|user: &User| user.name.clone());
    app(sessions).routes(routes![leave_everywhere, close])
}

#[tokio::test]
async fn a_session_lasts_from_its_start_to_its_end() {
    for sessions in both().await {
        let client = start(sessions).await;
        assert_eq!(client.get("/me").await.status(), 401);
        client.post("/login?name=alice").await;
        assert_eq!(client.get("/me").await.text(), r#"{"name":"alice"}"#);
        client.post("/rename?name=alicia").await;
        assert_eq!(client.get("/me").await.text(), r#"{"name":"alicia"}"#);
        client.post("/logout").await;
        assert_eq!(client.get("/me").await.status(), 401);
    }
}

#[post("/fill")]
async fn fill(session: Session<User>) {
    session.set(User {
        name: "a".repeat(100_000),
    });
}

#[tokio::test]
async fn the_cookie_does_not_depend_on_the_data() {
    for sessions in both().await {
        let client = TestClient::start(app(sessions).routes(routes![fill])).await;
        let line = cookie(&client.post("/fill").await);
        assert_eq!(line.len(), "__Host-session=".len() + 43);
        assert_eq!(name_of(&client, &line).await.len(), 100_000);
    }
}

#[tokio::test]
async fn the_end_of_a_session_ends_its_copies() {
    for sessions in both().await {
        let client = start(sessions).await;
        let copy = cookie_of(&client, "alice").await;
        assert_eq!(name_of(&client, &copy).await, "alice");
        client.post("/logout").await;
        assert_eq!(name_of(&client, &copy).await, "nobody");
    }
}

#[tokio::test]
async fn a_login_replaces_the_id_of_whoever_planted_one() {
    for sessions in both().await {
        let client = start(sessions).await;
        // A new session does not adopt an id that no session has.
        let planted = format!("__Host-session={}", "A".repeat(43));
        let login = with(client.post("/login?name=alice"), &planted).await;
        assert_ne!(cookie(&login), planted);
        assert_eq!(name_of(&client, &planted).await, "nobody");
        // The id of a session that someone else began.
        let begun = cookie_of(&client, "mallory").await;
        let login = with(client.post("/login?name=alice"), &begun).await;
        assert_ne!(cookie(&login), begun);
        assert_eq!(name_of(&client, &begun).await, "nobody");
        assert_eq!(name_of(&client, &cookie(&login)).await, "alice");
    }
}

#[tokio::test]
async fn an_unknown_id_is_ignored() {
    for sessions in both().await {
        let client = start(sessions).await;
        let real = cookie_of(&client, "alice").await;
        client.clear_cookies();
        for value in [
            "A".repeat(43),
            "A".repeat(42),
            "A".repeat(44),
            format!("{}B", "A".repeat(42)),
            String::new(),
            "x".repeat(5000),
            format!("{}=", &real[15..]),
        ] {
            let line = format!("__Host-session={value}");
            let response = with(client.get("/greeting"), &line).await;
            assert_eq!(response.json::<String>(), "nobody", "{value}");
            assert_eq!(set_cookie(&response), None, "{value}");
        }
    }
}

#[tokio::test]
async fn sessions_of_a_user_end_everywhere() {
    for sessions in both().await {
        let client = TestClient::start(stored_app(sessions)).await;
        let mut alices = Vec::new();
        for _ in 0..3 {
            alices.push(cookie_of(&client, "alice").await);
        }
        let bob = cookie_of(&client, "bob").await;

        let stays = with(client.post("/leave-everywhere?stay=true"), &alices[0]).await;
        assert_eq!(stays.status(), 200);
        for alice in &alices {
            assert_eq!(name_of(&client, alice).await, "nobody");
        }
        assert_eq!(name_of(&client, &bob).await, "bob");
        let alice = cookie(&stays);
        assert_eq!(name_of(&client, &alice).await, "alice");

        let leaves = with(client.post("/leave-everywhere?stay=false"), &alice).await;
        assert!(set_cookie(&leaves).unwrap().contains("Max-Age=0"));
        assert_eq!(name_of(&client, &alice).await, "nobody");

        // The admin keeps their own session.
        let closed = with(client.post("/close?name=carol"), &bob).await;
        assert_eq!((closed.status().as_u16(), set_cookie(&closed)), (200, None));
        assert_eq!(name_of(&client, &bob).await, "bob");
    }
}

#[tokio::test]
async fn nothing_ends_everywhere_without_a_store_and_a_user() {
    for sessions in [sessions().user(|user: &User| user.name.clone()), memory()] {
        let app = app(sessions).routes(routes![close]);
        let client = TestClient::start(app).await;
        assert_eq!(client.post("/close?name=alice").await.status(), 500);
    }
}

static BARRIER: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

/// Waits in the middle of a request until another one is done.
#[post("/slow")]
async fn slow(session: Session<User>) {
    BARRIER.wait().await;
    BARRIER.wait().await;
    session.set(User {
        name: "resurrected".into(),
    });
}

#[tokio::test]
async fn a_session_that_has_ended_does_not_come_back() {
    for sessions in both().await {
        let client = Arc::new(TestClient::start(app(sessions).routes(routes![slow])).await);
        let alice = cookie_of(&client, "alice").await;
        let slow = tokio::spawn({
            let (client, alice) = (client.clone(), alice.clone());
            async move { with(client.post("/slow"), &alice).await }
        });
        BARRIER.wait().await;
        with(client.post("/logout"), &alice).await;
        BARRIER.wait().await;
        let response = slow.await.unwrap();
        assert_eq!(
            (response.status().as_u16(), set_cookie(&response)),
            (200, None)
        );
        assert_eq!(name_of(&client, &alice).await, "nobody");
    }
}

#[tokio::test]
async fn an_unused_session_ends_and_a_used_one_is_renewed() {
    for sessions in both().await {
        let clock = Clock::new();
        let limits = |sessions: Sessions<User>| {
            let sessions = sessions.idle(Duration::from_secs(1000));
            sessions
                .lifetime(Duration::from_secs(2500))
                .clock(clock.read())
        };
        let client = start(limits(sessions)).await;
        let alice = cookie_of(&client, "alice").await;
        let mut renewals = Vec::new();
        for _ in 0..50 {
            clock.advance(50);
            let response = with(client.get("/greeting"), &alice).await;
            let name: String = response.json();
            if let Some(line) = set_cookie(&response) {
                assert!(line.starts_with(&alice) || name == "nobody", "{line}");
                renewals.push(name);
            }
        }
        // Every 150 seconds until the lifetime is over, when the store may still contain the session.
        assert_eq!(renewals.iter().filter(|name| *name == "alice").count(), 16);
        assert_eq!(name_of(&client, &alice).await, "nobody");

        let idle = cookie_of(&client, "bob").await;
        clock.advance(999);
        assert_eq!(name_of(&client, &idle).await, "bob");
        clock.advance(1000);
        assert_eq!(name_of(&client, &idle).await, "nobody");
    }
}

/// Reads the session so late that a renewal is due, while another request changes it.
#[tokio::test]
async fn a_renewal_does_not_undo_a_parallel_change() {
    for sessions in both().await {
        let clock = Clock::new();
        let app = app(sessions.clock(clock.read())).routes(routes![waits]);
        let client = Arc::new(TestClient::start(app).await);
        let alice = cookie_of(&client, "alice").await;
        clock.advance(10 * 60 * 60);
        let waiting = tokio::spawn({
            let (client, alice) = (client.clone(), alice.clone());
            async move { with(client.get("/waits"), &alice).await }
        });
        WAITS.wait().await;
        with(client.post("/rename?name=alicia"), &alice).await;
        WAITS.wait().await;
        assert!(
            set_cookie(&waiting.await.unwrap())
                .unwrap()
                .starts_with(&alice)
        );
        assert_eq!(name_of(&client, &alice).await, "alicia");
    }
}

static WAITS: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

#[get("/waits")]
async fn waits(_session: Session<User>) {
    WAITS.wait().await;
    WAITS.wait().await;
}

#[tokio::test]
async fn sessions_of_other_names_and_purposes_are_unknown() {
    let pool = pool().await;
    let sessions = || Sessions::stored(SqliteSessionStore::new(pool.clone()));
    let client = start(sessions()).await;
    let line = cookie_of(&client, "alice").await;
    let (_, id) = line.split_once('=').unwrap();
    for (other, name) in [
        (sessions().name("other"), "__Host-other"),
        (sessions().purpose("admin"), "__Host-session"),
        (sessions().secure(false), "session"),
    ] {
        let other = start(other).await;
        assert_eq!(
            name_of(&other, &format!("{name}={id}")).await,
            "nobody",
            "{name}"
        );
    }
    let same = start(sessions()).await;
    assert_eq!(name_of(&same, &line).await, "alice");
}

#[tokio::test]
async fn whoever_reads_the_table_cannot_take_over_a_session() {
    let pool = pool().await;
    let sessions = Sessions::stored(SqliteSessionStore::new(pool.clone()));
    let client = TestClient::start(stored_app(sessions)).await;
    let line = cookie_of(&client, "alice").await;
    let (_, id) = line.split_once('=').unwrap();
    let rows = sqlx::query("SELECT key, data, user FROM fastrs_sessions")
        .fetch_all(&pool)
        .await;
    let [row] = &rows.unwrap()[..] else {
        panic!("there is one session");
    };
    let key: String = row.get("key");
    assert!(key.len() == 43 && key != id, "{key}");
    assert_eq!(row.get::<String, _>("data"), r#"{"name":"alice"}"#);
    assert_eq!(row.get::<String, _>("user"), "alice");
    assert_eq!(
        name_of(&client, &format!("__Host-session={key}")).await,
        "nobody"
    );
}

#[tokio::test]
async fn the_table_is_created_once_and_loses_what_has_expired() {
    let pool = pool().await;
    let clock = Clock::new();
    for _ in 0..2 {
        let sessions = Sessions::stored(SqliteSessionStore::new(pool.clone()));
        let client = start(sessions.clock(clock.read())).await;
        for number in 0..130 {
            cookie_of(&client, &format!("user{number}")).await;
        }
        clock.advance(2 * 24 * 60 * 60);
    }
    let count = async || -> i64 {
        let row = sqlx::query("SELECT count(*) FROM fastrs_sessions")
            .fetch_one(&pool)
            .await;
        row.unwrap().get(0)
    };
    // The first 130 had expired when the last 130 began.
    assert_eq!(count().await, 130);
    sqlx::query("UPDATE fastrs_sessions SET data = '{}'")
        .execute(&pool)
        .await
        .unwrap();
    let client = start(Sessions::stored(SqliteSessionStore::new(pool.clone()))).await;
    cookie_of(&client, "alice").await;
    assert_eq!(count().await, 131);
}

#[tokio::test]
async fn a_store_in_memory_is_bounded() {
    let clock = Clock::new();
    let client = start(Sessions::stored(MemorySessionStore::new(10)).clock(clock.read())).await;
    let mut lines = Vec::new();
    for number in 0..25 {
        clock.advance(1);
        lines.push((
            number.to_string(),
            cookie_of(&client, &number.to_string()).await,
        ));
    }
    let mut alive = Vec::new();
    for (name, line) in &lines {
        if name_of(&client, line).await == *name {
            alive.push(name.clone());
        }
    }
    // Those that were used last.
    assert_eq!(
        alive,
        (15..25)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
    );
}

/// A store that fails from a given operation on.
struct Broken(&'static str);

impl Broken {
    fn fail<T>(&self, operation: &str, value: T) -> Result<T> {
        match self.0 == operation {
            true => Err(HttpError::from_status(500).cause("the store is down")),
            false => Ok(value),
        }
    }
}

impl SessionStore for Broken {
    async fn load(&self, _: &str) -> Result<Option<StoredSession>> {
        let data = r#"{"name":"alice"}"#.to_owned();
        let session = StoredSession::new(data, None, 1_800_000_000, 1_800_000_000, 1_900_000_000);
        self.fail("load", Some(session))
    }

    async fn insert(&self, _: &str, _: StoredSession) -> Result<()> {
        self.fail("insert", ())
    }

    async fn update(&self, _: &str, _: StoredSession) -> Result<bool> {
        self.fail("update", true)
    }

    async fn touch(&self, _: &str, _: u64, _: u64) -> Result<()> {
        self.fail("touch", ())
    }

    async fn delete(&self, _: &str) -> Result<()> {
        self.fail("delete", ())
    }

    async fn delete_user(&self, _: &str) -> Result<()> {
        self.fail("delete_user", ())
    }
}

#[tokio::test]
async fn a_store_that_fails_is_a_500_without_a_cookie() {
    let id = format!("__Host-session={}", "A".repeat(43));
    for (operation, method, path) in [
        ("load", "GET", "/greeting"),
        ("insert", "POST", "/login?name=alice"),
        ("delete", "POST", "/login?name=alice"),
        ("update", "POST", "/rename?name=alice"),
        ("delete", "POST", "/logout"),
        ("touch", "GET", "/greeting"),
        ("delete_user", "POST", "/close?name=alice"),
    ] {
        let clock = Clock::new();
        clock.advance(20 * 60 * 60);
        let sessions = Sessions::stored(Broken(operation)).clock(clock.read());
        let client = TestClient::start(stored_app(sessions)).await;
        let response = with(client.request(method, path), &id).await;
        assert_eq!(response.status(), 500, "{operation} {path}");
        assert_eq!(response.text(), r#"{"detail":"Internal Server Error"}"#);
        assert!(set_cookie(&response).is_none(), "{operation} {path}");
        // Without a cookie, nothing is loaded.
        assert_eq!(client.get("/greeting").await.status(), 200);
    }
}

#[test]
fn a_store_needs_no_secret() {
    let error = app(memory().accept(secret(SECRET)))
        .build()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("sessions in a store have no secret"),
        "{error}"
    );
}
