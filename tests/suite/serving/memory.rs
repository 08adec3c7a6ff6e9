//! What connections cost a process that has one worker.

use std::{net::SocketAddr, path::PathBuf};

use super::program::Program;
use crate::{
    waiting::{soon, until},
    wire::Wire,
};

const HEAD: &str = "GET /openapi.json HTTP/1.1\r\nhost: test\r\n\r\n";

async fn start() -> (Program, SocketAddr) {
    let mut program = Program::start(&["plain", "127.0.0.1:0"], &[("WORKERS", "1")]);
    let address = program.started().await;
    (program, address)
}

/// Returns the resident memory of a process, in bytes.
fn resident(program: &Program) -> usize {
    let pages = program.about("statm");
    let pages = pages.split(' ').nth(1).expect("the second field");
    pages.parse::<usize>().unwrap() * 4096
}

/// Opens connections that send these bytes, and waits until the server has read them.
async fn open(address: SocketAddr, count: usize, bytes: &str) -> Vec<Wire> {
    let mut open = Vec::new();
    for _ in 0..count {
        let mut wire = Wire::to(address).await;
        wire.send(bytes).await;
        open.push(wire);
    }
    // The worker reads from all connections in turn.
    for _ in 0..5 {
        let mut wire = Wire::to(address).await;
        wire.send(HEAD).await;
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
    open
}

/// The head may have 32 KiB. The rest is the connection, whose future is larger in a dev build.
#[tokio::test]
async fn an_unfinished_head_costs_less_than_48_kib() {
    const CONNECTIONS: usize = 200;
    let line = format!("GET / HTTP/1.1\r\nhost: test\r\nx: {}", "y".repeat(31_000));
    let lines = format!("x: {}\r\n", "y".repeat(310)).repeat(98);
    let lines = format!("GET / HTTP/1.1\r\nhost: test\r\n{lines}x");
    for (shape, head) in [("one line", line), ("many lines", lines)] {
        let (program, address) = start().await;
        drop(open(address, 20, HEAD).await);
        let before = resident(&program);
        let open = open(address, CONNECTIONS, &head).await;
        let each = (resident(&program) - before) / CONNECTIONS;
        assert!((16_000..48 * 1024).contains(&each), "{shape}: {each} bytes");
        drop(open);
    }
}

#[tokio::test]
async fn five_thousand_connections_leave_no_memory_behind() {
    const BATCH: usize = 500;
    let (program, address) = start().await;
    let folder = PathBuf::from(format!("/proc/{}/fd", program.id()));
    let descriptors = || {
        std::fs::read_dir(&folder)
            .expect("Linux lists them")
            .count()
    };
    let few = descriptors() + 20;
    let mut after = Vec::new();
    for _ in 0..10 {
        drop(open(address, BATCH, HEAD).await);
        until(async || descriptors() <= few).await;
        after.push(resident(&program));
    }
    let growth = after[9].saturating_sub(after[1]);
    assert!(growth < 2 * 1024 * 1024, "{growth} bytes: {after:?}");
}
