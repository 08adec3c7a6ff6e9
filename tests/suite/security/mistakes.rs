//! Schemes and scopes that are wrong in themselves: an app with one of them does not start.

use fastrs::{
    Value,
    prelude::*,
    security::{
        ApiKeyCookie, ApiKeyHeader, ApiKeyQuery, Credential, HttpBase, HttpBasic, HttpBearer,
        SecurityScheme, SecurityScopes,
    },
    testing::TestClient,
};

#[track_caller]
fn problem(app: App) -> String {
    let error = app.build().expect_err("the app must not start");
    let [only] = error.problems() else {
        panic!("{error}");
    };
    only.clone()
}

/// Returns the problem of an app, after the two routes that it names.
#[track_caller]
fn problem_of_both(app: App) -> String {
    let problem = problem(app);
    let (routes, problem) = problem.split_once(": ").expect("it names routes");
    let (first, second) = routes.split_once(", ").expect("it names both");
    assert!(first.starts_with("`read` ("), "{first}");
    assert!(second.starts_with("`read_again` ("), "{second}");
    problem.to_owned()
}

macro_rules! reads {
    ($scheme:expr, $credential:ty) => {{
        #[get("/x")]
        async fn read(#[security($scheme)] _credential: $credential) {}

        #[get("/y")]
        async fn read_again(#[security($scheme)] _credential: Option<$credential>) {}

        App::new("mistakes", "1").routes(routes![read, read_again])
    }};
}

#[test]
fn a_scheme_that_no_request_can_satisfy_stops_the_app() {
    let cases = [
        (
            reads!(ApiKeyHeader::new("x api key"), &str),
            "the security scheme `APIKeyHeader`: \"x api key\" is not a valid name for a header",
        ),
        (
            reads!(ApiKeyHeader::new(""), &str),
            "the security scheme `APIKeyHeader`: \"\" is not a valid name for a header",
        ),
        (
            reads!(ApiKeyCookie::new("a;b"), String),
            "the security scheme `APIKeyCookie`: \"a;b\" is not a valid name for a cookie",
        ),
        (
            reads!(HttpBase::new("my scheme"), &str),
            "the security scheme `HTTPBase`: \"my scheme\" is not a valid scheme for `Authorization`",
        ),
        (
            reads!(
                HttpBasic::new().realm("the\nshop"),
                fastrs::security::HttpBasicCredentials
            ),
            "the security scheme `HTTPBasic`: its challenge \"Basic realm=\\\"the\\nshop\\\"\" cannot be sent in a header",
        ),
    ];
    for (app, expected) in cases {
        assert_eq!(problem_of_both(app), expected);
    }
    // The name of a query parameter may be any text.
    reads!(ApiKeyQuery::new("api key"), &str).build().unwrap();
}

/// A scheme with this name, and a function that describes it.
struct Own(&'static str, fn() -> Value);

struct Nothing;

impl Credential for Nothing {}

impl SecurityScheme for Own {
    type Credential<'r> = Nothing;

    fn name(&self) -> &str {
        self.0
    }

    fn describe(&self) -> Value {
        (self.1)()
    }

    fn challenge(&self) -> String {
        "Own".into()
    }

    fn read(&self, _request: &Request) -> Result<Option<Nothing>> {
        Ok(Some(Nothing))
    }
}

#[test]
fn a_scheme_that_no_document_can_contain_stops_the_app() {
    for (app, name) in [
        (
            reads!(HttpBearer::new().scheme_name("My Key"), &str),
            "My Key",
        ),
        (reads!(HttpBearer::new().scheme_name(""), &str), ""),
        (
            reads!(Own("k\u{f6}", || json!({"type": "mutualTLS"})), Nothing),
            "k\u{f6}",
        ),
    ] {
        let expected = format!(
            "the security scheme {name:?}: its name must consist of letters, digits, `.`, `-` and `_`"
        );
        assert_eq!(problem_of_both(app), expected);
    }
    assert_eq!(
        problem_of_both(reads!(Own("Own", || json!("mutualTLS")), Nothing)),
        "the security scheme `Own`: `describe` must return a JSON object"
    );
    let app = reads!(Own("a-B_9.c", || json!({"type": "mutualTLS"})), Nothing);
    let document = app.build().unwrap().document().clone();
    assert_eq!(
        document["components"]["securitySchemes"]["a-B_9.c"],
        json!({"type": "mutualTLS"})
    );
}

#[dependency]
async fn user(#[security(HttpBearer::new())] _token: &str, _scopes: SecurityScopes) {}

#[test]
fn a_scope_that_no_challenge_can_name_stops_the_app() {
    #[get("/a")]
    async fn two(#[depends(user, scopes = ["me items"])] _user: ()) {}
    #[get("/b")]
    async fn quoted(#[depends(user, scopes = ["\"me\""])] _user: ()) {}
    #[get("/c")]
    async fn empty(#[depends(user, scopes = [""])] _user: ()) {}
    #[get("/d")]
    async fn valid(#[depends(user, scopes = ["items:read", "https://x.example/a"])] _user: ()
    ) {
    }

    let app = App::new("mistakes", "1");
    app.routes(routes![valid]).build().unwrap();
    for (app, scope) in [
        (App::new("a", "1").routes(routes![two]), "\"me items\""),
        (App::new("a", "1").routes(routes![quoted]), "\"\\\"me\\\"\""),
        (App::new("a", "1").routes(routes![empty]), "\"\""),
    ] {
        let problem = problem(app);
        assert!(
            problem.contains(&format!("{scope} is not a valid scope")),
            "{problem}"
        );
    }
}

#[dependency]
async fn holder(#[security(ApiKeyHeader::new("x-api-key"))] _key: &str) {}

#[get("/mixed")]
async fn shown() -> u8 {
    1
}

#[delete("/mixed")]
async fn removed() -> u8 {
    2
}

/// A path with a public and a guarded route, in both orders.
#[tokio::test]
async fn what_a_path_supports_needs_a_credential_if_one_of_its_routes_does() {
    let open = || Router::new("").public().routes(routes![shown]);
    let app = || App::new("mixed", "1").require::<holder>();
    for app in [
        app().include(open()).routes(routes![removed]),
        app().routes(routes![removed]).include(open()),
    ] {
        let client = TestClient::start(app).await;
        let cases = [
            ("GET", "/mixed", 200, 200),
            ("DELETE", "/mixed", 401, 200),
            ("OPTIONS", "/mixed", 401, 204),
            ("PATCH", "/mixed", 401, 405),
            ("PATCH", "/mixed/", 401, 307),
            ("GET", "/mixed/", 307, 307),
        ];
        for (method, path, without, with) in cases {
            let send = || client.request(method, path).follow_redirects(false);
            assert_eq!(send().await.status(), without, "{method} {path}");
            let with_key = send().header("x-api-key", "k").await;
            assert_eq!(with_key.status(), with, "{method} {path}");
        }
        let preflight = |method: &str| {
            let options = client.options("/mixed");
            options.header("access-control-request-method", method)
        };
        let of_guarded = preflight("DELETE").await;
        assert_eq!(of_guarded.status(), 401);
        assert_eq!(of_guarded.header("allow"), None);
        let of_public = preflight("GET").await;
        assert_eq!(of_public.status(), 204);
        assert_eq!(of_public.header("allow"), Some("GET, HEAD, OPTIONS"));
        let with_key = preflight("DELETE").header("x-api-key", "k").await;
        assert_eq!(with_key.header("allow"), Some("DELETE, GET, HEAD, OPTIONS"));
        client.stop().await;
    }
}
