//! The access log: one line per request on standard error, if there is no subscriber.

use std::{collections::BTreeSet, net::SocketAddr};

use super::program::Program;
use crate::wire::Wire;

const OFF: (&str, &str) = ("ACCESS_LOG", "off");

async fn launched(environment: &[(&str, &str)]) -> (Program, SocketAddr) {
    let environment = [&[("HOST", "127.0.0.1"), ("PORT", "0")], environment].concat();
    let mut program = Program::start(&["plain"], &environment);
    let address = program.started().await;
    (program, address)
}

/// Sends one request, and returns the response's status and the line that the server should write about it.
async fn ask(address: SocketAddr, request: &str, status: &str) -> String {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let peer = stream.local_addr().unwrap();
    let mut wire = Wire::over(stream);
    wire.request(request).await;
    let answer = wire.answer().await;
    assert!(status.starts_with(answer.status()), "{answer:?}");
    format!("INFO:     {peer} - \"{request} HTTP/1.1\" {status}")
}

#[tokio::test]
async fn launch_writes_a_line_for_each_request() {
    let (mut program, address) = launched(&[]).await;
    let expected = ask(address, "GET /openapi.json?q=%22x%22", "200 OK").await;
    assert_eq!(program.line().await, expected);
    let expected = ask(address, "GET /nowhere", "404 Not Found").await;
    assert_eq!(program.line().await, expected);
    let expected = ask(address, "DELETE /upload", "405 Method Not Allowed").await;
    assert_eq!(program.line().await, expected);
    let expected = ask(address, "GET /a\"b", "404 Not Found").await;
    assert_eq!(program.line().await, expected.replace("a\"b", "a\\\"b"));
}

#[tokio::test]
async fn what_is_not_a_request_has_a_line() {
    let (mut program, address) = launched(&[]).await;
    let long = format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(40_000));
    for (bytes, status) in [
        ("nonsense\r\n\r\n", "400 Bad Request"),
        (&long, "431 Request Header Fields Too Large"),
    ] {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let peer = stream.local_addr().unwrap();
        let mut wire = Wire::over(stream);
        wire.send(bytes).await;
        let head = wire.head().await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
        let expected = format!("INFO:     {peer} - \"-\" {status}");
        assert_eq!(program.line().await, expected);
    }
}

#[tokio::test]
async fn a_line_shows_no_secret_of_the_query() {
    let (mut program, address) = launched(&[]).await;
    for (path, status) in [
        ("/secrets", "200 OK"),
        ("/secrets/", "307 Temporary Redirect"),
    ] {
        let request = format!("GET {path}?page=1&%61pi_key=canary&pin=7");
        let expected = ask(address, &request, status).await;
        let masked = "page=1&%61pi_key=**********&pin=**********";
        assert_eq!(
            program.line().await,
            expected.replace("page=1&%61pi_key=canary&pin=7", masked)
        );
    }
}

#[tokio::test]
async fn lines_of_concurrent_requests_are_not_mixed() {
    let (mut program, address) = launched(&[]).await;
    let asked = (0..40).map(|number| async move {
        let request = format!("GET /nowhere/{number}");
        ask(address, &request, "404 Not Found").await
    });
    let tasks: Vec<_> = asked.map(tokio::spawn).collect();
    let mut expected = BTreeSet::new();
    for task in tasks {
        expected.insert(task.await.unwrap());
    }
    let mut found = BTreeSet::new();
    for _ in 0..40 {
        found.insert(program.line().await);
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn no_line_is_written_if_turned_off_or_if_serve_is_called() {
    let mut served = Program::start(&["plain", "127.0.0.1:0"], &[]);
    let address = served.started().await;
    for (program, address) in [launched(&[OFF]).await, (served, address)] {
        ask(address, "GET /openapi.json", "200 OK").await;
        program.signal("-TERM").await;
        let (lines, status) = program.end().await;
        assert!(status.success());
        assert_eq!(lines, ["closed"]);
    }
}

#[tokio::test]
async fn a_setting_other_than_on_or_off_is_an_error() {
    let program = Program::start(&["plain"], &[("PORT", "0"), ("ACCESS_LOG", "maybe")]);
    let (lines, status) = program.end().await;
    assert!(!status.success());
    let text = "the environment variable `ACCESS_LOG` is `maybe`: set it to `on` or `off`";
    assert!(lines.concat().contains(text), "{lines:?}");
}

#[tokio::test]
async fn a_line_shows_the_client_of_a_trusted_proxy() {
    let proxy = ("FORWARDED_ALLOW_IPS", "::1, 127.0.0.1");
    let (mut program, address) = launched(&[proxy]).await;
    let mut wire = Wire::to(address).await;
    wire.send("GET /nowhere HTTP/1.1\r\nhost: test\r\nx-forwarded-for: 192.0.2.1\r\n\r\n")
        .await;
    assert_eq!(wire.answer().await.status(), "404");
    let expected = "INFO:     192.0.2.1:0 - \"GET /nowhere HTTP/1.1\" 404 Not Found";
    assert_eq!(program.line().await, expected);
}

#[tokio::test]
async fn a_closed_standard_error_costs_no_request() {
    let (program, address) = launched(&[]).await;
    let _running = program.stop_reading();
    for _ in 0..3 {
        ask(address, "GET /openapi.json", "200 OK").await;
    }
}
