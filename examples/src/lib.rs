//! Empty: the package consists of the binary and the examples that `Cargo.toml` lists.
