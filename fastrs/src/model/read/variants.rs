//! Determines which entries of an object the variants of an internally tagged enum take.

use std::cell::{Cell, RefCell};

use serde::de::{DeserializeSeed, SeqAccess};

use super::{error::InputError, part::Names, reading::Reading, representation::Representation};

/// The variants of an enum, each of which reports the names that it takes.
pub(super) struct Variants<'s> {
    of: &'static Representation,
    names: &'s RefCell<Names>,
    /// The names of the variants, once the enum has told them.
    told: Cell<Option<&'static [&'static str]>>,
    /// The index of the next variant.
    next: usize,
}

impl<'s> Variants<'s> {
    pub(super) fn new(of: &'static Representation, names: &'s RefCell<Names>) -> Self {
        Self {
            of,
            names,
            told: Cell::new(None),
            next: 0,
        }
    }

    /// Returns the name of the next variant, given those of all variants.
    pub(super) fn next(&self, all: &'static [&'static str]) -> &'static str {
        self.told.set(Some(all));
        all.get(self.next).copied().unwrap_or_default()
    }

    pub(super) fn names(&self) -> &'s RefCell<Names> {
        self.names
    }
}

impl<'de> SeqAccess<'de> for Variants<'_> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, InputError> {
        if self.told.get().is_some_and(|all| self.next >= all.len()) {
            return Ok(None);
        }
        // The result is an error, since there is nothing to read.
        let asked = seed.deserialize(Reading::names_of_variant(self.of, self));
        self.next += 1;
        asked.map(Some)
    }
}
