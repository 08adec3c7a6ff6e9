//! The behaviour of fastrs through its public API, a file per chapter.

mod support;

mod answers;
mod bodies;
mod documents;
mod models;
mod parameters;
mod two_endpoints;
