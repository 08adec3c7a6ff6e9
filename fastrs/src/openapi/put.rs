//! Writing a key of an object.

use schemars::Schema;
use serde_json::{Map, Value};

/// An object that is being written.
///
/// `insert` takes two conversions and gives back what was there, which has to be dropped: that is forty lines of LLVM's input for
/// each key that a document has, and this is six.
pub(super) trait Put {
    fn put(&mut self, key: &str, value: impl Into<Value>);
}

impl Put for Map<String, Value> {
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.insert(key.to_owned(), value.into());
    }
}

impl Put for Schema {
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.insert(key.to_owned(), value.into());
    }
}
