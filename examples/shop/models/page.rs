//! Lists that come in parts.

use fastrs::prelude::*;

/// Which part of a list to answer.
#[model]
#[derive(Debug, Clone, Copy)]
pub struct Paging {
    /// How many at most.
    #[field(ge = 1, le = 100, default = 20)]
    pub limit: u32,
    /// How many to leave out before the first.
    #[field(ge = 0, le = 1_000_000, default)]
    pub offset: u32,
}

/// A part of a list.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// How many there are in the whole list.
    pub total: u64,
    pub limit: u32,
    pub offset: u32,
}

impl<T> Page<T> {
    /// The part that `paging` asked for, of a list of `total`.
    pub fn new(items: Vec<T>, total: u64, paging: Paging) -> Self {
        Self {
            items,
            total,
            limit: paging.limit,
            offset: paging.offset,
        }
    }
}
