//! Multipart forms: fields, files, limits, and what is left when an upload fails.

mod documents;
mod failures;
mod fields;
mod files;
mod hostile;
mod models;
mod readers;
mod refusals;
mod streaming;
mod support;
