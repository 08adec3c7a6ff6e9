//! The code that the organization shares with its other projects.

pub(crate) mod admin;
