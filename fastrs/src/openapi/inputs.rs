//! What the arguments of an operation read, as far as its document says so.

/// What the arguments of an operation read.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "cache"), allow(dead_code))]
pub(super) struct Inputs {
    /// How often an argument has described something.
    pub(super) count: usize,
    /// The arguments that may read anything.
    pub(super) unknown: Vec<String>,
    /// The security schemes that may read something else than they describe.
    pub(super) custom_schemes: Vec<String>,
    /// Whether the handler or its dependencies read a credential, and not only the guards of its routers.
    pub(super) of_handler: bool,
}

impl Inputs {
    pub(super) fn described(&mut self) {
        self.count += 1;
    }
}
