//! Registration, login and passwords.

pub mod dependencies;
pub mod errors;
pub mod mails;
#[cfg(test)]
mod races;
pub mod routes;
pub mod schemas;
pub mod scopes;
pub mod service;
pub mod sessions;
#[cfg(test)]
mod tests;
