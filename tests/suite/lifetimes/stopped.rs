//! A program that receives a signal to stop but cannot stop cleanly.

use std::{
    io::{BufRead, BufReader, Lines},
    net::SocketAddr,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
};

use crate::wire::Wire;

struct Program {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
}

impl Program {
    fn start(teardown: &str, environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lifetimes"))
            .args(["serve", teardown])
            .env_remove("WORKERS")
            // Looking up the names of a backtrace takes longer than a teardown may.
            .env("RUST_BACKTRACE", "0")
            .envs(environment.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = child.stderr.take().expect("standard error is a pipe");
        let log = BufReader::new(stderr).lines();
        Self { child, log }
    }

    fn line(&mut self) -> String {
        let line = self.log.next().expect("the program continues");
        line.expect("the log is text")
    }

    fn started(&mut self) -> SocketAddr {
        let line = self.line();
        let address = line
            .strip_prefix("fastrs is listening on http://")
            .expect(&line);
        let address = address.split(',').next().expect("a first part");
        address.parse().expect("an address")
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status();
        assert!(sent.expect("`kill` is installed").success());
    }

    fn end(mut self) -> (Vec<String>, ExitStatus) {
        let log = self
            .log
            .map(|line| line.expect("the log is text"))
            .collect();
        (log, self.child.wait().expect("the program ends"))
    }
}

#[test]
fn a_failed_teardown_is_named_and_the_others_run() {
    let sentences = [
        ("hangs", "`hangs` did not finish within 500ms"),
        ("blocks", "`blocks` did not finish within 500ms"),
        ("panics", "`panics` failed: panicked: on purpose"),
        ("fails", "`fails` failed: on purpose"),
    ];
    for workers in ["1", "2"] {
        for (teardown, sentence) in sentences {
            // An app that is mounted in a mounted app ends the same way.
            for environment in [
                &[("WORKERS", workers)][..],
                &[("WORKERS", workers), ("MOUNTED", "yes")],
            ] {
                let mut program = Program::start(teardown, environment);
                program.started();
                program.signal("-TERM");
                let (log, status) = program.end();
                assert_eq!(status.code(), Some(1), "{environment:?}: {log:?}");
                let expected = format!("Error: the app did not stop cleanly: {sentence}");
                assert!(log.contains(&expected), "{environment:?}: {log:?}");
                assert!(
                    log.contains(&"closed first".to_owned()),
                    "{environment:?}: {log:?}"
                );
            }
        }
    }
}

#[test]
fn a_second_signal_ends_any_teardown() {
    for workers in ["1", "2"] {
        for teardown in ["hangs", "blocks"] {
            let mut program = Program::start(teardown, &[("WORKERS", workers), ("PATIENT", "yes")]);
            program.started();
            program.signal("-TERM");
            assert_eq!(program.line(), "closing");
            // The runtime receives the second signal until the process listens for it, so it is never lost.
            program.signal("-INT");
            let (log, status) = program.end();
            assert_eq!(
                status.code(),
                Some(1),
                "{teardown}, {workers} workers: {log:?}"
            );
        }
    }
}

#[tokio::test]
async fn aborted_background_tasks_are_counted() {
    let mut program = Program::start("tasks", &[]);
    let mut wire = Wire::to(program.started()).await;
    for _ in 0..2 {
        wire.send("POST /tasks HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\n\r\n")
            .await;
        assert_eq!(wire.answer().await.status(), "200");
    }
    drop(wire);
    program.signal("-TERM");
    let (log, status) = program.end();
    assert_eq!(status.code(), Some(1), "{log:?}");
    let expected = "Error: the app did not stop cleanly: 2 background tasks were cut off by the shutdown deadline";
    assert!(log.contains(&expected.to_owned()), "{log:?}");
    assert!(log.contains(&"closed first".to_owned()), "{log:?}");
}

#[test]
fn the_values_of_a_mounted_app_are_closed_too() {
    let mut program = Program::start("mounted", &[]);
    program.started();
    program.signal("-TERM");
    let (log, status) = program.end();
    assert_eq!(status.code(), Some(0), "{log:?}");
    assert_eq!(log, ["closing", "closed first"]);
}

/// Sends a request over either protocol, and keeps the connection open.
async fn send(address: SocketAddr, path: &str, http2: bool) -> Box<dyn std::any::Any> {
    if !http2 {
        let mut wire = Wire::to(address).await;
        wire.request(&format!("GET {path}")).await;
        return Box::new(wire);
    }
    let socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut client, connection) = h2::client::handshake(socket).await.unwrap();
    let connection = tokio::spawn(async move { connection.await.unwrap_or_default() });
    let request = http::Request::get(format!("http://{address}{path}"));
    let (response, _) = client
        .send_request(request.body(()).unwrap(), true)
        .unwrap();
    Box::new((client, response, connection))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_request_that_is_cut_off_releases_what_it_holds_before_the_app_does() {
    for workers in ["1", "2"] {
        for http2 in [false, true] {
            for path in ["/at-once", "/waits", "/streams", "/stuck"] {
                let mut program = Program::start("requests", &[("WORKERS", workers)]);
                let client = send(program.started(), path, http2).await;
                assert_eq!(program.line(), "waiting");
                program.signal("-TERM");
                let (log, status) = program.end();
                let context = format!("{path}, HTTP/2: {http2}, {workers} workers: {log:?}");
                assert_eq!(status.code(), Some(1), "{context}");
                let at = |text: &str| log.iter().position(|line| line.contains(text));
                let closed = at("closed first").expect(&context);
                let cut_off = "1 request was cut off by the shutdown deadline";
                assert!(at(cut_off).is_some(), "{context}");
                let unfinished = "the exits of requests that were cut off did not finish in time";
                match path {
                    "/stuck" => assert!(at(unfinished).is_some(), "{context}"),
                    _ => {
                        assert!(at("released").expect(&context) < closed, "{context}");
                        assert!(at(unfinished).is_none(), "{context}");
                    }
                }
                drop(client);
            }
        }
    }
}
