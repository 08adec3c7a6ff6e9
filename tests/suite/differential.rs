//! fastrs beside FastAPI: `tests/differential` asks both the same, and compares the answers.
//!
//! Where FastAPI is not installed this is skipped, and says so; with `FASTRS_REQUIRE_PROGRAMS=1` it fails.

use std::{
    io::{self, Write},
    process::{Command, Output},
};

#[test]
fn fastrs_answers_as_fastapi_does() {
    let has = run(&["has"]);
    if has.status.code() == Some(77) {
        let reason = String::from_utf8_lossy(&has.stderr).into_owned();
        let required =
            std::env::var_os("FASTRS_REQUIRE_PROGRAMS").is_some_and(|value| value == "1");
        assert!(!required, "{reason}");
        // Past the capture of a test's output.
        let _ = write!(io::stderr(), "skipped: differential: {reason}");
        return;
    }
    let compared = run(&[env!("CARGO_BIN_EXE_differential")]);
    let report = String::from_utf8_lossy(&compared.stdout).into_owned();
    print!("{report}{}", String::from_utf8_lossy(&compared.stderr));
    assert!(
        compared.status.success(),
        "{}",
        report.lines().last().unwrap_or_default()
    );
}

fn run(arguments: &[&str]) -> Output {
    const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/differential/run");
    Command::new(SCRIPT).args(arguments).output().unwrap()
}
