//! What the organisation shares with its other projects.

pub(crate) mod admin;
