//! Determines which variants of an untagged enum accept a value, the best one first.

use std::sync::OnceLock;

use schemars::JsonSchema;

use super::error::InputError;
use crate::{
    model::{
        schema::Compiled,
        tape::{NodeId, Tape},
        walk,
    },
    schema::TypeSchema,
};

/// The schema of an enum's input, compiled on first use.
#[derive(Debug)]
pub struct InputSchema {
    of: TypeSchema,
    compiled: OnceLock<Compiled>,
}

impl InputSchema {
    /// Returns the schema of a type.
    pub const fn of<T: JsonSchema>() -> Self {
        Self {
            of: TypeSchema::of::<T>(),
            compiled: OnceLock::new(),
        }
    }

    pub(super) fn get(&self) -> &Compiled {
        self.compiled.get_or_init(|| Compiled::of_type(self.of))
    }

    /// Returns the variants that accept a value as it is, the best one first. Fails if none does, or if the best one
    /// would have to convert it.
    pub(super) fn choose(&self, tape: &mut Tape<'_>, id: NodeId) -> Result<Vec<u32>, InputError> {
        match walk::choose(self.get(), tape, id) {
            variants if variants.is_empty() => Err(InputError::new(
                "the value matches no variant of an untagged enum, or must be converted to match one",
            )),
            variants => Ok(variants),
        }
    }
}
