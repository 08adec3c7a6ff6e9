//! What the server has to say, for a program that has set up no log.

use std::{fmt, io::Write};

/// Writes a line to standard error, unless a `tracing` subscriber is there to hear of it.
///
/// An error that nobody sees is the worst of defaults: without this, a newcomer's 500 would leave no trace.
pub(crate) fn to_stderr(line: fmt::Arguments<'_>) {
    if !tracing::dispatcher::has_been_set() {
        // A closed standard error is no reason to fail a request.
        writeln!(std::io::stderr(), "{line}").ok();
    }
}
