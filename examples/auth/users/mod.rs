//! Users: their own account.

pub mod models;
pub mod routes;
pub mod schemas;
pub mod service;
#[cfg(test)]
mod tests;
