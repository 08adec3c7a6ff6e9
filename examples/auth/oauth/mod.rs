//! Clients of OAuth 2, the token endpoint, and the codes that it accepts.

pub mod clients;
pub mod codes;
pub mod errors;
pub mod metadata;
pub mod routes;
pub mod schemas;
#[cfg(test)]
mod tests;
