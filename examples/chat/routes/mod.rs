//! The routes, by what they are about.

pub mod files;
pub mod live;
pub mod messages;
