//! Setting a key of an object.

use schemars::Schema;
use serde_json::{Map, Value};

/// Sets keys of JSON objects and schemas.
///
/// `insert` converts two values and returns the old one, which has to be dropped: forty lines of LLVM IR for each of a document's keys.
/// This is six.
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
