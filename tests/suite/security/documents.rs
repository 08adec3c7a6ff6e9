//! Security in the documents.

use fastrs::{
    prelude::*,
    security::{
        ApiKeyHeader, HttpBasic, HttpBearer, OAuth2, OAuth2AuthorizationCodeBearer,
        OAuth2PasswordBearer, OAuthFlow, OAuthFlows, OpenIdConnect,
    },
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
