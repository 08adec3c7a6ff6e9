//! The end of an app: dropped anywhere, closed in order, or cut off, and what is reported about it.

mod dropped;
#[cfg(unix)]
mod stopped;
