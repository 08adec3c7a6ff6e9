//! FastAPI's tutorial, "Bigger Applications - Multiple Files".

pub(crate) mod dependencies;
pub(crate) mod internal;
pub(crate) mod main;
pub(crate) mod routers;
