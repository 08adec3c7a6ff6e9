//! Dependencies of dependencies, and which error becomes the response.

use fastrs::{
    Value,
    prelude::*,
    testing::{TestClient, TestResponse},
};

use crate::journal::{Journal, journal};

macro_rules! writes {
    ($($name:ident)*) => {$(
        #[dependency]
        async fn $name(#[depends(journal)] journal: &Journal) {
            journal.write(stringify!($name));
        }
    )*};
}

writes! { of_app of_outer of_inner first_of_route second_of_route of_argument }

#[get("/levels", depends = [first_of_route, second_of_route])]
async fn levels(#[depends(of_argument)] _it: &(), #[depends(journal)] journal: &Journal) {
    journal.write("handler");
}

#[tokio::test]
async fn dependencies_of_the_app_run_first_then_routers_route_and_arguments() {
    let notes = Journal::new();
    let inner = Router::new("/inner")
        .depends::<of_inner>()
        .depends::<of_app>()
        .routes(routes![levels]);
    let app = App::new("Levels", "1")
        .provide::<journal>(notes.clone())
        .depends::<of_app>()
        .include(Router::new("/outer").depends::<of_outer>().include(inner));
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/outer/inner/levels").await.status(), 200);
    let expected = [
        "of_app",
        "of_outer",
        "of_inner",
        "first_of_route",
        "second_of_route",
        "of_argument",
        "handler",
    ];
    assert_eq!(notes.take(), expected);
}

#[model]
struct Item {
    name: String,
}

#[dependency]
async fn deep(
    #[header] x_deep: u8,
    #[query] deep: u8,
    #[depends(journal)] journal: &Journal,
) -> u8 {
    journal.write("deep");
    x_deep + deep
}

#[dependency]
async fn shallow(
    #[query] shallow: u8,
    #[depends(deep)] deep: u8,
    #[depends(journal)] journal: &Journal,
) -> u8 {
    journal.write("shallow");
    shallow + deep
}

#[dependency]
async fn sibling(#[depends(journal)] journal: &Journal) -> u8 {
    journal.write("sibling");
    7
}

#[dependency]
async fn guarded(
    #[query] key: Option<String>,
    #[depends(journal)] journal: &Journal,
) -> Result<()> {
    journal.write("guarded");
    key.map(drop).ok_or_else(|| HttpError::new(403, "no key"))
}

#[post("/all/<id>", depends = [guarded])]
async fn all(
    item: Item,
    #[cookie] crumb: u8,
    #[header] x_own: u8,
    own: u8,
    id: u8,
    #[depends(shallow)] shallow: u8,
    #[depends(sibling)] sibling: u8,
    #[depends(journal)] journal: &Journal,
) -> String {
    journal.write("handler");
    format!(
        "{} {crumb} {x_own} {own} {id} {shallow} {sibling}",
        item.name
    )
}

#[dependency]
async fn of_router(#[query] router: u8) -> u8 {
    router
}

fn app() -> (App, Journal) {
    let notes = Journal::new();
    let router = Router::new("").depends::<of_router>().routes(routes![all]);
    (
        App::new("Errors", "1")
            .provide::<journal>(notes.clone())
            .include(router),
        notes,
    )
}

fn locations(answer: &TestResponse) -> Vec<Value> {
    let body: Value = answer.json();
    let errors = body["detail"].as_array().expect("a list of errors");
    errors.iter().map(|error| error["loc"].clone()).collect()
}

#[tokio::test]
async fn all_errors_are_listed_those_of_dependencies_first() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    let answer = client.post("/all/x?key=1").json(&json!({})).await;
    assert_eq!(answer.status(), 422);
    let expected = [
        json!(["query", "router"]),
        json!(["query", "deep"]),
        json!(["header", "x-deep"]),
        json!(["query", "shallow"]),
        json!(["path", "id"]),
        json!(["query", "own"]),
        json!(["header", "x-own"]),
        json!(["cookie", "crumb"]),
        json!(["body", "name"]),
    ];
    assert_eq!(locations(&answer), expected);
    assert_eq!(
        notes.take(),
        ["guarded", "sibling"],
        "the invalid ones were not called, their siblings were"
    );
}

#[tokio::test]
async fn a_dependency_on_an_invalid_one_is_not_called() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    let answer = client
        .post("/all/1?key=1&router=1&shallow=1&deep=x&own=1")
        .header("x-deep", 1)
        .header("x-own", 1)
        .cookie("crumb", "1")
        .json(&json!({"name": "a"}))
        .await;
    assert_eq!(locations(&answer), [json!(["query", "deep"])]);
    assert_eq!(notes.take(), ["guarded", "sibling"]);
}

#[tokio::test]
async fn the_response_of_a_dependency_takes_precedence_over_invalid_input() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    let answer = client.post("/all/x").json(&json!({})).await;
    assert_eq!(
        (answer.status().as_u16(), answer.text()),
        (403, r#"{"detail":"no key"}"#.to_owned())
    );
    assert_eq!(notes.take(), ["guarded"], "what follows it was not run");
}

#[tokio::test]
async fn broken_json_takes_precedence_over_everything() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    let answer = client
        .post("/all/x")
        .header("content-type", "application/json")
        .body("{")
        .await;
    assert_eq!(locations(&answer), [json!(["body", 1])]);
    assert!(notes.take().is_empty());
}
