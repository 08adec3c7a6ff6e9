//! The files themselves, and the script `tests/deploy/run`.

use std::{fs, process::Command};

use crate::skipping::skip;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Reads a file of the folder `deploy`.
pub(super) fn deployed(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/deploy/{name}")).unwrap()
}

/// Runs the script; returns what it prints, or `None` if a program is missing.
pub(super) fn script(arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(format!("{ROOT}/tests/deploy/run"));
    let output = command.args(arguments).output().unwrap();
    let [out, error] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).trim().to_owned());
    if output.status.code() == Some(77) {
        skip("deployment", &error);
        return None;
    }
    assert!(output.status.success(), "{arguments:?}: {out}\n{error}");
    Some(out)
}

#[test]
fn linters_accept_the_files() {
    script(&["lint"]);
}

/// The image is built with the Rust version that the workspace declares.
#[test]
fn the_image_has_the_declared_rust_version() {
    let manifest = fs::read_to_string(format!("{ROOT}/Cargo.toml")).unwrap();
    let declared = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \""))
        .unwrap();
    let image = format!("FROM rust:{}-slim-", declared.trim_end_matches('"'));
    assert!(deployed("Dockerfile").contains(&image), "{image}");
}
