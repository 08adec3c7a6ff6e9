//! What admins send.

use fastrs::prelude::*;

use crate::users::models::Role;

/// Which part of a list to return.
#[model]
#[derive(Debug)]
pub struct Paging {
    #[field(default = 50, ge = 1, le = 200)]
    pub limit: u32,
    #[field(default, le = 1_000_000_000)]
    pub offset: u32,
}

/// What admins can change about others. What isn't sent keeps its value.
#[model]
#[derive(Debug)]
pub struct AdminUpdate {
    pub role: Option<Role>,
    pub is_active: Option<bool>,
}
