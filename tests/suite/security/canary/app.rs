//! An app that reads, holds and prints secrets in every way.

use fastrs::{
    Value,
    prelude::*,
    security::{
        ApiKeyCookie, ApiKeyHeader, ApiKeyQuery, HttpAuthorizationCredentials, HttpBasic,
        HttpBasicCredentials, HttpBearer, Jwt, OAuth2PasswordRequestForm,
        OAuth2PasswordRequestFormStrict,
    },
};

use super::{DATABASE, SIGNING_KEY};

const BASIC: HttpBasic = HttpBasic::new();
const BEARER: HttpBearer = HttpBearer::new();
const HEADER_KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
const QUERY_KEY: ApiKeyQuery = ApiKeyQuery::new("api_key");
const COOKIE_KEY: ApiKeyCookie = ApiKeyCookie::new("session");
#[model]
#[derive(Debug)]
pub(super) struct Login {
    username: String,
    #[field(min_length = 8, max_length = 40)]
    password: Secret<String>,
    #[field(ge = 1)]
    attempt: u8,
}

#[model]
#[derive(Debug)]
enum Proof {
    Password(Secret<String>),
    Keys { keys: Vec<Secret<String>>, n: u8 },
}

#[model]
#[serde(untagged)]
#[derive(Debug)]
enum Either {
    Pin { pin: Secret<u32> },
    Login { password: Secret<String>, n: u8 },
}

#[model]
#[derive(Debug)]
struct Nested {
    login: Login,
    proofs: Vec<Proof>,
    either: Option<Either>,
    tokens: std::collections::BTreeMap<String, Secret<String>>,
    #[field(default = Secret::new("canary-default".to_owned()))]
    fallback: Secret<String>,
}

#[post("/login")]
async fn login(login: Login) -> Login {
    login
}

#[post("/nested")]
async fn nested(nested: Nested) -> Nested {
    nested
}

#[post("/form")]
async fn form(#[form] login: Login) -> Result<Login> {
    Err(HttpError::new(500, "no").cause(format!("{login:?}")))
}

#[post("/token")]
async fn token(#[form] form: OAuth2PasswordRequestForm) -> Result<()> {
    panic!("{form:?}")
}

#[post("/strict")]
async fn strict(#[form] form: OAuth2PasswordRequestFormStrict) -> Result<()> {
    Err(HttpError::new(400, "Incorrect password").cause(format!("{form:?}")))
}

#[get("/scalars")]
async fn scalars(
    #[query] pin: Secret<u32>,
    #[header] x_pin: Secret<u32>,
    #[cookie] pin_cookie: Secret<u32>,
    #[query(default = Secret::new("canary-default".to_owned()), min_length = 30)] hint: Secret<
        String,
    >,
) -> String {
    format!("{pin:?} {x_pin:?} {pin_cookie:?} {hint:?}")
}

#[get("/secrets")]
async fn secrets(
    #[query] key: Secret<String>,
    #[header] x_api_key: Secret<String>,
    #[cookie] session: Secret<String>,
) {
    assert_eq!(key, x_api_key, "the keys differ");
    assert_eq!(key, session, "the keys differ");
}

#[derive(Debug, HttpError)]
enum Refused {
    #[error("Invalid credentials")]
    #[status(401)]
    #[header("WWW-Authenticate", "Bearer")]
    Invalid,
}

#[dependency]
async fn basic_user(#[security(BASIC)] sent: HttpBasicCredentials) -> Result<(), Refused> {
    println!("{sent:?}");
    Err(Refused::Invalid)
}

#[dependency]
async fn bearer_user(#[security(BEARER)] token: Secret<String>) -> Result<()> {
    Err(HttpError::new(500, "no database").cause(format!("{token:?}")))
}

#[dependency]
async fn jwt_user(
    #[security(BEARER)] sent: HttpAuthorizationCredentials,
    #[depends(jwt)] jwt: &Jwt,
) -> Result<()> {
    let claims: Value = jwt.decode(&sent.credentials)?;
    panic!("{sent:?} {jwt:?} {claims}")
}

#[dependency(scope = "app")]
async fn jwt() -> Jwt {
    Jwt::hs256(SIGNING_KEY).unwrap()
}

#[dependency]
async fn key_user(#[security(HEADER_KEY)] key: Secret<String>) -> Result<()> {
    panic!("{key:?} is unknown")
}

#[get("/basic", depends = [basic_user])]
async fn basic() {}

#[get("/bearer", depends = [bearer_user])]
async fn bearer() {}

#[get("/jwt", depends = [jwt_user])]
async fn by_jwt() {}

#[get("/key", depends = [key_user])]
async fn key() {}

#[get("/anywhere")]
async fn anywhere(
    request: &Request,
    #[security(QUERY_KEY)] key: Secret<String>,
    #[security(COOKIE_KEY)] session: Secret<String>,
    limit: u8,
) -> Result<String> {
    Err(HttpError::new(500, "no").cause(format!("{request:?} {key:?} {session:?} {limit}")))
}

#[get("/cookie")]
async fn cookie(reply: &mut Reply) -> Result<()> {
    let cookie = Cookie::new("session", "canary-cookie");
    let text = format!("{cookie:?}");
    reply.cookie(cookie);
    Err(HttpError::new(500, "no").cause(format!("{text} {reply:?}")))
}

#[get("/broken-cookie")]
async fn broken_cookie(reply: &mut Reply) {
    reply.cookie(Cookie::new("session", "canary-cookie-\u{2713}"));
}

#[get("/broken-header")]
async fn broken_header(reply: &mut Reply) {
    reply.header("x-token", "canary-token\n");
}

#[get("/broken-error")]
async fn broken_error() -> Result<()> {
    Err(HttpError::new(401, "no").header("x-token", "canary-token\n"))
}

#[derive(Debug)]
pub(super) struct Settings {
    pub(super) database_url: Secret<String>,
    pub(super) signing_key: Secret<String>,
}

#[dependency(scope = "app")]
pub(super) async fn settings() -> Settings {
    Settings {
        database_url: Secret::new(DATABASE.to_owned()),
        signing_key: Secret::new(SIGNING_KEY.to_owned()),
    }
}

#[get("/settings")]
async fn read_settings(#[depends(settings)] settings: &Settings) -> Result<()> {
    let (url, key) = (&settings.database_url, &settings.signing_key);
    Err(HttpError::new(503, "no database").cause(format!("{settings:?} {url} {key}")))
}

#[websocket("/socket")]
async fn socket(mut socket: WebSocket<Login, Login>) -> Result<()> {
    while let Some(login) = socket.recv().await? {
        socket.send(&login).await?;
    }
    Ok(())
}

pub(super) fn app() -> App {
    App::new("Secrets", "1")
        .routes(routes![
            login, nested, form, token, strict, scalars, secrets
        ])
        .routes(routes![basic, bearer, by_jwt, key, anywhere, socket])
        .routes(routes![
            cookie,
            broken_cookie,
            broken_header,
            broken_error,
            read_settings
        ])
}
#[dependency(scope = "app")]
async fn pool(#[depends(settings)] settings: &Settings) -> Result<u32> {
    Err(HttpError::new(500, "no database").cause(format!("{settings:?}")))
}

#[get("/pool")]
pub(super) async fn read_pool(#[depends(pool)] _pool: &u32) {}
