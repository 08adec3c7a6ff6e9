//! API keys, with which programs of a user call the service.

pub mod routes;
pub mod schemas;
pub mod service;
#[cfg(test)]
mod tests;
