//! Dependencies: who is run, how often, in which order, and what it is lent.

mod app_scope;
mod errors;
mod jobs;
mod lending;
mod overrides;
