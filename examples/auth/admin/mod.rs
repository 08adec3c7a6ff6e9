//! What only admins may do.

pub mod bootstrap;
pub mod routes;
pub mod schemas;
#[cfg(test)]
mod tests;
