//! Guards: routes that cannot be left open.

use std::sync::atomic::{AtomicU32, Ordering};

use fastrs::{
    prelude::*,
    security::{ApiKeyHeader, OAuth2, OAuth2PasswordBearer, OAuthFlow, OAuthFlows, SecurityScopes},
    testing::TestClient,
};

const KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");

#[dependency]
async fn partner(#[security(KEY)] key: &str) -> Result<String> {
    match key {
        "secret" => Ok("partner".into()),
        _ => Err(HttpError::new(403, "Wrong key")),
    }
}

#[get("/items/<id>")]
async fn item(id: u64) -> u64 {
    id
}

#[post("/items", status = 201)]
async fn create(body: Bytes) -> usize {
    body.len()
}

#[get("/health", public)]
async fn health() -> String {
    "ok".into()
}

#[get("/open")]
async fn open() -> String {
    "open".into()
}

fn app() -> App {
    App::new("guards", "1")
        .body_limit(16)
        .require::<partner>()
        .routes(routes![item, create, health])
        .include(Router::new("/public").public().routes(routes![open]))
}

#[derive(Clone)]
struct Layered;

impl<S> tower::Layer<S> for Layered {
    type Service = S;

    fn layer(&self, inner: S) -> S {
        inner
    }
}

async fn status(client: &TestClient, method: &str, path: &str, key: Option<&str>) -> u16 {
    let mut request = client.request(method, path).follow_redirects(false);
    if let Some(key) = key {
        request = request.header("x-api-key", key);
    }
    request.send().await.status().as_u16()
}

/// Every way to a guarded path needs the key, with and without layers.
#[tokio::test]
async fn a_guard_covers_every_way_to_its_routes() {
    let layered = app().include(Router::new("/layered").layer(Layered).routes(routes![item]));
    let client = TestClient::start(layered).await;
    let guarded = [
        ("GET", "/items/1", 200),
        ("HEAD", "/items/1", 200),
        ("OPTIONS", "/items/1", 204),
        ("DELETE", "/items/1", 405),
        ("GET", "/items/1/", 307),
        ("GET", "/%69tems/1", 200),
        ("GET", "/layered/items/1", 200),
        ("OPTIONS", "/layered/items/1", 204),
        ("DELETE", "/layered/items/1", 405),
        ("GET", "/layered/items/1/", 307),
    ];
    for (method, path, with_key) in guarded {
        let of = |key| status(&client, method, path, key);
        assert_eq!(of(None).await, 401, "{method} {path}");
        assert_eq!(of(Some("wrong")).await, 403, "{method} {path}");
        assert_eq!(of(Some("secret")).await, with_key, "{method} {path}");
    }
    for path in ["/health", "/public/open", "/docs", "/openapi.json"] {
        assert_eq!(status(&client, "GET", path, None).await, 200, "{path}");
    }
    assert_eq!(status(&client, "GET", "/nowhere", None).await, 404);
    client.stop().await;
}

#[tokio::test]
async fn a_guard_comes_before_the_limit_of_the_body() {
    let client = TestClient::start(app()).await;
    let post = || client.post("/items").body("x".repeat(17));
    assert_eq!(post().send().await.status(), 401);
    assert_eq!(
        post().header("x-api-key", "secret").send().await.status(),
        413
    );
    client.stop().await;
}

#[tokio::test]
async fn the_allowed_methods_are_shown_to_those_who_may_see_them() {
    let client = TestClient::start(app()).await;
    let options = || client.request("OPTIONS", "/items/1");
    assert_eq!(options().send().await.header("allow"), None);
    let allowed = options().header("x-api-key", "secret").send().await;
    assert_eq!(allowed.header("allow"), Some("GET, HEAD, OPTIONS"));
    let wrong_method = client.delete("/items/1").header("x-api-key", "secret");
    let wrong_method = wrong_method.send().await;
    assert_eq!(wrong_method.status(), 405);
    assert_eq!(wrong_method.header("allow"), Some("GET, HEAD, OPTIONS"));
    client.stop().await;
}

/// The guard reads the path and the credential of every kind of request.
#[tokio::test]
async fn a_guard_can_read_the_path_of_its_router() {
    #[dependency]
    async fn tenant(#[path] tenant: &str, #[security(KEY)] key: &str) -> Result<()> {
        match tenant == key {
            true => Ok(()),
            false => Err(HttpError::new(403, "Another tenant")),
        }
    }
    #[get("/list/")]
    async fn list() -> String {
        "list".into()
    }
    let below = Router::new("/t/<tenant>")
        .require::<tenant>()
        .routes(routes![item, list]);
    let client = TestClient::start(App::new("tenants", "1").include(below)).await;
    for (method, path, allowed) in [
        ("GET", "/t/a%20b/items/1", 200),
        ("OPTIONS", "/t/a%20b/items/1", 204),
        ("DELETE", "/t/a%20b/items/1", 405),
        ("GET", "/t/a%20b/items/1/", 307),
        ("GET", "/t/a%20b/list", 307),
    ] {
        assert_eq!(
            status(&client, method, path, Some("a b")).await,
            allowed,
            "{method} {path}"
        );
        assert_eq!(
            status(&client, method, path, Some("c")).await,
            403,
            "{method} {path}"
        );
    }
    client.stop().await;
}

static LOADED: AtomicU32 = AtomicU32::new(0);

#[dependency]
async fn load(#[path] id: u64) -> Result<u64> {
    LOADED.fetch_add(1, Ordering::SeqCst);
    Err(HttpError::new(404, format!("No item {id}")))
}

/// A guard that cannot run, because its own argument is invalid, stops everything else, too.
#[tokio::test]
async fn nothing_runs_behind_a_guard_that_could_not_run() {
    #[dependency]
    async fn strict(#[security(KEY)] _key: &str, #[header] x_tenant: u32) -> u32 {
        x_tenant
    }

    #[get("/load/<id>")]
    async fn loaded(id: u64, #[depends(load)] _item: u64, limit: u8) -> u64 {
        id + u64::from(limit)
    }
    let app = App::new("strict", "1")
        .require::<strict>()
        .routes(routes![loaded]);
    let client = TestClient::start(app).await;
    let response = client
        .get("/load/7")
        .header("x-api-key", "wrong")
        .header("x-tenant", "abc");
    let response = response.send().await;
    assert_eq!(response.status(), 422);
    let body: fastrs::Value = response.json();
    let errors = body["detail"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0]["loc"], json!(["header", "x-tenant"]));
    assert_eq!(LOADED.load(Ordering::SeqCst), 0);
    client.stop().await;
}

/// The guard's error comes before those of the handler's own arguments, whatever they are.
#[tokio::test]
async fn a_guard_comes_before_the_failures_of_the_handler() {
    const TOKEN: fastrs::security::HttpBearer = fastrs::security::HttpBearer::new();

    #[get("/own")]
    async fn own(#[security(TOKEN)] token: &str) -> String {
        token.into()
    }

    #[websocket("/socket")]
    async fn socket(_socket: WebSocket) {}

    let app = App::new("order", "1")
        .require::<partner>()
        .routes(routes![own, socket]);
    let client = TestClient::start(app).await;
    for path in ["/own", "/socket"] {
        let anonymous = client.get(path).send().await;
        assert_eq!(anonymous.status(), 401, "{path}");
        assert_eq!(
            anonymous.header("www-authenticate"),
            Some("APIKey"),
            "{path}"
        );
    }
    let own = client
        .get("/own")
        .header("x-api-key", "secret")
        .send()
        .await;
    assert_eq!(own.header("www-authenticate"), Some("Bearer"));
    let socket = client
        .get("/socket")
        .header("x-api-key", "secret")
        .send()
        .await;
    assert_eq!(socket.status(), 426);
    client.stop().await;
}

#[dependency]
async fn no_credential() -> String {
    "anybody".into()
}

#[track_caller]
fn mistakes(app: App) -> String {
    app.build().expect_err("the app must not start").to_string()
}

#[test]
fn what_would_be_left_open_stops_the_app() {
    let public = mistakes(App::new("a", "1").routes(routes![health]));
    assert!(
        public.contains("`health`") && public.contains("nothing guards it"),
        "{public}"
    );

    let router = App::new("a", "1").include(Router::new("/x").public().routes(routes![open]));
    let router = mistakes(router);
    assert!(router.contains("the router `/x` is `public`"), "{router}");

    let reads_nothing = App::new("a", "1")
        .require::<no_credential>()
        .routes(routes![open]);
    let reads_nothing = mistakes(reads_nothing);
    assert!(
        reads_nothing.contains("`open` (")
            && reads_nothing.contains("): the guard `no_credential` reads no credential"),
        "{reads_nothing}"
    );

    let axum = axum::Router::<()>::new();
    let mount = App::new("a", "1")
        .require::<partner>()
        .mount("/other", axum);
    let mount = mistakes(mount);
    assert!(
        mount.contains("the mount at `/other` is below a guard"),
        "{mount}"
    );
}

/// A guard of a whole app is wrong for many routes.
#[test]
fn of_many_routes_with_one_mistake_the_first_are_named() {
    #[get("/a")]
    async fn a() {}
    #[get("/b")]
    async fn b() {}
    #[route("/c", methods = ["GET", "POST"])]
    async fn c() {}
    #[get("/d")]
    async fn d() {}
    #[get("/e")]
    async fn e() {}

    let named = |router: Router| {
        let app = App::new("a", "1")
            .require::<no_credential>()
            .include(router);
        let error = app.build().unwrap_err();
        let [only] = error.problems() else {
            panic!("{error}");
        };
        let (routes, _) = only.split_once(": the guard").unwrap();
        let words = routes.split_whitespace();
        let words: Vec<_> = words.filter(|word| !word.starts_with('(')).collect();
        words.join(" ")
    };
    let router = || Router::new("");
    assert_eq!(named(router().routes(routes![a, b, c])), "`a` `b` `c`");
    assert_eq!(
        named(router().routes(routes![a, b, c, d])),
        "`a` `b` `c` and 1 more"
    );
    assert_eq!(
        named(router().routes(routes![a, b, c, d, e])),
        "`a` `b` `c` and 2 more"
    );
}

#[dependency]
async fn unchecking(#[security(KEY)] key: &str) -> String {
    key.into()
}

#[get("/scoped")]
async fn scoped(#[depends(unchecking, scopes = ["items"])] _user: String) {}

/// It takes the scopes, but by then the guard has let the request pass.
#[get("/shown")]
async fn shown(scopes: SecurityScopes) -> String {
    scopes.scope_str()
}

/// It takes the scopes, but has no token to compare them with.
#[dependency]
async fn logging(scopes: SecurityScopes) -> String {
    scopes.scope_str()
}

#[get("/logged")]
async fn logged(
    #[depends(logging, scopes = ["items"])] _scopes: String,
    #[depends(unchecking)] _user: String,
) {
}

#[test]
fn scopes_that_nothing_checks_stop_the_app() {
    let guarded = App::new("a", "1").require_scopes::<unchecking>(&["items"]);
    for (handler, app) in [
        ("`scoped`", App::new("a", "1").routes(routes![scoped])),
        ("`shown`", guarded.routes(routes![shown])),
        ("`logged`", App::new("a", "1").routes(routes![logged])),
    ] {
        let error = mistakes(app);
        assert!(
            error.contains(handler) && error.contains("no dependency checks the scopes \"items\""),
            "{error}"
        );
    }
}

/// The token may be read by a dependency of the one that compares its scopes.
#[test]
fn scopes_are_checked_where_the_token_is_known() {
    #[dependency]
    async fn checking(#[depends(unchecking)] key: &String, scopes: SecurityScopes) -> Result<()> {
        Ok(scopes.require(&[key])?)
    }

    #[get("/checked")]
    async fn checked(
        #[depends(unchecking)] _user: String,
        #[depends(checking, scopes = ["items"])] _checked: (),
    ) {
    }
    let app = App::new("a", "1").routes(routes![checked]);
    app.build().unwrap();
}

#[test]
fn a_scope_must_be_one_of_its_scheme() {
    const NONE: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");
    const OTHER: OAuth2 = OAuth2::new(
        OAuthFlows::new()
            .password(OAuthFlow::new().scopes(&[("read", "Read.")]))
            .client_credentials(OAuthFlow::new().scopes(&[("write", "Write.")])),
    );

    #[dependency]
    async fn of_none(#[security(NONE)] _token: &str, scopes: SecurityScopes) -> Result<()> {
        Ok(scopes.require(&["read"])?)
    }

    #[dependency]
    async fn of_other(#[security(OTHER)] _token: &str, scopes: SecurityScopes) -> Result<()> {
        Ok(scopes.require(&["read"])?)
    }

    let app = |router: Router| App::new("a", "1").include(router.routes(routes![open]));
    let none = mistakes(app(Router::new("").require_scopes::<of_none>(&["read"])));
    assert!(
        none.contains("the scope \"read\" is not one of those of `OAuth2PasswordBearer`"),
        "{none}"
    );
    let other = mistakes(app(
        Router::new("").require_scopes::<of_other>(&["write", "raed"])
    ));
    assert!(
        other.contains("\"raed\" is not one of those of `OAuth2`"),
        "{other}"
    );
    assert!(!other.contains("the scope \"write\""), "{other}");
    assert!(app(Router::new("").require::<of_none>()).build().is_ok());
}

/// Two schemes with one name would be one scheme in the document.
#[test]
fn schemes_with_one_name_must_be_the_same() {
    const FIRST: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");
    const SECOND: OAuth2PasswordBearer = OAuth2PasswordBearer::new("other");

    #[get("/first")]
    async fn first(#[security(FIRST)] token: &str) -> String {
        token.into()
    }

    #[get("/second")]
    async fn second(#[security(SECOND)] token: &str) -> String {
        token.into()
    }
    let error = mistakes(App::new("a", "1").routes(routes![first, second]));
    assert!(
        error.contains(
            "two different security schemes are called `OAuth2PasswordBearer`, in GET /first ("
        ) && error.contains(") and GET /second (")
            && error.contains("scheme_name"),
        "{error}"
    );
}
