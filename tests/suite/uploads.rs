//! Multipart forms: fields, files, limits, and what is left when an upload fails.

mod fields;
mod files;
mod support;
