//! What all concerns share.

pub mod audit;
pub mod caching;
pub mod db;
pub mod limiter;
pub mod log;
pub mod mail;
pub mod passwords;
pub mod secrets;
pub mod settings;
pub mod time;
