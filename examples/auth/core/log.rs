//! The log, on standard error.

/// Writes what this service and fastrs report to standard error.
pub fn start() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
}
