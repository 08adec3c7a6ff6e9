//! Spans of requests, and the traces that they belong to.

mod contexts;
mod names;
mod outcomes;
mod rejections;
mod scope;
mod spans;
