//! An app with a guarded route for each kind of credential that a client can be given, for a browser and a fuzzer.
//!
//! The authorization server of the code flow is not part of it: the script of the browser runs it as `auth.example`.

use fastrs::{
    prelude::*,
    security::{
        ApiKeyCookie, ApiKeyHeader, ApiKeyQuery, HttpBasic, HttpBasicCredentials, HttpBearer,
        MissingScope, OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer,
        OAuth2PasswordRequestForm, SecurityScopes,
    },
};

const PASSWORD: OAuth2PasswordBearer =
    OAuth2PasswordBearer::new("token").scopes(&[("notes", "Write notes.")]);
const CODE: OAuth2AuthorizationCodeBearer = OAuth2AuthorizationCodeBearer::new(
    "http://auth.example/authorize",
    "http://auth.example/token",
)
.scopes(&[("profile", "Who you are.")]);
const BASIC: HttpBasic = HttpBasic::new().realm("guarded");
const BEARER: HttpBearer = HttpBearer::new();
const HEADER: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
const QUERY: ApiKeyQuery = ApiKeyQuery::new("api_key");
const COOKIE: ApiKeyCookie = ApiKeyCookie::new("session");

/// A token with the scope `notes`, and one without it.
const TOKENS: [(&str, &[&str]); 2] = [("notes-token", &["notes"]), ("plain-token", &[])];

#[derive(Debug, HttpError)]
enum TokenError {
    #[error("Invalid token")]
    #[status(401)]
    #[header("WWW-Authenticate", "Bearer error=\"invalid_token\"")]
    Invalid,
}

#[derive(Debug, HttpError)]
enum PasswordError {
    #[error("Incorrect user name or password")]
    #[status(401)]
    #[header("WWW-Authenticate", "Basic realm=\"guarded\"")]
    Incorrect,
}

#[derive(Debug, HttpError)]
enum KeyError {
    #[error("Invalid key")]
    #[status(401)]
    #[header("WWW-Authenticate", "APIKey")]
    Invalid,
}

#[derive(Debug, HttpError)]
enum LoginError {
    #[error("Incorrect user name or password")]
    #[status(400)]
    Incorrect,
}

#[dependency]
async fn password_user(
    #[security(PASSWORD)] token: &str,
    scopes: SecurityScopes,
) -> Result<(), UserError> {
    let known = TOKENS.iter().find(|(known, _)| *known == token);
    let (_, granted) = known.ok_or(TokenError::Invalid)?;
    Ok(scopes.require(granted)?)
}

#[derive(Debug, HttpError)]
enum UserError {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Scope(#[from] MissingScope),
}

#[dependency]
async fn code_user(#[security(CODE)] token: &str) -> Result<(), TokenError> {
    same(token, "code-token", TokenError::Invalid)
}

#[dependency]
async fn basic_user(#[security(BASIC)] sent: HttpBasicCredentials) -> Result<(), PasswordError> {
    let sent = format!("{}:{}", sent.username, sent.password.expose());
    same(&sent, "alice:hunter2", PasswordError::Incorrect)
}

#[dependency]
async fn bearer_user(#[security(BEARER)] token: &str) -> Result<(), TokenError> {
    same(token, "bearer-token", TokenError::Invalid)
}

#[dependency]
async fn header_user(#[security(HEADER)] key: &str) -> Result<(), KeyError> {
    same(key, "header-key", KeyError::Invalid)
}

#[dependency]
async fn query_user(#[security(QUERY)] key: &str) -> Result<(), KeyError> {
    same(key, "query-key", KeyError::Invalid)
}

#[dependency]
async fn cookie_user(#[security(COOKIE)] key: String) -> Result<(), KeyError> {
    same(&key, "cookie-key", KeyError::Invalid)
}

fn same<E>(sent: &str, expected: &str, error: E) -> Result<(), E> {
    if sent == expected { Ok(()) } else { Err(error) }
}

#[model]
struct Token {
    access_token: String,
    token_type: String,
}

/// Issues a token. It has the scope `notes` if the client asks for it.
#[post("/token")]
async fn login(#[form] form: OAuth2PasswordRequestForm) -> Result<Token, LoginError> {
    if form.username != "alice" || form.password != Secret::new("hunter2".to_owned()) {
        return Err(LoginError::Incorrect);
    }
    let index = usize::from(!form.scopes().any(|scope| scope == "notes"));
    let (token, _) = TOKENS[index];
    Ok(Token {
        access_token: token.into(),
        token_type: "bearer".into(),
    })
}

/// Sets the session's cookie.
#[post("/session", status = 204)]
async fn begin_session(reply: &mut Reply) {
    reply.cookie(Cookie::new("session", "cookie-key"));
}

#[model(strict)]
struct Note {
    #[field(min_length = 1, max_length = 100)]
    text: String,
    stars: u8,
}

#[get("")]
async fn by_password() -> String {
    "password".into()
}

#[post("/notes", status = 201)]
async fn write_note(note: Note) -> Note {
    note
}

#[get("")]
async fn by_code() -> String {
    "code".into()
}

#[get("")]
async fn by_basic() -> String {
    "basic".into()
}

#[get("")]
async fn by_bearer() -> String {
    "bearer".into()
}

#[get("/numbers")]
async fn numbers(#[query(default = 3, le = 5)] limit: u8) -> Vec<u8> {
    (0..limit).collect()
}

#[put("/notes/<id>")]
async fn replace_note(id: u32, note: Note) -> String {
    format!("{id} {}", note.text)
}

#[get("")]
async fn by_header() -> String {
    "header".into()
}

#[get("")]
async fn by_query() -> String {
    "query".into()
}

#[get("")]
async fn by_cookie() -> String {
    "cookie".into()
}

fn app() -> App {
    let notes = Router::new("")
        .require_scopes::<password_user>(&["notes"])
        .routes(routes![write_note]);
    let guarded = Router::new("/password")
        .require::<password_user>()
        .routes(routes![by_password])
        .include(notes);
    App::new("Guarded", "1")
        .swagger_ui_init_oauth(json!({
            "clientId": "docs",
            "usePkceWithAuthorizationCodeGrant": true,
        }))
        .routes(routes![login, begin_session])
        .include(guarded)
        .include(
            Router::new("/code")
                .require::<code_user>()
                .routes(routes![by_code]),
        )
        .include(
            Router::new("/basic")
                .require::<basic_user>()
                .routes(routes![by_basic]),
        )
        .include(
            Router::new("/bearer")
                .require::<bearer_user>()
                .routes(routes![by_bearer, numbers, replace_note]),
        )
        .include(
            Router::new("/header")
                .require::<header_user>()
                .routes(routes![by_header]),
        )
        .include(
            Router::new("/query")
                .require::<query_user>()
                .routes(routes![by_query]),
        )
        .include(
            Router::new("/cookie")
                .require::<cookie_user>()
                .routes(routes![by_cookie]),
        )
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app().launch().await
}
