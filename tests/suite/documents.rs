//! The document as a whole: what the app declares, where it is served, and the pages that show it.

use std::io::Read;

use fastrs::openapi::{Contact, ExternalDocs, License, Server, Tag};
use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{document, golden};

/// An item.
#[model]
struct Item {
    #[field(gt = 0)]
    id: u32,
    name: Option<String>,
}

/// Read an item.
///
/// More about it.
///
/// And more.
#[get("/items/<id>", tags = ["read"])]
async fn read_item(id: u32) -> Result<Item> {
    Ok(Item { id, name: None })
}

/// The whole comment is the description.
#[post(
    "/items",
    status = 201,
    summary = "Create an item",
    response_description = "The created item",
    operation_id = "make_item",
    deprecated
)]
async fn create_item(item: Item) -> Item {
    item
}

#[get("/healthz", include_in_schema = false)]
async fn healthz() -> &'static str {
    "ok"
}

#[get("/no_comment_here")]
async fn no_comment_here() -> u8 {
    1
}

#[get("/stats")]
async fn stats() -> u8 {
    1
}

#[route("/search", methods = ["GET", "POST"])]
async fn search(q: String) -> String {
    q
}

fn app() -> App {
    let internal = Router::new("/internal")
        .include_in_schema(false)
        .routes(routes![stats]);
    let v1 = Router::new("/v1")
        .tag("items")
        .response(404, "Not found")
        .routes(routes![read_item, create_item])
        .include(internal);
    App::new("Shop", "1.2.3")
        .summary("An online shop")
        .description("All about the **shop**.")
        .terms_of_service("https://example.com/terms")
        .contact(Contact::new().name("Ada").email("ada@example.com"))
        .license(License::new("MIT").identifier("MIT"))
        .server(Server::new("https://shop.example.com").description("Live"))
        .tag(Tag::new("items").description("What is sold."))
        .external_docs(ExternalDocs::new("https://example.com/docs"))
        .include(v1)
        .routes(routes![healthz, no_comment_here, search])
}

#[tokio::test]
async fn the_app_describes_itself() {
    golden("openapi/whole.json", &document(app()).await);
    assert_eq!(
        app().build().expect("the wiring is valid").document(),
        &document(app()).await
    );
}

#[tokio::test]
async fn undocumented_routes_are_served_nevertheless() {
    let client = TestClient::start(app()).await;
    assert_eq!(client.get("/healthz").send().await.status(), 200);
    assert_eq!(client.get("/v1/internal/stats").send().await.status(), 200);
    let document: Value = client.get("/openapi.json").send().await.json();
    let paths: Vec<_> = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(|paths| paths.keys())
        .collect();
    assert_eq!(
        paths,
        ["/v1/items/{id}", "/v1/items", "/no_comment_here", "/search"]
    );
}

#[tokio::test]
async fn the_document_is_served_ready_made() {
    let client = TestClient::start(app()).await;
    let plain = client.get("/openapi.json").send().await;
    assert_eq!(plain.header("content-type"), Some("application/json"));
    assert_eq!(plain.header("content-encoding"), None);
    let etag = plain.header("etag").expect("an ETag").to_owned();

    let known = client
        .get("/openapi.json")
        .header("if-none-match", &etag)
        .send()
        .await;
    assert_eq!((known.status().as_u16(), known.bytes().len()), (304, 0));
    assert_eq!(known.header("etag"), Some(&*etag));
    let other = client
        .get("/openapi.json")
        .header("if-none-match", "\"other\"")
        .send()
        .await;
    assert_eq!(other.status(), 200);

    let packed = client
        .get("/openapi.json")
        .header("accept-encoding", "br, gzip")
        .send()
        .await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_ne!(
        packed.header("etag"),
        Some(&*etag),
        "other bytes, other tag"
    );
    assert!(
        packed
            .header("vary")
            .is_some_and(|vary| vary.eq_ignore_ascii_case("accept-encoding"))
    );
    assert!(packed.bytes().len() < plain.bytes().len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed.bytes()[..])
        .read_to_string(&mut text)
        .expect("gzip");
    assert_eq!(text, plain.text());
    let refused = client
        .get("/openapi.json")
        .header("accept-encoding", "gzip;q=0")
        .send()
        .await;
    assert_eq!(refused.header("content-encoding"), None);

    let head = client.head("/openapi.json").send().await;
    assert_eq!(
        (
            head.status().as_u16(),
            head.header("etag"),
            head.bytes().len()
        ),
        (200, Some(&*etag), 0)
    );
    assert_eq!(client.post("/openapi.json").send().await.status(), 405);
}

#[tokio::test]
async fn the_docs_load_nothing_from_other_hosts() {
    let client = TestClient::start(app()).await;
    let page = client.get("/docs").send().await;
    assert_eq!(
        (page.status().as_u16(), page.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    let html = page.text();
    assert!(html.contains("<title>") && html.contains("Shop"), "{html}");
    assert!(
        !html.contains("http://") && !html.contains("https://") && !html.contains("\"//"),
        "{html}"
    );
    assert!(
        !html.contains("<script>") && !html.contains(" onload="),
        "no inline script: {html}"
    );
    let csp = page.header("content-security-policy").expect("a policy");
    let scripts = csp
        .split(';')
        .find(|part| part.trim().starts_with("script-src"))
        .expect("a policy of scripts");
    assert_eq!(scripts.trim(), "script-src 'self'");
    // Every file that the page refers to is served by the app itself, and exists.
    let mut files = 0;
    for part in html
        .split(['"', '\''])
        .filter(|part| part.ends_with(".js") || part.ends_with(".css"))
    {
        let file = client
            .get(&format!("/{}", part.trim_start_matches('/')))
            .send()
            .await;
        assert_eq!(file.status(), 200, "{part}");
        files += 1;
    }
    assert!(files >= 2, "{html}");

    let redoc = client.get("/redoc").send().await;
    assert_eq!(redoc.status(), 200);
    assert!(redoc.text().contains("openapi.json"));
    assert!(!redoc.text().contains("<script>"), "no inline script");
}

#[tokio::test]
async fn the_documents_are_moved_and_removed() {
    let statuses = |app: App, paths: &'static [&'static str]| async move {
        let client = TestClient::start(app).await;
        let mut statuses = Vec::new();
        for path in paths {
            statuses.push(client.get(path).send().await.status().as_u16());
        }
        statuses
    };
    let all = &["/openapi.json", "/docs", "/redoc"];
    assert_eq!(statuses(app(), all).await, [200, 200, 200]);
    assert_eq!(statuses(app().docs_url(None), all).await, [200, 404, 200]);
    assert_eq!(statuses(app().redoc_url(None), all).await, [200, 200, 404]);
    assert_eq!(
        statuses(app().openapi_url(None), all).await,
        [404, 404, 404]
    );
    let moved = || {
        app()
            .openapi_url("/api/v1/openapi.json")
            .docs_url("/api/docs")
            .redoc_url("/api/redoc")
    };
    assert_eq!(statuses(moved(), all).await, [404, 404, 404]);
    assert_eq!(
        statuses(
            moved(),
            &["/api/v1/openapi.json", "/api/docs", "/api/redoc"]
        )
        .await,
        [200, 200, 200]
    );
    let client = TestClient::start(moved()).await;
    assert!(
        client
            .get("/api/redoc")
            .send()
            .await
            .text()
            .contains("v1/openapi.json")
    );
}

#[tokio::test]
async fn the_document_is_available_as_openapi_30() {
    let client = TestClient::start(app().openapi30_url("/openapi-3.0.json")).await;
    let old: Value = client.get("/openapi-3.0.json").send().await.json();
    golden("openapi/whole_30.json", &old);
    assert_eq!(old["openapi"], "3.0.4");
    let name = &old["components"]["schemas"]["Item"]["properties"]["name"];
    assert_eq!(*name, json!({"type": "string", "nullable": true}));
    assert_eq!(
        old["components"]["schemas"]["Item"]["properties"]["id"]["exclusiveMinimum"],
        true
    );
    let new: Value = client.get("/openapi.json").send().await.json();
    assert_eq!(new["openapi"], "3.1.0");
    let without = TestClient::start(app()).await;
    assert_eq!(without.get("/openapi-3.0.json").send().await.status(), 404);
}

#[tokio::test]
async fn two_functions_with_one_operation_id_are_a_startup_error() {
    mod other {
        use fastrs::prelude::*;

        #[get("/other")]
        pub(super) async fn stats() -> u8 {
            2
        }
    }
    let error = App::new("Twins", "1")
        .routes(routes![stats, other::stats])
        .build()
        .expect_err("a clash");
    let text = error.to_string();
    assert!(
        text.contains("stats") && text.matches("documents.rs:").count() == 2,
        "{text}"
    );
}
