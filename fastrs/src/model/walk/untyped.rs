//! Values of any type, as `serde_json::Value` holds them.

use super::number::INT_SIZE;
use super::{At, Walk};
use crate::model::errors::Errors;
use crate::model::schema::Id;
use crate::model::tape::{JsonRef, NodeId};

impl Walk<'_, '_> {
    /// Rejects the integers that a `Value` would round.
    pub(super) fn untyped(&mut self, id: Id, value: NodeId, at: At<'_>, out: &mut Errors) {
        if self.is_over(out) {
            return;
        }
        self.steps -= 1;
        match self.tape.at(value) {
            JsonRef::Number(_) if self.tape.long_integer(value).is_some() => {
                self.refuse(id, value, at, out, "int_parsing_size", INT_SIZE);
            }
            JsonRef::List(mut items) => {
                let mut index = 0;
                while let Some(item) = items.item(self.tape) {
                    let loc = at.loc.index(index);
                    self.untyped(id, item, at.child(&loc, at.strict), out);
                    index += 1;
                }
            }
            JsonRef::Object(mut entries) => {
                while let Some((key, item)) = entries.entry(self.tape) {
                    let loc = at.loc.sent(key);
                    self.untyped(id, item, at.child(&loc, at.strict), out);
                }
            }
            _ => {}
        }
    }
}
