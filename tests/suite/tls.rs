//! TLS. The certificates are made by the program `openssl`, and some clients are `openssl` and `curl`.
//!
//! If one is not installed, the tests that need it are skipped with a message; with `FASTRS_REQUIRE_PROGRAMS=1` they
//! fail.

pub(crate) mod authority;
mod client_certificates;
mod connections;
#[cfg(unix)]
mod draining;
mod handshakes;
mod load;
mod openssl;
#[cfg(unix)]
mod reloading;
mod startup;
