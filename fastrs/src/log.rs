//! The server's messages, for a program that has not set up any logging.

use std::{fmt, io::Write};

/// Writes a line to standard error, unless a `tracing` subscriber is set up.
///
/// Without this, an error behind a 500 would leave no trace in a program that has set up no logging.
pub(crate) fn to_stderr(line: fmt::Arguments<'_>) {
    if !tracing::dispatcher::has_been_set() {
        write_line(&line.to_string());
    }
}

/// Writes a line to standard error, whatever else logs: of the access log, where the server listens, or why the process
/// ends.
pub(crate) fn write_line(line: &str) {
    // One call, so that lines of several processes do not mix. A closed standard error must stop neither a request nor
    // the server.
    let line = format!("{line}\n");
    std::io::stderr().write_all(line.as_bytes()).ok();
}
