//! What is known about the security of an operation while it is described.

use std::any::TypeId;

use serde_json::Value;

/// A security scheme that an operation requires.
#[derive(Debug)]
pub(super) struct Security {
    pub(super) name: String,
    pub(super) scheme: Value,
    pub(super) scopes: Vec<String>,
    /// Whether the operation also accepts requests without its credential.
    pub(super) is_optional: bool,
}

/// A dependency that has been described, and the security schemes that it needs, itself or through its own
/// dependencies, by their index in the operation.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) id: TypeId,
    pub(super) schemes: Vec<usize>,
}

/// What the dependencies of an operation require.
#[derive(Debug, Default)]
pub(super) struct Requirements {
    pub(super) described: Vec<Described>,
    /// The schemes found so far, by their index in the operation, each time that one is required.
    pub(super) schemes: Vec<usize>,
    /// The scopes that the dependencies being described require, outer ones first.
    pub(super) scopes: Vec<&'static str>,
    /// All scopes that the operation requires.
    pub(super) all_scopes: Vec<&'static str>,
    /// Whether a function checks the scopes.
    pub(super) checks_scopes: bool,
    /// The guards that read no credential.
    pub(super) open_guards: Vec<&'static str>,
}

impl Security {
    pub(super) fn add_scopes(&mut self, scopes: &[&str]) {
        for scope in scopes {
            if !self.scopes.iter().any(|known| known == scope) {
                self.scopes.push((*scope).to_owned());
            }
        }
    }
}
