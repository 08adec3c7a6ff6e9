//! Mistakes that only appear in the whole app: one startup error lists them all.

use fastrs::{prelude::*, testing::TestClient};

#[get("/users/<id>")]
async fn by_id(id: u8) -> u8 {
    id
}

#[get("/users/<name>")]
async fn by_name(name: &str) -> String {
    name.to_owned()
}

#[get("/one", operation_id = "same")]
async fn one() {}

#[get("/two", operation_id = "same")]
async fn two() {}

#[get("/shelves")]
async fn shelves(shop: u32) -> u32 {
    shop
}

#[get("/lost")]
async fn lost(#[path] shop: u32) -> u32 {
    shop
}

#[dependency]
async fn shop_of(shop: u32, #[path] region: String) -> String {
    format!("{region} {shop}")
}

#[get("/depends")]
async fn depends(#[depends(shop_of)] shop: String) -> String {
    shop
}

#[get("/json", depends = [form])]
async fn takes_json(#[body] json: Vec<u8>) -> Vec<u8> {
    json
}

#[dependency]
async fn form(#[form] name: String) -> String {
    name
}

#[get("/again/<shop>")]
async fn again(shop: u32) -> u32 {
    shop
}

#[dependency(scope = "app")]
async fn region() -> String;

#[get("/region")]
async fn in_region(#[depends(region)] region: &String) -> String {
    region.clone()
}

#[tokio::test]
async fn one_error_lists_all_mistakes_with_their_locations() {
    let file = file!();
    let app = App::new("Wrong", "1")
        .routes(routes![
            by_id, by_name, one, two, lost, takes_json, in_region
        ])
        .include(Router::new("/shops/<shop>").routes(routes![shelves, depends, again]))
        .include(Router::new("slashless").routes(routes![]))
        .include(Router::new("/trailing/").routes(routes![]))
        .mount("static", tower_http::services::ServeDir::new("."))
        .mount("/openapi.json", tower_http::services::ServeDir::new("."));
    let error = app.build().unwrap_err();
    let expected = [
        "the prefix `slashless` of a router must start with `/` and must not end with it"
            .to_owned(),
        "the prefix `/trailing/` of a router must start with `/` and must not end with it"
            .to_owned(),
        format!("`lost` ({file}:LINE): `#[path] shop` has no placeholder `<shop>` in `/lost`"),
        format!(
            "`takes_json` ({file}:LINE): a request has one body, but it is taken by both `name` of the dependency `form` (a form) and `json` (JSON)"
        ),
        format!(
            "`shelves` ({file}:LINE): `shop` is a placeholder of the router's prefix `/shops/<shop>`: write `#[path] shop`"
        ),
        format!(
            "`depends` ({file}:LINE): `#[path] region` has no placeholder `<region>` in `/shops/{{shop}}/depends`"
        ),
        format!(
            "`depends` ({file}:LINE): `shop` is a placeholder of the router's prefix `/shops/<shop>`: write `#[path] shop`"
        ),
        "in `/shops/<shop>/again/<shop>`, a placeholder appears twice".to_owned(),
        "two operations have the id `same`: ".to_owned(),
        "the mount at `static` must start with `/`".to_owned(),
        format!(
            "`by_id` ({file}:LINE) and `by_name` ({file}:LINE) both serve `GET /users/{{name}}`"
        ),
        "the app's documents and the mount at `/openapi.json` both serve the same path".to_owned(),
        "the dependency `region` has no value: call `App::provide::<region>(value)`".to_owned(),
    ];
    let found: Vec<String> = error
        .problems()
        .iter()
        .map(|problem| without_lines(problem))
        .collect();
    for expected in &expected {
        assert!(
            found.iter().any(|found| found.contains(expected)),
            "{expected}\nis not among\n{}",
            found.join("\n")
        );
    }
    assert_eq!(found.len(), expected.len(), "{}", found.join("\n"));
    let same = found.iter().find(|found| found.contains("`same`")).unwrap();
    assert_eq!(same.matches(file).count(), 2, "{same}");
    let text = error.to_string();
    assert!(
        text.starts_with(&format!(
            "the app cannot start, for {} reasons:\n  - ",
            expected.len()
        )),
        "{text}"
    );
    assert_eq!(text, format!("{error:?}"), "main prints it readably");
}

/// Replaces `wiring.rs:17` with `wiring.rs:LINE`.
fn without_lines(text: &str) -> String {
    let mut parts = text.split(".rs:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + ".rs:LINE" + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

#[tokio::test]
async fn a_mistake_names_the_line_of_the_handler() {
    let line = line!() + 1;
    #[get("/users/me")]
    async fn here() {}
    let error = App::new("Twice", "1")
        .routes(routes![here, here])
        .build()
        .unwrap_err();
    let place = format!("`here` ({}:{line})", file!());
    assert!(
        error
            .to_string()
            .contains(&format!("{place} and {place} both serve `GET /users/me`")),
        "{error}"
    );
}

#[tokio::test]
async fn an_app_with_a_mistake_opens_no_port() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let app = App::new("Wrong", "1").routes(routes![lost]);
    assert!(app.serve(format!("unix:{}", path.display())).await.is_err());
    assert!(!path.exists());
    assert!(
        TestClient::try_start(App::new("Wrong", "1").routes(routes![lost]))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_path_of_a_document_is_fixed() {
    let app = App::new("Wrong", "1")
        .docs_url("docs")
        .redoc_url("/<redoc>")
        .openapi_url("openapi.json")
        .openapi30_url("/v3.json?pretty");
    let error = app.build().unwrap_err();
    assert_eq!(
        error.problems(),
        [
            "`openapi_url(\"openapi.json\")` must start with `/`: write `/openapi.json`",
            "`openapi30_url(\"/v3.json?pretty\")` must not contain a query or a fragment: write `/v3.json`",
            "`docs_url(\"docs\")` must start with `/`: write `/docs`",
            "`redoc_url(\"/<redoc>\")` must not contain a placeholder: write one fixed path",
        ]
    );
    // As in FastAPI, an empty URL means none.
    let app = App::new("Without", "1").docs_url("").redoc_url("/r/");
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/docs").await.status(), 404);
    assert_eq!(client.get("/r").await.path(), "/r/");
    let app = App::new("Without", "1").openapi_url("");
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/openapi.json").await.status(), 404);
    assert_eq!(client.get("/docs").await.status(), 404);
}
