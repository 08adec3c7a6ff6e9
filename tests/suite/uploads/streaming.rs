//! `Multipart`: the handler reads the parts while they arrive.

use std::time::Duration;

use fastrs::{FormLimits, Outcome, ServeConfig, Value, json, prelude::*, testing::TestClient};
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::timeout,
};

use super::support::{Form, head, post};
use crate::wire::{Wire, serve};

type Events = UnboundedSender<String>;

#[dependency(scope = "app")]
async fn events() -> Events;

#[dependency]
async fn connection(#[depends(events)] events: &Events, lend: Yield<()>) {
    let ((), outcome) = lend.until_done(()).await;
    let how = match outcome {
        Outcome::Success => "committed".to_owned(),
        Outcome::Failure(failure) => format!("rolled back: {}", failure.status()),
    };
    events.send(how).unwrap();
}

/// Reports each part and its data as soon as they arrive.
#[post("/report", depends = [connection])]
async fn report(mut form: Multipart, #[depends(events)] events: &Events) -> Result<()> {
    while let Some(mut part) = form.next_part().await? {
        let (name, of) = (
            part.name().to_owned(),
            part.content_type().map(str::to_owned),
        );
        events
            .send(format!("{name} {:?} {of:?}", part.filename()))
            .unwrap();
        while let Some(data) = part.chunk().await? {
            events
                .send(String::from_utf8_lossy(&data).into_owned())
                .unwrap();
        }
    }
    Ok(())
}

/// Reads whole parts, and skips those that are called `skip`.
#[post("/whole", form_limits = FormLimits::new().max_fields(3).max_part_size(2048).max_files(1))]
async fn whole(mut form: Multipart) -> Result<Value> {
    let mut found = Vec::new();
    while let Some(mut part) = form.next_part().await? {
        if part.name() == "skip" {
            continue;
        }
        let custom = part.headers().get("x-part").is_some();
        let text = part.text().await?;
        assert!(part.chunk().await?.is_none());
        found.push(json!([part.name(), text, custom]));
    }
    assert!(form.next_part().await?.is_none());
    Ok(found.into())
}

/// Responds after the first part.
#[post("/first", body_limit = 1_000_000_000)]
async fn first(mut form: Multipart) -> Result<String> {
    let part = form.next_part().await?;
    Ok(part.map(|part| part.name().to_owned()).unwrap_or_default())
}

fn app() -> (App, UnboundedReceiver<String>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let app = App::new("Streaming", "1")
        .provide::<events>(sender)
        .routes(routes![report, whole, first]);
    (app, receiver)
}

#[tokio::test]
async fn parts_arrive_as_they_are_sent() {
    let (app, mut events) = app();
    let server = serve(app).await;
    let body = Form::new()
        .field("a", "1")
        .typed("f", "name", "text/plain", "two and three")
        .end();
    let body = String::from_utf8(body).unwrap();
    let mut wire = Wire::to(server.addr()).await;
    wire.send(&head("/report", body.len())).await;
    let (first, rest) = body.split_once(" and three").unwrap();
    wire.send(first).await;
    for expected in [
        "a None None",
        "1",
        "f Some(\"name\") Some(\"text/plain\")",
        "two",
    ] {
        assert_eq!(events.recv().await.unwrap(), expected);
    }
    wire.send(" and three").await;
    wire.send(rest).await;
    assert_eq!(events.recv().await.unwrap(), " and three");
    assert_eq!(wire.answer().await.status(), "200");
    assert_eq!(events.recv().await.unwrap(), "committed");
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_disconnects_is_an_error_for_the_handler() {
    let (app, mut events) = app();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    let open = Form::new().file("f", "name", "half of the file").open();
    wire.send(&head("/report", 1_000_000)).await;
    wire.send(open).await;
    assert!(events.recv().await.unwrap().starts_with("f Some"));
    drop(wire);
    let mut last = String::new();
    while let Some(event) = events.recv().await {
        last = event;
        if last.starts_with("rolled back") || last == "committed" {
            break;
        }
    }
    assert_eq!(last, "rolled back: 400 Bad Request");
    server.stop().await;
}

#[tokio::test]
async fn a_handler_that_stops_reading_responds_at_once() {
    let (app, _events) = app();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send(&head("/first", 900_000_000)).await;
    let open = Form::new().file("f", "name", "the beginning").open();
    wire.send(open).await;
    let answer = wire.answer().await;
    assert_eq!((answer.status(), &*answer.body), ("200", "\"f\""));
    assert_eq!(answer.header("connection"), Some("close"));
    server.stop().await;
}

#[tokio::test]
async fn parts_can_be_read_whole_or_skipped() {
    let (app, _events) = app();
    let client = TestClient::start(app).await;
    let form = Form::new()
        .field("a", "1")
        .file("skip", "f", "x".repeat(100_000));
    let disposition = "Content-Disposition: form-data; name=\"b\"";
    let form = form
        .part(&[disposition, "X-Part: 1"], "")
        .field("skip", "2");
    let answer = form.post(&client, "/whole").await;
    assert_eq!(
        answer.json::<Value>(),
        json!([["a", "1", false], ["b", "", true]])
    );
    let answer = post(&client, "/whole", Vec::new()).await;
    assert_eq!(answer.json::<Value>(), json!([]));
    let answer = client.post("/whole").json(&1).send().await;
    assert_eq!(answer.status(), 415);
    let detail = &answer.json::<Value>()["detail"];
    assert_eq!(detail, "Unsupported Media Type: send `multipart/form-data`");
}

#[tokio::test]
async fn the_limits_of_forms_apply() {
    let (app, _events) = app();
    let client = TestClient::start(app).await;
    for (form, status, detail) in [
        (
            Form::new().field("a", "x".repeat(2049)),
            400,
            "Part exceeded maximum size of 2KB.",
        ),
        (
            Form::new()
                .field("a", "")
                .field("b", "")
                .field("c", "")
                .field("d", ""),
            400,
            "Too many fields. Maximum number of fields is 3.",
        ),
        (
            Form::new().file("a", "a", "").file("b", "b", ""),
            400,
            "Too many files. Maximum number of files is 1.",
        ),
        (Form::new().part(&["x"], ""), 400, "Invalid multipart data."),
        (
            Form::new().file("a", "a", vec![0; 16 << 20]),
            413,
            "Content Too Large",
        ),
    ] {
        let answer = form.post(&client, "/whole").await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.json::<Value>()["detail"], detail);
    }
}

#[tokio::test]
async fn a_form_that_stalls_or_arrives_too_slowly_is_a_408() {
    let (app, _events) = app();
    let stall = ServeConfig::new().body_timeout(Duration::from_millis(300));
    let server = serve(app.config(stall)).await;
    for mut drips in ["", "content-disposition"] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&head("/whole", 100)).await;
        wire.send("--X\r\n").await;
        let pause = Duration::from_millis(50);
        while !drips.is_empty() && timeout(pause, wire.readable()).await.is_err() {
            wire.send(&drips[..1]).await;
            drips = &drips[1..];
        }
        assert_eq!(wire.answer().await.status(), "408", "{drips}");
    }
    server.stop().await;
}
