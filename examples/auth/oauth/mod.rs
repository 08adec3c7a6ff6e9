//! The token endpoint, for clients of OAuth 2.

pub mod errors;
pub mod metadata;
pub mod routes;
pub mod schemas;
#[cfg(test)]
mod tests;
