//! Spans of requests, and the traces that they belong to.

mod names;
mod outcomes;
mod scope;
mod spans;
