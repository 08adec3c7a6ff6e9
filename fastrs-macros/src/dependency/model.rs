//! A dependency as plain data.

use proc_macro2::Span;
use syn::Type;

use crate::arguments::{Argument, Source};

/// Everything in a dependency's attribute and signature.
pub(crate) struct Dependency {
    pub(super) app_scoped: bool,
    pub(super) blocking: Option<Span>,
    pub(super) arguments: Vec<Argument>,
}

impl Dependency {
    /// Returns the `T` of its `Yield<T>`.
    pub(super) fn lent(&self) -> Option<&Type> {
        self.arguments.iter().find_map(|arg| match &arg.source {
            Source::Lend(ty) => Some(ty),
            _ => None,
        })
    }
}
