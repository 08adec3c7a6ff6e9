//! The routes of an app as data.

use fastrs::{
    RouteEntry, RouteKind,
    prelude::*,
    security::{ApiKeyHeader, HttpBearer, OAuth2PasswordBearer, SecurityScopes},
    testing::TestClient,
};

const KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
const BEARER: HttpBearer = HttpBearer::new();
const OAUTH2: OAuth2PasswordBearer =
    OAuth2PasswordBearer::new("token").scopes(&[("read", "Read."), ("write", "Write.")]);

#[dependency]
async fn partner(#[security(KEY)] key: &str) -> Result<()> {
    match key {
        "secret" => Ok(()),
        _ => Err(HttpError::from_status(403)),
    }
}

#[dependency]
async fn user(#[security(OAUTH2)] token: &str, scopes: SecurityScopes) -> Result<String> {
    scopes.require(&[token])?;
    Ok(token.into())
}

#[route("/items/<id>", methods = ["GET", "POST"])]
async fn items(id: u64) -> u64 {
    id
}

#[put("/items/<id>", include_in_schema = false, operation_id = "replace")]
async fn replace_item(id: u64, #[depends(user, scopes = ["write"])] _user: &String) -> u64 {
    id
}

#[get("/health", public)]
async fn health() -> String {
    "ok".into()
}

#[get("/me")]
async fn me(#[depends(user)] user: &String) -> String {
    user.clone()
}

#[get("/greeting")]
async fn greeting(#[security(BEARER)] _token: Option<String>) -> String {
    "hi".into()
}

#[get("/orders")]
async fn orders() -> u64 {
    1
}

#[websocket("/chat")]
async fn chat(_socket: WebSocket) {}

fn bare(title: &str) -> App {
    App::new(title, "1").openapi_url(None)
}

async fn app() -> App {
    let admin = bare("admin").asyncapi_url(None).require::<partner>();
    let admin = admin.routes(routes![orders, health]);
    let own = Router::new("/own").require::<partner>();
    let public = Router::new("/public")
        .public()
        .routes(routes![greeting])
        .include(own.routes(routes![orders]))
        .mount("/old", axum::Router::new())
        .mount("/admin", admin.into_service().await.unwrap());
    bare("routes")
        .openapi30_url("/openapi-3.0.json")
        .require_scopes::<user>(&["read"])
        .routes(routes![items, replace_item, health, chat])
        .static_files("/static", concat!(env!("CARGO_MANIFEST_DIR"), "/suite"))
        .include(Router::new("").public().routes(routes![me]))
        .include(public)
}

#[tokio::test]
async fn routes_are_listed_as_a_table() {
    let app = app().await.build().unwrap();
    assert_eq!(
        app.routes().to_string(),
        "\
METHOD     PATH                  NAME      GUARDS   SECURITY
GET        /items/<id>           items     user     OAuth2PasswordBearer(read)
POST       /items/<id>           items     user     OAuth2PasswordBearer(read)
PUT        /items/<id>           replace   user     OAuth2PasswordBearer(read write)
GET        /health               health    public   -
WEBSOCKET  /chat                 chat      user     OAuth2PasswordBearer(read)
FILES      /static/<path..>      -         user     OAuth2PasswordBearer(read)
GET        /me                   me        public   OAuth2PasswordBearer
GET        /public/greeting      greeting  public   HTTPBearer?
GET        /public/own/orders    orders    partner  APIKeyHeader
MOUNT      /public/old/          -         public   -
GET        /public/admin/orders  orders    partner  APIKeyHeader
GET        /public/admin/health  health    public   -
DOCUMENT   /openapi-3.0.json     -         -        -
DOCUMENT   /asyncapi.json        -         -        -
"
    );
}

#[tokio::test]
async fn a_test_can_list_what_is_open() {
    let app = app().await.build().unwrap();
    let of = |is: fn(&RouteEntry) -> bool| -> Vec<&str> {
        let routes = app.routes().iter().filter(|route| is(route));
        routes.map(RouteEntry::path).collect()
    };
    let open = of(|route| route.is_open() && route.kind() != RouteKind::Document);
    // `/me` is public, but needs a token, and what is behind `/old` is unknown.
    assert_eq!(
        open,
        [
            "/health",
            "/public/greeting",
            "/public/old/",
            "/public/admin/health"
        ]
    );
    let public = of(RouteEntry::is_public);
    assert_eq!(
        public,
        [
            "/health",
            "/me",
            "/public/greeting",
            "/public/old/",
            "/public/admin/health"
        ]
    );
    let replace = &app.routes()[2];
    assert_eq!(
        (replace.kind(), replace.method(), replace.name()),
        (RouteKind::Operation, "PUT", "replace")
    );
    assert_eq!(replace.guards(), ["user"]);
    assert_eq!(replace.scopes(), ["read", "write"]);
    let security = &replace.security()[0];
    assert_eq!(
        (security.scheme(), security.is_optional()),
        ("OAuth2PasswordBearer", false)
    );
    assert_eq!(security.scopes(), ["read", "write"]);
}

/// The list says what happens to requests: each open route can be reached without a credential, and no other can.
#[tokio::test]
async fn the_list_is_what_requests_meet() {
    let built = app().await.build().unwrap();
    let client = TestClient::start(app().await).await;
    for route in built.routes() {
        let path = route
            .path()
            .replace("<id>", "1")
            .replace("<path..>", "main.rs");
        let method = route.method();
        let status = match route.kind() {
            // What axum does not know.
            RouteKind::Mount => client.get(&path).await.status().as_u16() - 204,
            _ => client.request(method, &path).await.status().as_u16(),
        };
        let expected = if route.is_open() { 200 } else { 401 };
        assert_eq!(status, expected, "{method} {path}");
    }
    assert_eq!(built.routes().into_iter().count(), built.routes().len());
}

#[test]
fn the_docs_page_is_listed_with_its_files() {
    let app = App::new("docs", "1").build().unwrap();
    let listed: Vec<_> = app.routes().iter().collect();
    assert!(
        listed
            .iter()
            .all(|route| route.kind() == RouteKind::Document && route.method() == "GET")
    );
    for path in ["/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"] {
        assert!(listed.iter().any(|route| route.path() == path), "{path}");
    }
}
