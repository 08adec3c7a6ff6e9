//! Dependencies: which ones run, how often and in which order, and what they are lent.

mod app_scope;
mod errors;
mod jobs;
mod lending;
mod overrides;
