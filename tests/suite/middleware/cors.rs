//! `Cors`, beside what FastAPI 0.165 with Starlette's `CORSMiddleware` responds (wire F-MW2).

use fastrs::{middleware::Cors, prelude::*, testing::TestClient};

#[get("/items")]
async fn read_items() -> Vec<String> {
    vec![]
}

#[get("/varies")]
async fn varies(reply: &mut Reply) -> String {
    reply.header("vary", "Accept");
    "varies".into()
}

async fn client(cors: Cors) -> TestClient {
    let app = App::new("Shop", "1").routes(routes![read_items, varies]);
    TestClient::start(app.layer(cors)).await
}

/// Sends a preflight request, and returns the status, the text, and these headers.
async fn preflight(client: &TestClient, headers: &[(&str, &str)], wanted: &[&str]) -> String {
    let mut request = client.options("/items");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = request.await;
    let mut shown = format!("{} {}", answer.status().as_u16(), answer.text());
    for name in wanted {
        shown += &format!(" | {}", answer.header(name).unwrap_or("-"));
    }
    shown
}

const ALLOW: [&str; 5] = [
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-allow-credentials",
    "access-control-max-age",
];

#[tokio::test]
async fn preflight_requests() {
    let listed = Cors::new()
        .allow_origins(["https://a.example", "https://b.example"])
        .allow_methods(["GET", "PUT"])
        .allow_headers(["X-Token"])
        .allow_credentials(true)
        .max_age(std::time::Duration::from_secs(60));
    let client = client(listed).await;
    let from = |origin: &'static str, method: &'static str| {
        [
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", "x-token, Content-Type"),
        ]
    };
    assert_eq!(
        preflight(&client, &from("https://b.example", "PUT"), &ALLOW).await,
        "200 OK | https://b.example | GET, PUT | Accept, Accept-Language, Content-Language, Content-Type, X-Token | true | 60"
    );
    // What is refused is named, in FastAPI's order.
    assert_eq!(
        preflight(
            &client,
            &from("https://a.example.evil", "POST"),
            &ALLOW[..1]
        )
        .await,
        "400 Disallowed CORS origin, method | -"
    );
    let mut headers = from("https://a.example", "GET").to_vec();
    headers[2].1 = "x-other";
    headers.push(("access-control-request-private-network", "true"));
    assert_eq!(
        preflight(&client, &headers, &["content-type", "vary"]).await,
        "400 Disallowed CORS headers, private-network | text/plain; charset=utf-8 | Origin, \
         Access-Control-Request-Method, Access-Control-Request-Headers, \
         Access-Control-Request-Private-Network"
    );
    // `OPTIONS` without the headers of a preflight request is an ordinary request.
    let answer = client
        .options("/items")
        .header("origin", "https://a.example")
        .await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("allow")),
        (204, Some("GET, HEAD, OPTIONS"))
    );
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://a.example")
    );
}

#[tokio::test]
async fn everything_allowed() {
    let client = client(
        Cors::new()
            .allow_origins(["*"])
            .allow_methods(["*"])
            .allow_headers(["*"]),
    )
    .await;
    let headers = [
        ("origin", "null"),
        ("access-control-request-method", "PATCH"),
        ("access-control-request-headers", "x-a, x-b"),
    ];
    assert_eq!(
        preflight(&client, &headers, &ALLOW).await,
        "200 OK | * | DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY | x-a, x-b | - | 600"
    );
    let answer = client
        .get("/items")
        .header("origin", "https://any.example")
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn responses_for_other_origins() {
    let cors = Cors::new()
        .allow_origins(["https://a.example"])
        .allow_origin_if(|origin| origin.ends_with(".tenants.example"))
        .expose_headers(["X-Total", "X-Page"])
        .allow_credentials(true);
    let client = client(cors).await;
    for (origin, allowed) in [
        ("https://a.example", true),
        ("https://one.tenants.example", true),
        ("https://a.example.evil", false),
        ("https://evil-a.example", false),
        ("http://a.example", false),
        ("null", false),
    ] {
        let answer = client.get("/items").header("origin", origin).await;
        let expected = allowed.then_some(origin);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            expected,
            "{origin}"
        );
        assert_eq!(
            answer.header("access-control-expose-headers"),
            Some("X-Total, X-Page")
        );
        assert_eq!(answer.header("vary"), Some("Origin"), "{origin}");
        assert_eq!(
            answer.text(),
            "[]",
            "a page that may not read it: the browser decides"
        );
    }
    // A cache must not give this response to a page of another origin.
    assert_eq!(client.get("/items").await.header("vary"), Some("Origin"));
    assert_eq!(
        client.get("/varies").await.header("vary"),
        Some("Accept, Origin")
    );
    // A 404, a 405 and a preflight for no route, too.
    let answer = client
        .post("/nowhere")
        .header("origin", "https://a.example")
        .await;
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.header("access-control-allow-credentials")
        ),
        (404, Some("true"))
    );
    let answer = client
        .post("/items")
        .header("origin", "https://a.example")
        .await;
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.header("access-control-allow-origin")
        ),
        (405, Some("https://a.example"))
    );
}

#[tokio::test]
async fn a_router_of_its_own() {
    let api = Router::new("/api")
        .layer(Cors::new().allow_origins(["https://a.example"]))
        .routes(routes![read_items]);
    let client =
        TestClient::start(App::new("Shop", "1").include(api).routes(routes![varies])).await;
    let preflight = |path: &'static str| {
        let request = client.options(path).header("origin", "https://a.example");
        request.header("access-control-request-method", "GET")
    };
    let answer = preflight("/api/items").await;
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.header("access-control-allow-origin")
        ),
        (200, Some("https://a.example"))
    );
    assert_eq!(
        preflight("/varies")
            .await
            .header("access-control-allow-origin"),
        None
    );
}

#[tokio::test]
async fn regular_expressions_match_in_full() {
    let client =
        client(Cors::new().allow_origin_regex(r"https://.*\.example|http://localhost:\d+")).await;
    for (origin, allowed) in [
        ("https://x.example", true),
        ("http://localhost:3000", true),
        ("https://x.example.evil", false),
        ("http://localhost:3000.evil", false),
    ] {
        let answer = client.get("/items").header("origin", origin).await;
        assert_eq!(
            answer.header("access-control-allow-origin").is_some(),
            allowed,
            "{origin}"
        );
    }
}

#[test]
fn mistakes_are_startup_errors() {
    let app = App::new("Shop", "1").routes(routes![read_items]);
    let cors = Cors::new()
        .allow_origins(["*", "shop.example", "https://shop.example/"])
        .allow_methods(["GE T"])
        .allow_headers(["X Token"])
        .allow_credentials(true);
    let error = app.layer(cors).build().unwrap_err().to_string();
    for text in [
        "`Cors` allows credentials for all origins, so any page could act as any user: list the origins",
        "`Cors` allows the origin \"shop.example\": an origin starts with its scheme: `https://shop.example`",
        "`Cors` allows the origin \"https://shop.example/\": an origin has no path, and no slash at its end",
        "`Cors` allows the method \"GE T\", which is not a method",
        "`Cors` allows the header \"X Token\", which is not a name of a header",
    ] {
        assert!(error.contains(text), "{text}\n{error}");
    }
}
