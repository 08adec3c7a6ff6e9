//! Readiness while the server stops.

use std::time::Duration;

use fastrs::{Health, ServeConfig, prelude::*};

use super::app;
use crate::{
    journal::{Gate, Journal, gate, journal},
    serving::program::Program,
    waiting::{soon, until_closed},
    wire::{RawResponse, Wire, serve},
};

const STOPPING: &str = r#"{"status":"stopping"}"#;

async fn get(wire: &mut Wire, path: &str) -> RawResponse {
    wire.request(&format!("GET {path}")).await;
    soon(wire.answer()).await
}

/// Starts a program whose readiness is in the outer app, at `/readyz`, and in an inner one, at `/inner/readyz`.
async fn start(delay: &str) -> (Program, std::net::SocketAddr) {
    let environment = [
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        ("ACCESS_LOG", "off"),
        ("SHUTDOWN_DELAY", delay),
    ];
    let mut program = Program::start(&["healthy"], &environment);
    let address = program.started().await;
    (program, address)
}

#[tokio::test]
async fn the_server_serves_during_the_delay_and_is_not_ready() {
    for second_signal in [true, false] {
        let delay = if second_signal { "600" } else { "0.5" };
        let (mut program, address) = start(delay).await;
        let mut before = Wire::to(address).await;
        for path in ["/readyz", "/inner/readyz", "/healthz"] {
            assert_eq!(get(&mut before, path).await.status(), "200", "{path}");
        }
        program.signal("-TERM").await;
        let line = program.line().await;
        assert!(line.contains("accepting requests for another"), "{line}");
        if second_signal {
            // Neither old nor new connections notice anything but that.
            for mut wire in [before, Wire::to(address).await] {
                for path in ["/readyz", "/inner/readyz"] {
                    let answer = get(&mut wire, path).await;
                    assert_eq!(
                        (answer.status(), &*answer.body),
                        ("503", STOPPING),
                        "{path}"
                    );
                    assert_eq!(answer.header("connection"), None, "{path}");
                }
                for path in ["/healthz", "/openapi.json"] {
                    assert_eq!(get(&mut wire, path).await.status(), "200", "{path}");
                }
            }
            program.signal("-TERM").await;
        }
        until_closed(address).await;
        let (lines, status) = soon(program.end()).await;
        assert_eq!(status.code(), Some(0), "{lines:?}");
        assert_eq!(lines.last().map(|line| &**line), Some("closed"));
    }
}

#[tokio::test]
async fn without_a_delay_open_connections_learn_of_it() {
    #[get("/waits")]
    async fn waits(#[depends(gate)] gate: &Gate, #[depends(journal)] journal: &Journal) {
        journal.write("waits");
        gate.pass().await;
    }
    let (notes, gate_) = (Journal::new(), Gate::closed());
    let app = app(Health::new())
        .provide::<journal>(notes.clone())
        .provide::<gate>(gate_.clone())
        .routes(routes![waits]);
    let server = serve(app).await;
    let address = server.addr();
    let mut waiting = Wire::to(address).await;
    waiting.request("GET /waits").await;
    soon(notes.until("waits")).await;
    let mut idle = Wire::to(address).await;
    assert_eq!(get(&mut idle, "/readyz").await.status(), "200");
    let stopped = tokio::spawn(server.stop());
    until_closed(address).await;
    let answer = get(&mut idle, "/readyz").await;
    assert_eq!((answer.status(), &*answer.body), ("503", STOPPING));
    assert_eq!(answer.header("connection"), Some("close"));
    gate_.open();
    assert_eq!(soon(waiting.answer()).await.status(), "200");
    soon(stopped).await.unwrap();
}

#[job]
async fn lingers(#[depends(gate)] gate: &Gate, #[depends(journal)] journal: &Journal) {
    journal.write("lingers");
    gate.pass().await;
}

#[tokio::test]
async fn a_shutdown_that_begins_while_checks_run_makes_the_app_not_ready() {
    let (notes, gate_) = (Journal::new(), Gate::closed());
    let health = Health::new().check::<lingers>().timeout(Duration::MAX);
    let app = app(health)
        .provide::<journal>(notes.clone())
        .provide::<gate>(gate_.clone());
    let server = serve(app).await;
    let address = server.addr();
    let mut wire = Wire::to(address).await;
    wire.request("GET /readyz").await;
    soon(notes.until("lingers")).await;
    let stopped = tokio::spawn(server.stop());
    until_closed(address).await;
    gate_.open();
    let answer = soon(wire.answer()).await;
    assert_eq!((answer.status(), &*answer.body), ("503", STOPPING));
    soon(stopped).await.unwrap();
}

#[test]
fn the_delay_is_printed() {
    let config = ServeConfig::new().shutdown_delay(Duration::from_secs(5));
    let printed = format!("{config:?}");
    assert!(printed.contains("shutdown_delay: Some(5s)"), "{printed}");
    let printed = format!("{:?}", ServeConfig::new());
    assert!(printed.contains("shutdown_delay: None"), "{printed}");
}

#[tokio::test]
async fn a_delay_is_a_number_of_seconds() {
    for delay in ["soon", "-1", "inf", "5s"] {
        let program = Program::start(&["plain"], &[("PORT", "0"), ("SHUTDOWN_DELAY", delay)]);
        let (lines, status) = program.end().await;
        assert_eq!(status.code(), Some(1));
        let text = format!(
            "the environment variable `SHUTDOWN_DELAY` is `{delay}`: set it to a number of seconds"
        );
        assert!(lines.concat().contains(&text), "{lines:?}");
    }
}
