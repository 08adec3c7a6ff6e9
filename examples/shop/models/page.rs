//! Lists that are returned in parts.

use fastrs::prelude::*;

/// Which part of a list to return.
#[model]
#[derive(Debug, Clone, Copy)]
pub struct Paging {
    /// The maximum number of items.
    #[field(ge = 1, le = 100, default = 20)]
    pub limit: u32,
    /// How many items to skip.
    #[field(ge = 0, le = 1_000_000, default)]
    pub offset: u32,
}

/// A part of a list.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// The number of items in the whole list.
    pub total: u64,
    pub limit: u32,
    pub offset: u32,
}

impl<T> Page<T> {
    /// Returns the part that `paging` selects from a list of `total` items.
    pub fn new(items: Vec<T>, total: u64, paging: Paging) -> Self {
        Self {
            items,
            total,
            limit: paging.limit,
            offset: paging.offset,
        }
    }
}
