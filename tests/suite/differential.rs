//! fastrs compared with FastAPI: `tests/differential` sends both the same requests, and compares the responses.
//!
//! If FastAPI is not installed, this is skipped with a message; with `FASTRS_REQUIRE_PROGRAMS=1` it fails.

use std::{
    fs,
    io::{self, Write},
    process::{Command, Output},
};

use crate::skipping::skip;

#[test]
fn fastrs_responds_as_fastapi_does() {
    let has = run(&["has"]);
    if has.status.code() == Some(77) {
        return skip("differential", &String::from_utf8_lossy(&has.stderr));
    }
    let compared = run(&[env!("CARGO_BIN_EXE_differential")]);
    let report = String::from_utf8_lossy(&compared.stdout).into_owned();
    print!("{report}{}", String::from_utf8_lossy(&compared.stderr));
    let figure = report.lines().last().unwrap_or_default();
    assert!(compared.status.success(), "{figure}");
    // Past the test's output capture.
    let _ = writeln!(io::stderr(), "{figure}");
}

/// Each rule of the comparison is named by a phrase on the page that gives the reason.
#[test]
fn every_difference_is_explained() {
    let read = |path: &str| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let text = fs::read_to_string(format!("{root}/{path}")).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let page = read("docs/coming-from-fastapi.md");
    let rules = read("tests/differential/rules.py");
    let (_, table) = rules.split_once("RULES = {").unwrap();
    let names: Vec<&str> = table.split('"').skip(1).step_by(2).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(page.contains(name), "{name}");
    }
}

fn run(arguments: &[&str]) -> Output {
    const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/differential/run");
    Command::new(SCRIPT).args(arguments).output().unwrap()
}
