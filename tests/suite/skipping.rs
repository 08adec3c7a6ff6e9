//! Skipping what needs a program that is not installed.

use std::io::{self, Write};

/// Reports past the test's output capture that a test is skipped. With `FASTRS_REQUIRE_PROGRAMS=1`, it fails instead.
#[track_caller]
pub(crate) fn skip(test: &str, reason: &str) {
    let reason = reason.trim();
    let required = std::env::var_os("FASTRS_REQUIRE_PROGRAMS").is_some_and(|value| value == "1");
    assert!(!required, "{test}: {reason}");
    let _ = writeln!(io::stderr(), "skipped: {test}: {reason}");
}
