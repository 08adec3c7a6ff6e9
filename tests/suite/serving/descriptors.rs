//! A process with few file descriptors.

use std::time::Duration;

use super::program::Program;
use crate::{waiting::soon, wire::Wire};

const HEAD: &str = "GET /openapi.json HTTP/1.1\r\nhost: test\r\n\r\n";

/// Returns the soft and the hard limit on file descriptors.
fn limits(program: &Program) -> (String, String) {
    let limits = program.about("limits");
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .expect("Linux lists it");
    let mut words = line.split_whitespace().map(str::to_owned);
    (words.next().unwrap(), words.next().unwrap())
}

#[tokio::test]
async fn a_server_raises_the_soft_limit() {
    for (limit, soft) in [("-Sn 64", None), ("-n 64", Some("64"))] {
        let mut program = Program::start_limited(limit, &["plain", "127.0.0.1:0"]);
        let mut wire = Wire::to(program.started().await).await;
        wire.send(HEAD).await;
        assert_eq!(wire.answer().await.status(), "200");
        let (now, hard) = limits(&program);
        assert_eq!(now, hard, "{limit}");
        assert_eq!(now == "64", soft.is_some(), "{limit}: {now}");
    }
}

/// Opens connections that each send a request.
async fn open(program: &mut Program, count: usize) -> Vec<Wire> {
    let address = program.started().await;
    let mut open = Vec::new();
    for _ in 0..count {
        let mut wire = Wire::to(address).await;
        wire.send(HEAD).await;
        open.push(wire);
    }
    open
}

/// By default, four fifths of the descriptors are for connections, so that files and databases have the rest.
#[tokio::test]
async fn connections_leave_descriptors_to_others() {
    let mut program = Program::start_limited("-n 64", &["plain", "127.0.0.1:0"]);
    let mut open = open(&mut program, 60).await;
    let line = soon(program.line()).await;
    assert_eq!(line, "WARN 52 connections are open, and more have to wait");
    for wire in &mut open[..52] {
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
    open.drain(..10);
    for wire in &mut open[42..] {
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
}

/// Returns how long the process has run on processors, in hundredths of a second.
fn processor_time(program: &Program) -> u64 {
    let stat = program.about("stat");
    let (_, fields) = stat.rsplit_once(')').expect("the name is in parentheses");
    let mut times = fields.split_whitespace().skip(11).take(2);
    let mut time = || times.next().unwrap().parse::<u64>().unwrap();
    time() + time()
}

#[tokio::test]
async fn a_server_without_descriptors_serves_those_that_it_has_and_recovers() {
    let mut program = Program::start_limited("-n 48", &["crowded", "127.0.0.1:0"]);
    let mut open = open(&mut program, 80).await;
    let line = soon(program.line()).await;
    assert!(line.contains("cannot accept connections"), "{line}");
    for wire in &mut open[..20] {
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
    // The test is about time: how much the server does meanwhile.
    let before = processor_time(&program);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let spent = processor_time(&program) - before;
    assert!(spent < 20, "{spent} % of a processor");

    for wire in &mut open[..20] {
        wire.send(HEAD).await;
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
    open.drain(..60);
    for wire in &mut open {
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
}
