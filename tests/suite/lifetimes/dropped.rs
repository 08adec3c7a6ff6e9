//! Apps that are dropped without being stopped. These tests use real processes, since failures here used to end the
//! process.

use std::process::{Command, Output};

fn lifetimes(arguments: &[&str]) -> Output {
    let program = Command::new(env!("CARGO_BIN_EXE_lifetimes"))
        .args(arguments)
        .output();
    program.expect("the program starts")
}

#[test]
fn exits_run_once_and_the_process_continues_whatever_is_dropped() {
    for runtime in ["current", "multi"] {
        for what in ["client", "server", "service", "mounted"] {
            for place in ["inside", "outside", "after", "shutdown", "panic", "start"] {
                let scene = format!("{what} dropped on a {runtime} runtime: {place}");
                let ended = lifetimes(&["drop", runtime, what, place]);
                let log = String::from_utf8_lossy(&ended.stderr);
                let expected = if place == "panic" { 101 } else { 0 };
                assert_eq!(ended.status.code(), Some(expected), "{scene}: {log}");
                let shown = log.contains("the assertion's own message");
                assert_eq!(shown, place == "panic", "{scene}: {log}");
                let closed: Vec<&str> = log
                    .lines()
                    .filter(|line| line.starts_with("closed "))
                    .collect();
                assert_eq!(closed, ["closed second", "closed first"], "{scene}: {log}");
            }
        }
    }
}
