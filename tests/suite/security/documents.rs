//! Security in the documents.

use fastrs::{
    Value,
    prelude::*,
    security::{
        ApiKeyHeader, Authorization, HttpBasic, HttpBearer, OAuth2, OAuth2AuthorizationCodeBearer,
        OAuth2PasswordBearer, OAuth2PasswordRequestForm, OAuthFlow, OAuthFlows, OpenIdConnect,
        SecurityScheme,
    },
    testing::TestClient,
};

use crate::support::document;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token")
    .refresh_url("refresh")
    .scopes(&[("me", "Who you are.")])
    .description("The shop's own login.");
const CODE: OAuth2AuthorizationCodeBearer = OAuth2AuthorizationCodeBearer::new("/a", "/t");
const FLOWS: OAuth2 = OAuth2::new(
    OAuthFlows::new()
        .implicit(
            OAuthFlow::new()
                .authorization_url("/a")
                .scopes(&[("x", "X.")]),
        )
        .client_credentials(OAuthFlow::new().token_url("/t")),
);
const OPEN_ID: OpenIdConnect = OpenIdConnect::new("/.well-known/openid-configuration");
const BASIC: HttpBasic = HttpBasic::new();
const BEARER: HttpBearer = HttpBearer::new().bearer_format("JWT").scheme_name("Token");
const KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");

#[get("/all")]
async fn all(
    #[security(OAUTH2)] _a: &str,
    #[security(CODE)] _b: &str,
    #[security(FLOWS)] _c: &str,
    #[security(OPEN_ID)] _d: &str,
    #[security(BEARER)] _e: &str,
    #[security(KEY)] _f: &str,
) {
}

#[get("/either")]
async fn either(#[security(KEY)] _key: Option<&str>, #[security(BEARER)] _token: Option<&str>) {}

#[get("/and")]
async fn and(#[security(KEY)] _key: &str, #[security(BEARER)] _token: Option<&str>) {}

#[get("/open")]
async fn open() {}

fn app() -> App {
    App::new("documents", "1").routes(routes![all, either, and, open])
}

#[tokio::test]
async fn the_document_has_every_scheme() {
    let document = document(app()).await;
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({
            "APIKeyHeader": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            "OAuth2": {"type": "oauth2", "flows": {
                "implicit": {"authorizationUrl": "/a", "scopes": {"x": "X."}},
                "clientCredentials": {"tokenUrl": "/t", "scopes": {}},
            }},
            "OAuth2AuthorizationCodeBearer": {"type": "oauth2", "flows": {
                "authorizationCode": {"authorizationUrl": "/a", "tokenUrl": "/t", "scopes": {}},
            }},
            "OAuth2PasswordBearer": {
                "type": "oauth2",
                "flows": {"password": {
                    "tokenUrl": "token",
                    "refreshUrl": "refresh",
                    "scopes": {"me": "Who you are."},
                }},
                "description": "The shop's own login.",
            },
            "OpenIdConnect": {
                "type": "openIdConnect",
                "openIdConnectUrl": "/.well-known/openid-configuration",
            },
            "Token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        })
    );
}

#[tokio::test]
async fn an_operation_lists_the_ways_to_authenticate() {
    let own = document(app()).await;
    let get = |path: &str| own["paths"][path]["get"].clone();
    assert_eq!(
        get("/either")["security"],
        json!([{"APIKeyHeader": []}, {"Token": []}, {}])
    );
    assert_eq!(
        get("/and")["security"],
        json!([{"APIKeyHeader": [], "Token": []}, {"APIKeyHeader": []}])
    );
    assert!(get("/open")["security"].is_null());
    let unauthorized = &get("/and")["responses"]["401"];
    assert_eq!(unauthorized["description"], "Unauthorized");
    assert!(unauthorized["headers"]["WWW-Authenticate"].is_object());
    assert!(get("/open")["responses"]["401"].is_null());
    assert!(
        get("/either")["responses"]["401"].is_null(),
        "both are optional"
    );

    // FastAPI lists every scheme as an alternative, whether or not it is required.
    let fastapis = document(app().fastapi_documents()).await;
    assert_eq!(
        fastapis["paths"]["/and"]["get"]["security"],
        json!([{"APIKeyHeader": []}, {"Token": []}])
    );
}

/// The page of the docs sends the user to the authorization server, which sends it back here.
#[tokio::test]
async fn the_docs_page_can_log_in() {
    let app = app().swagger_ui_init_oauth(json!({"clientId": "docs"}));
    let client = fastrs::testing::TestClient::start(app).await;
    let script = client
        .get("/docs/swagger-initializer.js")
        .send()
        .await
        .text();
    assert!(
        script.contains(r#"ui.initOAuth({"clientId":"docs"});"#),
        "{script}"
    );
    let redirect = client.get("/docs/oauth2-redirect").send().await;
    assert_eq!(redirect.status(), 200);
    client.stop().await;
}

#[tokio::test]
async fn basic_is_a_scheme_of_http() {
    #[get("/basic")]
    async fn basic(#[security(BASIC)] _sent: fastrs::security::HttpBasicCredentials) {}

    let document = document(App::new("basic", "1").routes(routes![basic])).await;
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({"HTTPBasic": {"type": "http", "scheme": "basic"}})
    );
}

/// A scheme with an error of its own, as in FastAPI's how-to on old status codes.
struct Bearer403;

impl SecurityScheme for Bearer403 {
    type Credential<'r> = Authorization<'r>;

    fn name(&self) -> &str {
        BEARER.name()
    }

    fn describe(&self) -> Value {
        BEARER.describe()
    }

    fn challenge(&self) -> String {
        BEARER.challenge()
    }

    fn read<'r>(&self, request: &'r Request) -> Result<Option<Authorization<'r>>> {
        BEARER.read(request)
    }

    fn not_authenticated(&self) -> HttpError {
        HttpError::new(403, "Not authenticated")
    }
}

#[tokio::test]
async fn the_error_of_a_scheme_is_documented_as_it_is_sent() {
    const SCHEME: Bearer403 = Bearer403;

    #[get("/me")]
    async fn me(#[security(SCHEME)] _token: &str) {}

    let client = TestClient::start(App::new("me", "1").routes(routes![me])).await;
    assert_eq!(client.get("/me").await.status(), 403);
    let document: Value = client.get("/openapi.json").await.json();
    let responses = &document["paths"]["/me"]["get"]["responses"];
    assert!(responses["401"].is_null(), "{responses}");
    assert!(
        responses["403"].is_object() && responses["403"]["headers"].is_null(),
        "{responses}"
    );
}

#[tokio::test]
async fn the_fields_of_the_password_form_are_separate_in_fastapis_document() {
    #[model]
    struct Device {
        device: String,
    }

    #[post("/token")]
    async fn login(#[form] _form: OAuth2PasswordRequestForm, #[form] _otp: u32) {}

    #[post("/device")]
    async fn of_device(#[form] _form: OAuth2PasswordRequestForm, #[form] _device: Device) {}

    #[post("/plain")]
    async fn plain(#[form] _form: OAuth2PasswordRequestForm) {}

    let app = || App::new("form", "1").routes(routes![login, of_device, plain]);
    let fastapis = document(app().fastapi_documents()).await;
    let schemas = &fastapis["components"]["schemas"];
    assert!(schemas["OAuth2PasswordRequestForm"].is_null());
    let fields = json!({
        "grant_type": {
            "title": "Grant Type",
            "anyOf": [{"type": "string", "pattern": "^password$"}, {"type": "null"}],
        },
        "username": {"title": "Username", "type": "string"},
        "password": {"title": "Password", "type": "string", "format": "password"},
        "scope": {"title": "Scope", "type": "string", "default": ""},
        "client_id": {"title": "Client Id", "anyOf": [{"type": "string"}, {"type": "null"}]},
        "client_secret": {
            "title": "Client Secret",
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "format": "password",
        },
    });
    let mut with_field = fields.clone();
    with_field["_otp"] = json!({"title": "Otp", "type": "integer"});
    assert_eq!(
        schemas["Body_login_token_post"],
        json!({
            "title": "Body_login_token_post",
            "type": "object",
            "properties": with_field,
            "required": ["username", "password", "_otp"],
        })
    );
    assert_eq!(
        schemas["Body_of_device_device_post"],
        json!({
            "title": "Body_of_device_device_post",
            "type": "object",
            "properties": fields,
            "required": ["username", "password"],
            "allOf": [{"$ref": "#/components/schemas/Device"}],
        })
    );

    let own = document(app()).await;
    let body = &own["paths"]["/plain"]["post"]["requestBody"]["content"];
    assert_eq!(
        body["application/x-www-form-urlencoded"]["schema"],
        json!({"$ref": "#/components/schemas/OAuth2PasswordRequestForm"})
    );
    let form = &own["components"]["schemas"]["OAuth2PasswordRequestForm"];
    assert_eq!(form["properties"]["password"]["format"], "password");
    assert!(!form.to_string().contains("x-fastrs"), "{form}");
}
