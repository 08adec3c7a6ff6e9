//! Sessions in cookies.

mod documents;
mod expiry;
mod forgery;
mod responses;
mod stores;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use fastrs::{
    SameSite,
    prelude::*,
    security::{NoSession, Session, Sessions},
    testing::{TestClient, TestRequest, TestResponse},
};
use tokio::task::JoinSet;

const SECRET: &str = "a secret of at least 32 bytes, for tests";

#[model]
#[derive(Clone)]
struct User {
    name: String,
}

#[post("/login")]
async fn login(name: String, session: Session<User>) {
    session.start(User { name });
}

#[post("/rename")]
async fn rename(name: String, session: Session<User>) {
    session.set(User { name });
}

#[post("/logout")]
async fn logout(session: Session<User>) {
    session.end();
}

#[dependency]
async fn current_user(session: Session<User>) -> Result<User, NoSession> {
    session.require()
}

#[get("/me")]
async fn me(#[depends(current_user)] user: User) -> User {
    user
}

#[get("/greeting")]
async fn greeting(session: Session<User>) -> String {
    session
        .get()
        .map_or("nobody".into(), |user: User| user.name)
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn sessions() -> Sessions<User> {
    Sessions::new(secret(SECRET))
}

fn app(sessions: Sessions<User>) -> App {
    App::new("sessions", "1")
        .sessions(sessions)
        .routes(routes![login, rename, logout, me, greeting])
}

/// A clock that tests set, in seconds.
#[derive(Clone)]
struct Clock(Arc<AtomicU64>);

impl Clock {
    fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_800_000_000)))
    }

    fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn turn_back(&self, seconds: u64) {
        self.0.fetch_sub(seconds, Ordering::Relaxed);
    }

    fn read(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let clock = self.0.clone();
        move || UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed))
    }
}

/// Returns the `Set-Cookie` of a response.
fn set_cookie(response: &TestResponse) -> Option<&str> {
    response.header("set-cookie")
}

/// Returns the name and the value of the cookie that a response sets.
#[track_caller]
fn cookie(response: &TestResponse) -> String {
    let line = set_cookie(response).expect("a cookie is set");
    line.split(';').next().unwrap_or_default().to_owned()
}

/// Adds cookies to a request, in place of those with the same names that the client keeps.
fn with<'c>(mut request: TestRequest<'c>, cookies: &str) -> TestRequest<'c> {
    for cookie in cookies.split("; ") {
        let (name, value) = cookie.split_once('=').unwrap_or((cookie, ""));
        request = request.cookie(name, value);
    }
    request
}

/// Logs in without a previous session, and returns the cookie.
async fn cookie_of(client: &TestClient, name: &str) -> String {
    client.clear_cookies();
    cookie(&client.post(&format!("/login?name={name}")).await)
}

/// Returns the name that a cookie stands for.
async fn name_of(client: &TestClient, cookie: &str) -> String {
    with(client.get("/greeting"), cookie).await.json()
}

async fn start(sessions: Sessions<User>) -> TestClient {
    TestClient::start(app(sessions)).await
}

#[tokio::test]
async fn a_session_lasts_from_its_start_to_its_end() {
    let client = start(sessions()).await;
    let anonymous = client.get("/me").await;
    assert_eq!(anonymous.status(), 401);
    assert_eq!(anonymous.text(), r#"{"detail":"Not authenticated"}"#);
    assert_eq!(anonymous.header("www-authenticate"), Some("Session"));
    assert_eq!(set_cookie(&anonymous), None);

    assert_eq!(client.post("/login?name=alice").await.status(), 200);
    assert_eq!(client.get("/me").await.text(), r#"{"name":"alice"}"#);
    assert_eq!(client.get("/greeting").await.json::<String>(), "alice");
    client.post("/rename?name=alicia").await;
    assert_eq!(client.get("/me").await.text(), r#"{"name":"alicia"}"#);

    client.post("/logout").await;
    assert_eq!(client.get("/me").await.status(), 401);
    assert_eq!(client.get("/greeting").await.json::<String>(), "nobody");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach() {
    let client = start(sessions()).await;
    let login = client.post("/login?name=alice").await;
    let line = set_cookie(&login).unwrap();
    let (pair, attributes) = line.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-session="), "{pair}");
    assert!(!pair.contains("alice") && !pair.contains('"'), "{pair}");
    assert_eq!(
        attributes,
        "HttpOnly; Max-Age=86400; Path=/; SameSite=lax; Secure"
    );
    let logout = client.post("/logout").await;
    assert_eq!(
        set_cookie(&logout),
        Some("__Host-session=\"\"; HttpOnly; Max-Age=0; Path=/; SameSite=lax; Secure")
    );
}

#[tokio::test]
async fn the_settings_of_the_cookie() {
    let development = start(sessions().secure(false).name("dev")).await;
    let login = development.post("/login?name=alice").await;
    let line = set_cookie(&login).unwrap();
    assert!(line.starts_with("dev="), "{line}");
    assert!(!line.contains("Secure"), "{line}");

    let strict = start(sessions().same_site(SameSite::Strict)).await;
    let login = strict.post("/login?name=alice").await;
    assert!(set_cookie(&login).unwrap().contains("SameSite=strict"));
}

#[tokio::test]
async fn nothing_is_written_unless_something_changed() {
    let client = start(sessions()).await;
    let cookie = cookie_of(&client, "alice").await;
    for path in ["/me", "/greeting", "/nowhere"] {
        let response = with(client.get(path), &cookie).await;
        assert_eq!(set_cookie(&response), None, "{path}");
        assert_eq!(response.header("cache-control"), None, "{path}");
    }
    // The end of a session that does not exist.
    let other = start(sessions()).await;
    assert_eq!(set_cookie(&other.post("/logout").await), None);
}

#[tokio::test]
async fn the_same_data_is_never_the_same_cookie() {
    let client = start(sessions()).await;
    let first = cookie_of(&client, "alice").await;
    assert_ne!(first, cookie_of(&client, "alice").await);
}

#[post("/steps")]
async fn steps(
    session: Session<User>,
    #[depends(enter)] entered: String,
    #[query(default = vec![])] step: Vec<String>,
) -> Vec<String> {
    let mut seen = vec![entered];
    for step in step {
        match step.as_str() {
            "end" => session.end(),
            "start" => session.start(User { name: "new".into() }),
            _ => session.set(User { name: step }),
        }
        seen.push(session.get().map_or("-".into(), |user| user.name));
    }
    seen
}

/// Changes the session before the handler runs.
#[dependency]
async fn enter(session: Session<User>, #[header] x_enter: Option<String>) -> String {
    if let Some(name) = x_enter {
        session.set(User { name });
    }
    session.get().map_or("-".into(), |user| user.name)
}

#[tokio::test]
async fn all_arguments_of_a_request_are_the_same_session() {
    let app = App::new("steps", "1").sessions(sessions());
    let client = TestClient::start(app.routes(routes![steps, greeting])).await;
    let run = async |path: &str, enter: &str| -> Vec<String> {
        client.post(path).header("x-enter", enter).await.json()
    };
    assert_eq!(
        run("/steps?step=b&step=end&step=c&step=start", "a").await,
        ["a", "b", "-", "c", "new"]
    );
    assert_eq!(client.get("/greeting").await.json::<String>(), "new");
    assert_eq!(run("/steps?step=end", "a").await, ["a", "-"]);
    assert_eq!(client.get("/greeting").await.json::<String>(), "nobody");
}

#[model]
#[derive(Clone, Default)]
struct Cart {
    items: Vec<String>,
}

#[post("/cart")]
async fn fill(item: String, cart: Session<Cart>, user: Session<User>) -> Option<String> {
    let mut filled = cart.get().unwrap_or_default();
    filled.items.push(item);
    cart.set(filled);
    user.get().map(|user| user.name)
}

#[get("/cart")]
async fn read_cart(cart: Session<Cart>) -> Vec<String> {
    cart.get().unwrap_or_default().items
}

#[tokio::test]
async fn an_app_has_a_session_for_each_type_of_data() {
    let app = app(sessions())
        .sessions(Sessions::<Cart>::new(secret(SECRET)).name("cart"))
        .routes(routes![fill, read_cart]);
    let client = TestClient::start(app).await;
    client.post("/login?name=alice").await;
    for item in ["hammer", "saw"] {
        let name: Option<String> = client.post(&format!("/cart?item={item}")).await.json();
        assert_eq!(name.as_deref(), Some("alice"));
    }
    client.post("/logout").await;
    let items: Vec<String> = client.get("/cart").await.json();
    assert_eq!(items, ["hammer", "saw"]);
}

#[tokio::test]
async fn parallel_requests_do_not_share_a_session() {
    let client = Arc::new(start(sessions()).await);
    let mut cookies = Vec::new();
    for name in ["a", "b", "c"] {
        cookies.push((name, cookie_of(&client, name).await));
    }
    let mut requests = JoinSet::new();
    for number in 0..60 {
        let (name, cookie) = cookies[number % 3].clone();
        let client = client.clone();
        requests.spawn(async move { (name, name_of(&client, &cookie).await) });
    }
    for (name, found) in requests.join_all().await {
        assert_eq!(found, name);
    }
}

fn mistakes(app: App) -> String {
    app.build().unwrap_err().to_string()
}

#[test]
fn mistakes_stop_the_app() {
    let unknown = mistakes(App::new("none", "1").routes(routes![greeting]));
    assert!(
        unknown.contains("`greeting` (") && unknown.contains("sessions.rs:"),
        "{unknown}"
    );
    assert!(
        unknown.contains("security::sessions::User`, but the app has none"),
        "{unknown}"
    );

    for (sessions, mistake) in [
        (
            Sessions::new(secret("short")),
            "a secret has 5 bytes, but needs at least 32",
        ),
        (
            sessions().accept(secret("old")),
            "a secret has 3 bytes, but needs at least 32",
        ),
        (sessions().name("a b"), "the name \"a b\" must consist of"),
        (sessions().name(""), "the name \"\" must consist of"),
        (
            sessions().idle(Duration::from_millis(999)),
            "`idle(999ms)` must be at least",
        ),
        (
            sessions().lifetime(Duration::ZERO),
            "`lifetime(0ns)` must be at least",
        ),
        (
            sessions().same_site(SameSite::None).secure(false),
            "browsers reject a cookie with `SameSite::None`",
        ),
    ] {
        let found = mistakes(app(sessions));
        assert!(found.contains(mistake), "{found}");
        assert!(!found.contains("short"), "{found}");
    }
    let twice = mistakes(app(sessions()).sessions(sessions()));
    assert!(twice.contains("two kinds of sessions of"), "{twice}");
    let cart = Sessions::<Cart>::new(secret(SECRET));
    let clash = mistakes(app(sessions()).sessions(cart));
    assert!(
        clash.contains("have the same cookie, `__Host-session`"),
        "{clash}"
    );
}

#[test]
fn neither_settings_nor_sessions_show_secrets() {
    let shown = format!(
        "{:?}",
        sessions().accept(secret("another secret of at least 32 bytes"))
    );
    assert!(
        shown.contains("__Host-session") && !shown.contains("at least"),
        "{shown}"
    );
}
