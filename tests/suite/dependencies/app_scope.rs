//! Dependencies that live as long as the app.

use std::path::PathBuf;

use fastrs::{prelude::*, testing::TestClient};

use crate::{
    journal::{Journal, journal},
    wire::{Wire, serve},
};

/// Records that it was dropped.
struct Part(&'static str, Journal);

impl Part {
    fn new(name: &'static str, journal: &Journal) -> Self {
        journal.write(format!("{name} made"));
        Self(name, journal.clone())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.1.write(format!("{} dropped", self.0));
    }
}

#[dependency(scope = "app")]
async fn engine(#[depends(journal)] journal: &Journal) -> Part {
    Part::new("engine", journal)
}

#[dependency(scope = "app")]
async fn wheels(#[depends(journal)] journal: &Journal) -> Result<Part> {
    Ok(Part::new("wheels", journal))
}

#[dependency(scope = "app")]
async fn car(
    #[depends(wheels)] _wheels: &Part,
    #[depends(engine)] _engine: &Part,
    #[depends(journal)] journal: &Journal,
) -> Part {
    Part::new("car", journal)
}

#[get("/drive")]
async fn drive(
    #[depends(engine)] engine: &Part,
    #[depends(car)] car: &Part,
    #[depends(journal)] journal: &Journal,
) {
    journal.write(format!("drove a {} with its {}", car.0, engine.0));
}

fn app(notes: &Journal) -> App {
    App::new("Cars", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![drive])
}

const MADE: [&str; 3] = ["engine made", "wheels made", "car made"];
const DROPPED: [&str; 3] = ["car dropped", "wheels dropped", "engine dropped"];

#[tokio::test]
async fn values_are_created_once_in_order_before_the_first_request_and_dropped_in_reverse_after_the_last()
 {
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    assert_eq!(notes.take(), MADE);
    let mut wire = Wire::to(server.addr()).await;
    for _ in 0..2 {
        wire.request("GET /drive").await;
        assert_eq!(wire.answer().await.status(), "200");
    }
    drop(wire);
    assert_eq!(
        notes.take(),
        ["drove a car with its engine", "drove a car with its engine"]
    );
    server.stop().await;
    assert_eq!(notes.take(), DROPPED);
}

#[dependency(scope = "app")]
async fn first(#[depends(journal)] journal: &Journal, lend: Yield<String>) -> Result<()> {
    journal.write("first opened");
    let (name, _) = lend.until_done("first".to_owned()).await;
    journal.write(format!("{name} closed"));
    Err(HttpError::new(500, "it may even fail"))
}

#[dependency(scope = "app")]
async fn second(
    #[depends(first)] first: &String,
    #[depends(journal)] journal: &Journal,
    lend: Yield<String>,
) {
    journal.write(format!("second opened on {first}"));
    let (name, _) = lend.until_done("second".to_owned()).await;
    journal.write(format!("{name} closed before {first}"));
}

#[get("/opened")]
async fn opened(#[depends(second)] second: String) -> String {
    second
}

fn opening(notes: &Journal) -> App {
    App::new("Opening", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![opened])
}

const OPENED: [&str; 2] = ["first opened", "second opened on first"];
const CLOSED: [&str; 2] = ["second closed before first", "first closed"];

#[tokio::test]
async fn values_that_yield_are_closed_in_reverse_at_the_end() {
    let notes = Journal::new();
    let client = TestClient::start(opening(&notes)).await;
    assert_eq!(client.get("/opened").await.json::<String>(), "second");
    assert_eq!(notes.take(), OPENED);
    client.stop().await;
    assert_eq!(notes.take(), CLOSED);
}

#[tokio::test]
async fn values_that_yield_are_closed_when_the_last_service_is_dropped() {
    let notes = Journal::new();
    let service = opening(&notes).into_service().await.unwrap();
    let clone = service.clone();
    drop(service);
    assert_eq!(notes.take(), OPENED);
    drop(clone);
    notes.until(CLOSED[1]).await;
    assert_eq!(notes.take(), CLOSED);
}

/// The address that the app listens on.
#[dependency(scope = "app")]
async fn socket() -> PathBuf;

#[dependency(scope = "app")]
async fn broken(
    #[depends(second)] _second: &String,
    #[depends(socket)] socket: &PathBuf,
    #[depends(journal)] journal: &Journal,
) -> Result<u8> {
    journal.write(format!("a port is open: {}", socket.exists()));
    Err("no such database".parse::<u8>().unwrap_err())?
}

#[dependency(scope = "app")]
async fn panics(#[depends(second)] _second: &String) -> u8 {
    panic!("out of luck")
}

#[tokio::test]
async fn a_failure_stops_the_app_before_a_port_is_open() {
    #[get("/broken")]
    async fn needs_it(#[depends(broken)] _it: &u8) {}

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let notes = Journal::new();
    let app = opening(&notes)
        .provide::<socket>(path.clone())
        .routes(routes![needs_it]);
    let error = app
        .serve(format!("unix:{}", path.display()))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the app cannot start: the app-scoped dependency `broken` failed to start: invalid digit found in string"
    );
    // Dependencies that were created before the failing one are closed in order.
    assert_eq!(
        notes.take(),
        [&OPENED[..], &["a port is open: false"], &CLOSED[..]].concat()
    );
    assert!(!path.exists());
}

#[tokio::test]
async fn a_panic_stops_the_app_too() {
    #[get("/panics")]
    async fn needs_it(#[depends(panics)] _it: &u8) {}

    let notes = Journal::new();
    let error = TestClient::try_start(opening(&notes).routes(routes![needs_it]))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`panics` failed to start: panicked: out of luck"),
        "{error}"
    );
    assert_eq!(notes.take(), [OPENED, CLOSED].concat());
}

#[tokio::test]
async fn missing_values_that_only_main_can_provide_are_reported_together() {
    #[dependency(scope = "app")]
    async fn region() -> String;

    #[get("/where")]
    async fn place(
        #[depends(region)] region: &String,
        #[depends(socket)] socket: &PathBuf,
    ) -> String {
        format!("{region} {}", socket.display())
    }

    let app = || App::new("Where", "1").routes(routes![place]);
    let error = app().build().unwrap_err();
    let expected = ["region", "socket"].map(|name| {
        format!("the dependency `{name}` has no value: call `App::provide::<{name}>(value)`")
    });
    assert_eq!(error.problems(), expected);
    assert!(
        error
            .to_string()
            .starts_with("the app cannot start, for 2 reasons:\n  - "),
        "{error}"
    );

    let app = app()
        .provide::<region>("north".to_owned())
        .provide::<socket>(PathBuf::from("/run"));
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/where").await.json::<String>(), "north /run");
}

#[tokio::test]
async fn a_provided_value_needs_none_of_its_dependencies() {
    let notes = Journal::new();
    let given = Part::new("given", &notes);
    let client = TestClient::start(app(&notes).provide::<car>(given)).await;
    assert_eq!(client.get("/drive").await.status(), 200);
    assert_eq!(
        notes.take(),
        ["given made", "engine made", "drove a given with its engine"]
    );
}
