//! The routers of the application.

pub(crate) mod items;
pub(crate) mod users;
