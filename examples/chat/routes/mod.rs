//! The routes, grouped by topic.

pub mod files;
pub mod live;
pub mod messages;
