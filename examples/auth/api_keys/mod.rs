//! API keys, with which a user's programs call the service.

pub mod routes;
pub mod schemas;
pub mod service;
#[cfg(test)]
mod tests;
