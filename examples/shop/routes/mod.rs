//! A router for each resource.

pub mod customers;
pub mod items;
pub mod orders;
pub mod reviews;
