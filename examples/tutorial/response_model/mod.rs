//! FastAPI's tutorial, "Response Model - Return Type".

mod filters;
mod items;
mod responses;
mod users;

// FastAPI's tutorial001_01 returns the `response_model` of tutorial001, its tutorial003_05 has a dict for the second
// response of tutorial003_02, and its tutorial006 has lists for the sets of tutorial005. In Rust they are the same.
pub(crate) use filters::{tutorial004, tutorial005, tutorial005 as tutorial006};
pub(crate) use items::{tutorial001, tutorial001 as tutorial001_01};
pub(crate) use responses::{tutorial003_02, tutorial003_02 as tutorial003_05, tutorial003_03};
pub(crate) use users::{tutorial002, tutorial003, tutorial003_01};
