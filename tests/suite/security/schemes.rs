//! What each scheme reads, and its challenge.

use fastrs::{
    Value,
    prelude::*,
    security::{
        ApiKeyCookie, ApiKeyHeader, ApiKeyQuery, Credential, HttpAuthorizationCredentials,
        HttpBase, HttpBasic, HttpBasicCredentials, HttpBearer, HttpDigest, OAuth2,
        OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OAuth2PasswordRequestForm,
        OAuth2PasswordRequestFormStrict, OAuthFlow, OAuthFlows, OpenIdConnect, SecurityScheme,
    },
    testing::TestClient,
};

const PASSWORD: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");
const CODE: OAuth2AuthorizationCodeBearer =
    OAuth2AuthorizationCodeBearer::new("https://x.example/a", "https://x.example/t");
const OAUTH2: OAuth2 =
    OAuth2::new(OAuthFlows::new().client_credentials(OAuthFlow::new().token_url("t")));
const OPEN_ID: OpenIdConnect = OpenIdConnect::new("/.well-known/openid-configuration");
const BASIC: HttpBasic = HttpBasic::new().realm("the \"shop\"");
const BEARER: HttpBearer = HttpBearer::new();
const DIGEST: HttpDigest = HttpDigest::new();
const OTHER: HttpBase = HttpBase::new("Other");
const HEADER: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
const QUERY: ApiKeyQuery = ApiKeyQuery::new("api_key");
const COOKIE: ApiKeyCookie = ApiKeyCookie::new("key");

macro_rules! read {
    ($($name:ident, $optional:ident, $path:literal, $or:literal, $scheme:expr;)*) => {$(
        #[get($path)]
        async fn $name(#[security($scheme)] token: &str) -> String {
            token.to_owned()
        }

        #[get($or)]
        async fn $optional(#[security($scheme)] token: Option<String>) -> String {
            token.unwrap_or_else(|| "none".into())
        }
    )*};
}

read! {
    password, maybe_password, "/password", "/maybe/password", PASSWORD;
    code, maybe_code, "/code", "/maybe/code", CODE;
    oauth2, maybe_oauth2, "/oauth2", "/maybe/oauth2", OAUTH2;
    open_id, maybe_open_id, "/open-id", "/maybe/open-id", OPEN_ID;
    bearer, maybe_bearer, "/bearer", "/maybe/bearer", BEARER;
    digest, maybe_digest, "/digest", "/maybe/digest", DIGEST;
    other, maybe_other, "/other", "/maybe/other", OTHER;
    header, maybe_header, "/header", "/maybe/header", HEADER;
    query, maybe_query, "/query", "/maybe/query", QUERY;
}

#[get("/cookie")]
async fn cookie(#[security(COOKIE)] key: Secret<String>) -> String {
    key.into_exposed()
}

#[get("/basic")]
async fn basic(#[security(BASIC)] sent: HttpBasicCredentials) -> String {
    format!("{} {}", sent.username, sent.password.expose())
}

#[get("/maybe/basic")]
async fn maybe_basic(#[security(BASIC)] sent: Option<HttpBasicCredentials>) -> String {
    sent.map_or("none".into(), |sent| sent.username)
}

#[get("/both-parts")]
async fn both_parts(#[security(BEARER)] sent: HttpAuthorizationCredentials) -> String {
    assert!(
        !format!("{sent:?}").contains("abc"),
        "a token is not printed"
    );
    format!("{}|{}", sent.scheme, sent.credentials)
}

async fn client() -> TestClient {
    let app = App::new("schemes", "1")
        .routes(routes![
            password, code, oauth2, open_id, bearer, digest, other, header, query, cookie, basic,
            both_parts
        ])
        .routes(routes![
            maybe_password,
            maybe_code,
            maybe_oauth2,
            maybe_open_id,
            maybe_bearer,
            maybe_digest,
            maybe_other,
            maybe_header,
            maybe_query,
            maybe_basic
        ]);
    TestClient::start(app).await
}

/// Returns the status, and the body or the challenge.
async fn sent(client: &TestClient, path: &str, name: &str, values: &[&str]) -> (u16, String) {
    let mut request = client.get(path);
    for value in values {
        request = request.header(name, *value);
    }
    let response = request.send().await;
    match response.status().as_u16() {
        401 => {
            assert_eq!(
                response.json::<Value>(),
                json!({"detail": "Not authenticated"})
            );
            let challenge = response.header("www-authenticate");
            (401, challenge.unwrap_or_default().to_owned())
        }
        status => (status, response.json()),
    }
}

#[tokio::test]
async fn the_header_authorization_is_read_by_its_scheme() {
    let client = client().await;
    let cases: [(&str, &[&str], u16, &str); 21] = [
        ("/password", &["Bearer abc"], 200, "abc"),
        ("/password", &["bEARER abc"], 200, "abc"),
        ("/password", &["Bearer   abc  "], 200, "abc"),
        ("/password", &["Bearer a b"], 200, "a b"),
        ("/password", &["Bearer"], 401, "Bearer"),
        ("/password", &["Bearer "], 401, "Bearer"),
        ("/password", &["Bearer\tabc"], 401, "Bearer"),
        ("/password", &["Basic abc"], 401, "Bearer"),
        ("/password", &[], 401, "Bearer"),
        ("/password", &["Bearer abc", "Bearer def"], 401, "Bearer"),
        ("/code", &["Bearer abc"], 200, "abc"),
        ("/code", &["Digest abc"], 401, "Bearer"),
        ("/oauth2", &["Whatever abc"], 200, "Whatever abc"),
        ("/oauth2", &[], 401, "Bearer"),
        ("/open-id", &["Bearer abc"], 200, "Bearer abc"),
        ("/bearer", &["Bearer abc"], 200, "abc"),
        ("/digest", &["Digest abc"], 200, "abc"),
        ("/digest", &["Bearer abc"], 401, "Digest"),
        ("/other", &["other abc"], 200, "abc"),
        ("/other", &["Basic abc"], 401, "Other"),
        ("/other", &[], 401, "Other"),
    ];
    for (path, values, status, text) in cases {
        let found = sent(&client, path, "authorization", values).await;
        assert_eq!(found, (status, text.to_owned()), "{path} {values:?}");
    }
    let both = sent(&client, "/both-parts", "authorization", &["bearer abc"]).await;
    assert_eq!(both, (200, "bearer|abc".into()));
    client.stop().await;
}

#[tokio::test]
async fn basic_decodes_a_user_and_a_password() {
    let client = client().await;
    let realm = "Basic realm=\"the \\\"shop\\\"\"";
    let cases = [
        ("Basic YWxpY2U6c2VjcmV0", 200, "alice secret"),
        ("basic YWxpY2U6c2VjcmV0", 200, "alice secret"),
        ("Basic YWxpY2U6YTpi", 200, "alice a:b"),
        ("Basic Og==", 200, " "),
        ("Basic asO8OsOp", 200, "jü é"),
        ("Basic YWxpY2U=", 401, realm),
        ("Basic YQpiOmM=", 401, realm),
        ("Basic !!!", 401, realm),
        ("Basic w7/Dvzo+Pz4=", 200, "\u{ff}\u{ff} >?>"),
        ("Basic w7_Dvzo-Pz4=", 401, realm),
        ("Basic w7/Dvzo+Pz4", 401, realm),
        ("Basic Og=", 401, realm),
        ("Basic YWxpY2U6 c2VjcmV0", 401, realm),
        ("Basic", 401, realm),
        ("Bearer YWxpY2U6c2VjcmV0", 401, realm),
    ];
    for (value, status, text) in cases {
        let found = sent(&client, "/basic", "authorization", &[value]).await;
        assert_eq!(found, (status, text.to_owned()), "{value}");
    }
    // Credentials that cannot be decoded are an error even where none are required.
    let broken = sent(&client, "/maybe/basic", "authorization", &["Basic !!!"]).await;
    assert_eq!(broken, (401, realm.into()));
    let other = sent(&client, "/maybe/basic", "authorization", &["Bearer x"]).await;
    assert_eq!(other, (200, "none".into()));
    client.stop().await;
}

#[tokio::test]
async fn api_keys_are_read_from_their_place() {
    let client = client().await;
    let cases: [(&str, &str, &[&str], u16, &str); 13] = [
        ("/header", "x-api-key", &["abc"], 200, "abc"),
        ("/header", "x-api-key", &[""], 401, "APIKey"),
        ("/header", "x-api-key", &["abc", "def"], 401, "APIKey"),
        ("/header", "x-other", &["abc"], 401, "APIKey"),
        ("/query?api_key=a%20b", "x-other", &[], 200, "a b"),
        ("/query?api_key=", "x-other", &[], 401, "APIKey"),
        ("/query", "x-other", &[], 401, "APIKey"),
        ("/query?api_key=a&api_key=b", "x-other", &[], 401, "APIKey"),
        ("/cookie", "cookie", &["a=1; key=abc"], 200, "abc"),
        ("/cookie", "cookie", &["a=1"], 401, "APIKey"),
        ("/cookie", "cookie", &["key=abc; key=def"], 401, "APIKey"),
        (
            "/cookie",
            "cookie",
            &["key=abc", "a=1; key=abc"],
            401,
            "APIKey",
        ),
        ("/cookie", "cookie", &["key="], 401, "APIKey"),
    ];
    for (path, name, values, status, text) in cases {
        let found = sent(&client, path, name, values).await;
        assert_eq!(found, (status, text.to_owned()), "{path} {values:?}");
    }
    client.stop().await;
}

#[tokio::test]
async fn an_optional_credential_may_be_absent() {
    let client = client().await;
    for path in [
        "password", "code", "oauth2", "open-id", "bearer", "digest", "other", "header", "query",
        "basic",
    ] {
        let path = format!("/maybe/{path}");
        let found = sent(&client, &path, "x-other", &[]).await;
        assert_eq!(found, (200, "none".into()), "{path}");
    }
    let read = sent(&client, "/maybe/bearer", "authorization", &["Bearer abc"]).await;
    assert_eq!(read, (200, "abc".into()));
    client.stop().await;
}

/// A credential comes before what else is wrong with a request.
#[tokio::test]
async fn a_missing_credential_hides_other_errors() {
    #[get("/items/<id>")]
    async fn item(id: u64, #[security(BEARER)] token: &str, limit: u8) -> String {
        format!("{id} {token} {limit}")
    }
    let client = TestClient::start(App::new("order", "1").routes(routes![item])).await;
    let response = client.get("/items/x").send().await;
    assert_eq!(response.status(), 401);
    let response = client.get("/items/x").header("authorization", "Bearer t");
    assert_eq!(response.send().await.status(), 422);
    client.stop().await;
}

/// A scheme of the app's own.
struct Signature;

#[derive(Debug, PartialEq)]
struct Signed(u64);

impl Credential for Signed {}

impl SecurityScheme for Signature {
    type Credential<'r> = Signed;

    fn name(&self) -> &str {
        "Signature"
    }

    fn describe(&self) -> Value {
        json!({"type": "apiKey", "in": "header", "name": "x-signature"})
    }

    fn challenge(&self) -> String {
        "Signature".into()
    }

    fn read(&self, request: &Request) -> Result<Option<Signed>> {
        let Some(value) = request.headers().get("x-signature") else {
            return Ok(None);
        };
        let number = value.to_str().ok().and_then(|text| text.parse().ok());
        match number {
            Some(number) => Ok(Some(Signed(number))),
            None => Err(HttpError::new(400, "The signature is not a number")),
        }
    }
}

#[tokio::test]
async fn an_app_can_have_its_own_scheme() {
    const SIGNATURE: Signature = Signature;

    #[get("/own")]
    async fn own(#[security(SIGNATURE)] signed: Option<Signed>) -> u64 {
        signed.map_or(0, |signed| signed.0)
    }
    let client = TestClient::start(App::new("own", "1").routes(routes![own])).await;
    assert_eq!(client.get("/own").send().await.json::<Value>(), json!(0));
    let signed = client.get("/own").header("x-signature", "7").send().await;
    assert_eq!(signed.json::<Value>(), json!(7));
    let broken = client.get("/own").header("x-signature", "x").send().await;
    assert_eq!(broken.status(), 400);
    client.stop().await;
}

#[post("/token")]
async fn token(#[form] form: OAuth2PasswordRequestForm) -> Value {
    assert!(
        !format!("{form:?}").contains("hunter2"),
        "a password is not printed"
    );
    json!({
        "username": form.username,
        "password": form.password.expose(),
        "scopes": form.scopes().collect::<Vec<_>>(),
        "grant_type": form.grant_type,
        "client_id": form.client_id,
    })
}

#[post("/strict")]
async fn strict(#[form] form: OAuth2PasswordRequestFormStrict) -> String {
    form.grant_type
}

#[tokio::test]
async fn the_form_of_the_password_flow_is_fastapis() {
    let app = App::new("form", "1").routes(routes![token, strict]);
    let client = TestClient::start(app).await;
    let post = async |path: &str, form: &str| {
        let request = client.post(path).body(form.to_owned());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let response = request.send().await;
        (response.status().as_u16(), response.json::<Value>())
    };
    let (status, read) = post("/token", "username=alice&password=hunter2&scope=me+items").await;
    assert_eq!(status, 200);
    assert_eq!(
        read,
        json!({
            "username": "alice",
            "password": "hunter2",
            "scopes": ["me", "items"],
            "grant_type": null,
            "client_id": null,
        })
    );
    let (status, wrong) = post("/token", "username=a&password=b&grant_type=code").await;
    assert_eq!(status, 422);
    assert_eq!(
        wrong,
        json!({"detail": [{
            "type": "string_pattern_mismatch",
            "loc": ["body", "grant_type"],
            "msg": "String should match pattern '^password$'",
            "input": "code",
            "ctx": {"pattern": "^password$"},
        }]})
    );
    let (status, missing) = post("/strict", "username=a&password=b").await;
    assert_eq!(status, 422);
    assert_eq!(missing["detail"][0]["loc"], json!(["body", "grant_type"]));
    assert_eq!(missing["detail"][0]["type"], "missing");
    let (status, read) = post("/strict", "username=a&password=b&grant_type=password").await;
    assert_eq!((status, read), (200, json!("password")));
    client.stop().await;
}
