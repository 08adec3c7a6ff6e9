//! The end of an app: dropped anywhere, closed in order, cut off, and what is said of it.

mod dropped;
#[cfg(unix)]
mod stopped;
