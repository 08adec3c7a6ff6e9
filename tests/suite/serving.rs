//! Serving: a program from its start to its end, and what it speaks.

#[cfg(unix)]
mod program;
mod protocols;
mod resting;
mod service;
