//! What a panic and an overflow do in builds with different profiles.

use std::{fs, os::unix::process::ExitStatusExt, path::Path};

use tokio::process::Command;

use crate::{
    serving::program::Program,
    waiting::soon,
    wire::{RawResponse, Wire},
};

async fn get(wire: &mut Wire, path: &str) -> RawResponse {
    wire.request(&format!("GET {path}")).await;
    soon(wire.answer()).await
}

#[tokio::test]
async fn by_default_a_panic_and_an_overflow_are_500s() {
    let mut program = Program::spawn(&mut Command::new(env!("CARGO_BIN_EXE_faults")), &[]);
    let mut wire = Wire::to(program.started().await).await;
    for path in ["/panic", "/sum?a=250&b=10"] {
        let answer = get(&mut wire, path).await;
        assert_eq!(answer.status(), "500", "{path}");
        assert_eq!(
            answer.body, r#"{"detail":"Internal Server Error"}"#,
            "{path}"
        );
    }
    assert_eq!(get(&mut wire, "/sum?a=1&b=2").await.body, "3");
    program.signal("-TERM").await;
    let (lines, status) = program.end().await;
    assert_eq!(
        (lines.last().map(|line| &**line), status.code()),
        (Some("closed"), Some(0))
    );
}

/// Builds the program with `panic = "abort"` in its own workspace, since a profile applies to all crates.
async fn built_to_abort(overflow_checks: bool) -> String {
    const TESTS: &str = env!("CARGO_MANIFEST_DIR");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
    fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        r#"
            [workspace]
            [package]
            name = "faults"
            edition = "2024"
            [[bin]]
            name = "faults"
            path = "{TESTS}/programs/faults.rs"
            [dependencies]
            fastrs.path = "{TESTS}/../fastrs"
            [profile.dev]
            panic = "abort"
            debug = false
            package.faults.overflow-checks = {overflow_checks}
        "#
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(format!("{TESTS}/../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--offline"]);
    cargo.current_dir(&folder).env("CARGO_TARGET_DIR", "target");
    let output = cargo.output().await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let program = folder.join("target/debug/faults");
    program.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn with_abort_a_panic_ends_the_process() {
    for (overflow_checks, path, message) in [
        (false, "/panic", "on purpose"),
        (true, "/sum?a=250&b=10", "attempt to add with overflow"),
    ] {
        let built = built_to_abort(overflow_checks).await;
        let mut program = Program::spawn(&mut Command::new(built), &[]);
        let mut wire = Wire::to(program.started().await).await;
        if !overflow_checks {
            assert_eq!(get(&mut wire, "/sum?a=250&b=10").await.body, "4");
        }
        wire.request(&format!("GET {path}")).await;
        assert_eq!(soon(wire.rest()).await, "", "there is no response");
        let (lines, status) = program.end().await;
        assert!(lines.iter().any(|line| line.contains(message)), "{lines:?}");
        // No exit has run.
        assert!(!lines.iter().any(|line| line == "closed"), "{lines:?}");
        const SIGABRT: i32 = 6;
        assert_eq!(status.signal(), Some(SIGABRT), "{lines:?}");
    }
}
