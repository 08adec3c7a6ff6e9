//! What a program says when it stops, and when it cannot start.

use std::net::SocketAddr;

use tokio::net::UnixStream;

use super::program::Program;
use crate::wire::Wire;

async fn launched() -> (Program, SocketAddr) {
    let environment = [("HOST", "127.0.0.1"), ("PORT", "0"), ("ACCESS_LOG", "off")];
    let mut program = Program::start(&["plain"], &environment);
    let address = program.started().await;
    (program, address)
}

/// Sends a request whose handler waits for its body.
async fn busy(address: SocketAddr) -> Wire {
    let mut wire = Wire::to(address).await;
    let head =
        "host: test\r\ncontent-type: application/json\r\ncontent-length: 7\r\nexpect: 100-continue";
    wire.send(&format!("POST /upload HTTP/1.1\r\n{head}\r\n\r\n"))
        .await;
    wire.head().await;
    wire
}

#[tokio::test]
async fn a_shutdown_says_what_it_waits_for() {
    for (number, requests) in [(1, "1 request"), (2, "2 requests")] {
        let (mut program, address) = launched().await;
        let mut all = Vec::new();
        for _ in 0..number {
            all.push(busy(address).await);
        }
        program.signal("-INT").await;
        let expected =
            format!("fastrs is stopping: waiting for {requests}; a second signal stops it at once");
        assert_eq!(program.line().await, expected);
        for wire in &mut all {
            wire.send("\"whole\"").await;
            assert_eq!(wire.answer().await.status(), "200");
        }
        let (lines, status) = program.end().await;
        assert_eq!((lines, status.code()), (vec!["closed".to_owned()], Some(0)));
    }
}

#[tokio::test]
async fn all_variables_with_a_wrong_value_are_listed() {
    let settings = [("PORT", "http"), ("WORKERS", "0"), ("ACCESS_LOG", "maybe")];
    let proxies = [("ROOT_PATH", "api"), ("FORWARDED_ALLOW_IPS", "::1, *")];
    let environment = [&settings[..], &proxies].concat();
    let (lines, status) = Program::start(&["plain"], &environment).end().await;
    assert_eq!(status.code(), Some(1));
    let text = lines.join("\n");
    assert!(text.contains("for 5 reasons"), "{text}");
    for named in [
        "the environment variable `ROOT_PATH` is `api`: a root path begins with `/`",
        "the environment variable `FORWARDED_ALLOW_IPS`: `*` would let every client",
    ] {
        assert!(text.contains(named), "{text}");
    }
    for (name, value) in settings {
        let named = format!("the environment variable `{name}` is `{value}`: set it to");
        assert!(text.contains(&named), "{text}");
    }
}

#[tokio::test]
async fn the_root_path_is_that_of_the_app_or_else_of_the_environment() {
    for (app, expected) in [("plain", "/api"), ("rooted", "/own")] {
        let environment = [("PORT", "0"), ("ACCESS_LOG", "off"), ("ROOT_PATH", "/api")];
        let mut program = Program::start(&[app], &environment);
        let mut wire = Wire::to(program.started().await).await;
        for path in ["", expected] {
            wire.request(&format!("GET {path}/openapi.json")).await;
            let body = wire.answer().await.body;
            let server = format!(r#""servers":[{{"url":"{expected}"}}]"#);
            assert!(body.contains(&server), "{path}: {body}");
        }
    }
}

#[tokio::test]
async fn the_host_may_be_a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("launched.sock");
    let host = format!("unix:{}", path.display());
    let mut program = Program::start(&["plain"], &[("HOST", &host)]);
    assert_eq!(program.line().await, "opened");
    let line = program.line().await;
    assert_eq!(line, format!("fastrs is listening on {host}"));
    let mut wire = Wire::over(UnixStream::connect(&path).await.unwrap());
    wire.request("GET /openapi.json").await;
    assert_eq!(wire.answer().await.status(), "200");
}

#[tokio::test]
async fn an_error_of_a_mounted_app_is_logged_with_its_whole_path() {
    let mut program = Program::start(&["mounted", "127.0.0.1:0"], &[]);
    let mut wire = Wire::to(program.started().await).await;
    wire.request("GET /inner/fails").await;
    assert_eq!(wire.answer().await.status(), "500");
    let line = program.line().await;
    assert!(
        line.starts_with("ERROR GET \"/inner/fails\": 500"),
        "{line}"
    );
}
