//! Sessions in the document.

use fastrs::Value;

use super::*;
use crate::support::document;

#[get("/guarded")]
async fn guarded() -> String {
    "guarded".into()
}

#[tokio::test]
async fn a_session_is_a_cookie_that_a_route_requires_or_not() {
    let app = app(sessions()).include(
        Router::new("/inner")
            .require::<current_user>()
            .routes(routes![guarded]),
    );
    let document = document(app).await;
    let operation = |path: &str, method: &str| &document["paths"][path][method];
    let scheme = json!({"type": "apiKey", "in": "cookie", "name": "__Host-session"});
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({ "Session": scheme })
    );

    for path in ["/me", "/inner/guarded"] {
        let required = operation(path, "get");
        assert_eq!(required["security"], json!([{ "Session": [] }]), "{path}");
        assert!(required["responses"]["401"]["headers"]["WWW-Authenticate"].is_object());
        assert_eq!(required["responses"]["403"], Value::Null);
    }
    let optional = operation("/greeting", "get");
    assert_eq!(optional["security"], json!([{ "Session": [] }, {}]));
    assert_eq!(optional["responses"]["401"], Value::Null);

    let unsafe_method = operation("/login", "post");
    assert_eq!(
        unsafe_method["responses"]["403"]["description"],
        "Cross-site request"
    );
}

#[tokio::test]
async fn a_guard_covers_what_needs_no_handler() {
    let app = app(sessions()).include(
        Router::new("/inner")
            .require::<current_user>()
            .routes(routes![guarded]),
    );
    let client = TestClient::start(app).await;
    let statuses = async || {
        let mut statuses = Vec::new();
        for (method, path) in [
            ("GET", "/inner/guarded"),
            ("HEAD", "/inner/guarded"),
            ("OPTIONS", "/inner/guarded"),
            ("DELETE", "/inner/guarded"),
            ("GET", "/inner/guarded/"),
        ] {
            let request = client.request(method, path).follow_redirects(false);
            statuses.push(request.await.status().as_u16());
        }
        statuses
    };
    assert_eq!(statuses().await, [401; 5]);
    client.post("/login?name=alice").await;
    assert_eq!(statuses().await, [200, 200, 204, 405, 307]);
}
