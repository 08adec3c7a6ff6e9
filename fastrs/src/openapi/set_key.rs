//! Setting a key of an object.

use schemars::Schema;
use serde_json::{Map, Value};

/// Sets keys of JSON objects and schemas.
///
/// `insert` converts two values and returns the old one, which must be dropped: that is forty lines of LLVM IR for
/// each key of a document. This trait needs six.
pub(super) trait SetKey {
    fn set(&mut self, key: &str, value: impl Into<Value>);
}

impl SetKey for Map<String, Value> {
    fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.insert(key.to_owned(), value.into());
    }
}

impl SetKey for Schema {
    fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.insert(key.to_owned(), value.into());
    }
}
