//! Scopes: where they are listed, and who sees them.

use fastrs::{
    prelude::*,
    security::{OAuth2PasswordBearer, SecurityScopes},
    testing::TestClient,
};

use crate::support::document;

const OAUTH2: OAuth2PasswordBearer =
    OAuth2PasswordBearer::new("token").scopes(&[("me", "Who you are."), ("items", "Your items.")]);

/// The token is the list of its scopes.
#[dependency]
async fn current_user(#[security(OAUTH2)] token: String, scopes: SecurityScopes) -> Result<String> {
    let granted: Vec<&str> = token.split(',').collect();
    scopes.require(&granted)?;
    Ok(scopes.scope_str())
}

#[dependency]
async fn active_user(#[depends(current_user, scopes = ["me"])] user: String) -> String {
    user
}

#[get("/status")]
async fn status(#[depends(current_user)] user: String) -> String {
    user
}

#[get("/me")]
async fn me(#[depends(active_user)] user: String) -> String {
    user
}

#[get("/items")]
async fn items(#[depends(active_user, scopes = ["items"])] user: String) -> String {
    user
}

/// One place lists a scope, and another one uses the same dependency without it.
#[get("/both")]
async fn both(
    #[depends(current_user)] first: String,
    #[depends(active_user, scopes = ["items"])] second: String,
) -> String {
    format!("{first}|{second}")
}

#[get("/router")]
async fn below() -> String {
    "ok".into()
}

fn app() -> App {
    let admin = Router::new("/admin")
        .require_scopes::<current_user>(&["items"])
        .routes(routes![below]);
    App::new("scopes", "1")
        .routes(routes![status, me, items, both])
        .include(admin)
}

async fn with_token(client: &TestClient, path: &str, token: &str) -> (u16, String, String) {
    let request = client
        .get(path)
        .header("authorization", format!("Bearer {token}"));
    let response = request.send().await;
    let challenge = response
        .header("www-authenticate")
        .unwrap_or_default()
        .to_owned();
    (response.status().as_u16(), response.text(), challenge)
}

#[tokio::test]
async fn an_operation_requires_all_scopes_of_its_dependencies() {
    let client = TestClient::start(app()).await;
    let seen = [
        ("/status", "none", "\"\""),
        ("/me", "me", "\"me\""),
        ("/items", "me,items", "\"items me\""),
        ("/both", "me,items", "\"items me|items me\""),
        ("/admin/router", "items", "\"ok\""),
    ];
    for (path, token, text) in seen {
        let (status, body, _) = with_token(&client, path, token).await;
        assert_eq!((status, body.as_str()), (200, text), "{path}");
    }
    let refused = [
        ("/me", "items", "me"),
        ("/items", "items", "items me"),
        ("/both", "me", "items me"),
        ("/admin/router", "me", "items"),
    ];
    for (path, token, scopes) in refused {
        let (status, body, challenge) = with_token(&client, path, token).await;
        assert_eq!(
            (status, body.as_str()),
            (403, r#"{"detail":"Not enough permissions"}"#)
        );
        let expected = format!("Bearer error=\"insufficient_scope\", scope=\"{scopes}\"");
        assert_eq!(challenge, expected, "{path}");
    }
    client.stop().await;
}

#[tokio::test]
async fn the_document_lists_the_scopes_of_each_operation() {
    let document = document(app()).await;
    let security = |path: &str| document["paths"][path]["get"]["security"].clone();
    assert_eq!(security("/status"), json!([{"OAuth2PasswordBearer": []}]));
    assert_eq!(security("/me"), json!([{"OAuth2PasswordBearer": ["me"]}]));
    assert_eq!(
        security("/items"),
        json!([{"OAuth2PasswordBearer": ["items", "me"]}])
    );
    assert_eq!(
        security("/both"),
        json!([{"OAuth2PasswordBearer": ["items", "me"]}])
    );
    assert_eq!(
        security("/admin/router"),
        json!([{"OAuth2PasswordBearer": ["items"]}])
    );
    let responses = |path: &str| document["paths"][path]["get"]["responses"].clone();
    assert!(
        responses("/status")["403"].is_null(),
        "no scope can be missing"
    );
    let missing = &responses("/me")["403"];
    assert_eq!(missing["description"], "Not enough permissions");
    assert!(missing["headers"]["WWW-Authenticate"].is_object());
}
