//! A process that is stopped for longer than all its timeouts, as a debugger or a suspended machine does.

use std::time::Duration;

use super::program::Program;
use crate::{waiting::soon, wire::Wire};

/// Longer than the timeouts of the program, which are 2 seconds.
const PAUSE: Duration = Duration::from_secs(5);

const UPLOAD: &str = "POST /upload HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n";

/// Nobody had a chance to send or to receive anything.
#[tokio::test]
async fn a_pause_of_the_process_counts_against_nobody() {
    let mut program = Program::start(&["hasty", "127.0.0.1:0"], &[]);
    let address = program.started().await;

    let mut half = Wire::to(address).await;
    half.send("GET /openapi.json HTTP/1.1\r\nho").await;
    let mut upload = Wire::to(address).await;
    upload.send(UPLOAD).await;
    upload.head().await;
    // From its second byte on, the time between them is limited.
    upload.send("\"abc").await;
    let mut waits = Wire::to(address).await;
    waits.request("GET /waits").await;
    let mut idle = Wire::to(address).await;
    idle.request("GET /openapi.json").await;
    assert_eq!(soon(idle.answer()).await.status(), "200");

    program.signal("-STOP").await;
    tokio::time::sleep(PAUSE).await;
    program.signal("-CONT").await;

    idle.request("GET /notify").await;
    assert_eq!(soon(idle.answer()).await.status(), "200");
    half.send("st: test\r\n\r\n").await;
    assert_eq!(soon(half.answer()).await.status(), "200");
    upload.send("defg\"").await;
    assert_eq!(soon(upload.answer()).await.body, "7");
    assert_eq!(soon(waits.answer()).await.status(), "200");
}
