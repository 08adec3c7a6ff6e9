//! FastAPI's tutorial, "Response Model - Return Type".

mod filters;
mod items;
mod responses;
mod users;

pub(crate) use filters::{tutorial004, tutorial005};
pub(crate) use items::tutorial001;
pub(crate) use responses::{tutorial003_02, tutorial003_03};
pub(crate) use users::{tutorial002, tutorial003, tutorial003_01};
