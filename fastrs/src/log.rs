//! What the server has to say, for a program that has set up no log.

use std::{fmt, io::Write};

/// Writes a line to standard error, unless a `tracing` subscriber is there to hear of it.
///
/// An error that nobody sees is the worst of defaults: without this, a newcomer's 500 would leave no trace.
pub(crate) fn to_stderr(line: fmt::Arguments<'_>) {
    if !tracing::dispatcher::has_been_set() {
        // In one call, so that lines of several processes stay whole. A closed standard error is no reason to fail a request.
        let line = format!("{line}\n");
        std::io::stderr().write_all(line.as_bytes()).ok();
    }
}
