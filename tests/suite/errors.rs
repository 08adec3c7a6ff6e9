//! Errors of other libraries through `?`, and what a derived error contains besides its status.

use std::sync::Mutex;

use anyhow::Context as _;
use fastrs::{BoxError, Failure, prelude::*, testing::TestClient};

use crate::support::document;

fn disk() -> std::io::Error {
    std::io::Error::other("the disk is full")
}

fn by_anyhow() -> anyhow::Result<u8> {
    Err(disk()).context("the report")
}

fn boxed() -> Result<u8, BoxError> {
    Err(disk().into())
}

#[derive(Debug, HttpError)]
enum Refusal {
    #[error("wait {seconds} s")]
    #[status(429)]
    #[header("retry-after", "{seconds}")]
    #[header("x-reason", "{why}, {seconds:02}")]
    TooMany { seconds: u8, why: &'static str },
    #[error("who are you?")]
    #[status(401)]
    #[header("WWW-Authenticate", "Bearer")]
    Unknown,
    #[error("the secret {0}")]
    #[status(503)]
    #[header("retry-after", "{0}")]
    Busy(u8),
    #[error("gone")]
    #[status(410)]
    Gone,
}

impl Refusal {
    fn of(number: u8) -> Self {
        match number {
            0 => Self::TooMany {
                seconds: 3,
                why: "fast",
            },
            1 => Self::Unknown,
            2 => Self::Busy(9),
            3 => Self::TooMany {
                seconds: 3,
                why: "a\nb",
            },
            _ => Self::Gone,
        }
    }
}

static SEEN: Mutex<Vec<bool>> = Mutex::new(Vec::new());

#[dependency]
async fn watched(lend: Yield<u8>) {
    let (_, outcome) = lend.until_done(0).await;
    if let Outcome::Failure(failure) = outcome {
        SEEN.lock().unwrap().push(failure.is::<Refusal>());
    }
}

#[get("/typed/<number>")]
async fn typed(number: u8) -> Result<u8, Refusal> {
    Err(Refusal::of(number))
}

#[get("/untyped/<number>", depends = [watched])]
async fn untyped(number: u8) -> Result<u8> {
    Err(Refusal::of(number))?
}

#[get("/other/<kind>")]
async fn other(kind: u8) -> Result<u8> {
    match kind {
        0 => Ok(by_anyhow()?),
        1 => Ok(boxed()?),
        2 => Err("a secret text")?,
        3 => Err(format!("a secret {kind}"))?,
        _ => Err(disk())?,
    }
}

fn app() -> App {
    App::new("Errors", "1").routes(routes![typed, untyped, other])
}

#[tokio::test]
async fn any_error_is_a_500_that_reveals_nothing() {
    let client = TestClient::start(app()).await;
    for kind in 0..5 {
        let answer = client.get(&format!("/other/{kind}")).await;
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.text(), r#"{"detail":"Internal Server Error"}"#);
    }
}

/// The log shows the `Display` text.
#[test]
fn the_log_shows_the_whole_chain() {
    let error = HttpError::from(by_anyhow().unwrap_err());
    assert_eq!(error.to_string(), "500: the report: the disk is full");
    let error = HttpError::from(boxed().unwrap_err());
    assert_eq!(error.to_string(), "500: the disk is full");
    assert!(
        error
            .source()
            .unwrap()
            .downcast_ref::<std::io::Error>()
            .is_some()
    );
}

#[tokio::test]
async fn a_derived_error_keeps_its_headers_with_or_without_its_type() {
    let client = TestClient::start(app()).await;
    for path in ["/typed", "/untyped"] {
        let ask = async |number: u8| client.get(&format!("{path}/{number}")).await;
        let answer = ask(0).await;
        assert_eq!(answer.text(), r#"{"detail":"wait 3 s"}"#);
        let headers = ["retry-after", "x-reason"].map(|name| answer.header(name));
        assert_eq!(
            (answer.status().as_u16(), headers),
            (429, [Some("3"), Some("fast, 03")])
        );
        let answer = ask(1).await;
        assert_eq!(
            (answer.status().as_u16(), answer.header("www-authenticate")),
            (401, Some("Bearer"))
        );
        let answer = ask(2).await;
        assert_eq!(
            (answer.status().as_u16(), answer.header("retry-after")),
            (503, Some("9"))
        );
        assert_eq!(answer.text(), r#"{"detail":"Service Unavailable"}"#);
        assert_eq!(ask(3).await.status(), 500, "a header with a line break");
        assert_eq!(ask(4).await.status(), 410);
    }
    assert_eq!(
        *SEEN.lock().unwrap(),
        [true; 5],
        "`?` keeps the type for exits"
    );
}

#[test]
fn a_failure_is_an_error_that_keeps_its_status() {
    let failure = Failure::of(Refusal::Gone);
    assert_eq!(failure.to_string(), "410: gone");
    let boxed: BoxError = failure.into();
    assert_eq!(HttpError::from(boxed).status(), 410);
    let failure = Failure::of(HttpError::from(disk()));
    assert_eq!(
        std::error::Error::source(&failure).unwrap().to_string(),
        "the disk is full"
    );
}

#[tokio::test]
async fn the_headers_of_an_error_are_documented() {
    let document = document(app()).await;
    let responses = &document["paths"]["/typed/{number}"]["get"]["responses"];
    let names = |status: &str| -> Vec<String> {
        let headers = responses[status]["headers"].as_object();
        headers.map_or(Vec::new(), |headers| headers.keys().cloned().collect())
    };
    assert_eq!(names("429"), ["retry-after", "x-reason"]);
    assert_eq!(names("401"), ["WWW-Authenticate"]);
    assert_eq!(names("410"), [""; 0]);
    assert_eq!(responses["429"]["description"], "wait {seconds} s");
}
