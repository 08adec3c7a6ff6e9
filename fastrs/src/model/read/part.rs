//! Parts of an object: the entries beside a tag, from which its variant is read, and those left for a flattened field.

use std::cell::{Cell, RefCell};

use super::json::Json;
use crate::model::tape::{JsonRef, Run};

/// An object some of whose entries are hidden, since they belong to other readers.
#[derive(Debug)]
pub(crate) struct Rest<'s> {
    object: Json<'s>,
    /// The keys that belong to earlier readers.
    hidden: &'s [&'s str],
    /// The entries that flattened fields have taken.
    taken: IndexSet,
    /// The same object, as the enclosing reader sees it.
    outer: Option<&'s Rest<'s>>,
    /// Whether this is the only reader of the remaining entries.
    is_whole: bool,
}

/// A set of indexes, which needs no allocation for the first 64.
#[derive(Debug, Default)]
struct IndexSet {
    first: Cell<u64>,
    others: RefCell<Vec<bool>>,
}

impl IndexSet {
    fn add(&self, index: usize) {
        if index < 64 {
            return self.first.set(self.first.get() | 1 << index);
        }
        let mut others = self.others.borrow_mut();
        if others.len() <= index {
            others.resize(index + 1, false);
        }
        others[index] = true;
    }

    #[inline]
    fn has(&self, index: usize) -> bool {
        match index < 64 {
            true => self.first.get() >> index & 1 == 1,
            false => self.others.borrow().get(index) == Some(&true),
        }
    }
}

/// A value that is read from the rest of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'s> {
    pub(in crate::model) rest: &'s Rest<'s>,
    /// The names that the value takes, if it is optional.
    pub(in crate::model) names: Option<fn() -> Names>,
}

/// The visible entries of an object, with their indexes.
#[derive(Debug)]
pub(in crate::model) struct Visible<'s> {
    rest: &'s Rest<'s>,
    run: Run,
    index: usize,
}

/// The names under which a type takes entries of an object.
#[derive(Debug, Default)]
pub struct Names {
    pub(super) known: Vec<&'static str>,
    /// Whether it also takes all other names.
    pub(super) any: bool,
}

impl Names {
    /// Adds a struct's fields, except the flattened ones, whose keys are internal.
    pub(in crate::model) fn take_fields(&mut self, names: &[&'static str]) {
        let sent = names.iter().filter(|name| !name.starts_with('\0'));
        self.known.extend(sent);
    }

    /// Returns whether the type takes entries of this name.
    pub(in crate::model) fn includes(&self, name: &str) -> bool {
        self.any || self.known.contains(&name)
    }

    /// Returns the names as a list for use in a sentence.
    pub(in crate::model) fn list(&self) -> String {
        let mut list = String::new();
        for (i, name) in self.known.iter().enumerate() {
            if !self.known[..i].contains(name) {
                let comma = if list.is_empty() { "" } else { ", " };
                list.push_str(&format!("{comma}`{name}`"));
            }
        }
        list
    }

    pub(in crate::model) fn add(&mut self, more: Self) {
        self.known.extend(more.known);
        self.any |= more.any;
    }
}

impl<'s> Rest<'s> {
    /// Returns the object without the entries that are `hidden`.
    pub(in crate::model) fn of(
        object: Json<'s>,
        hidden: &'s [&'s str],
        outer: Option<&'s Rest<'s>>,
    ) -> Self {
        Self {
            is_whole: false,
            object,
            hidden,
            taken: IndexSet::default(),
            outer,
        }
    }

    /// Returns a copy, from which a reader can take entries without taking them from this object.
    pub(in crate::model) fn fork(&self) -> Rest<'s> {
        let fork = Rest::of(self.object, &[], None);
        for (index, key, _) in fork.entries() {
            if !self.is_visible(index, key) {
                fork.taken.add(index);
            }
        }
        fork
    }

    /// Returns the whole object.
    pub(in crate::model) fn object(&self) -> Json<'s> {
        self.object
    }

    /// Returns the same object for a single reader, which must itself reject unknown keys.
    pub(in crate::model) fn for_one(self) -> Self {
        let is_whole = self.outer.is_none();
        Self { is_whole, ..self }
    }

    pub(in crate::model) fn is_whole(&self) -> bool {
        self.is_whole
    }

    pub(in crate::model) fn entries(&'s self) -> Visible<'s> {
        let run = match self.object.at() {
            JsonRef::Object(run) => run,
            _ => Run::EMPTY,
        };
        Visible {
            rest: self,
            run,
            index: 0,
        }
    }

    /// Takes an entry, so that other readers do not see it.
    pub(in crate::model) fn take(&self, index: usize) {
        self.taken.add(index);
        if let Some(outer) = self.outer {
            outer.take(index);
        }
    }

    #[inline]
    fn is_visible(&self, index: usize, key: &str) -> bool {
        !self.taken.has(index)
            && !self.hidden.contains(&key)
            && self.outer.is_none_or(|outer| outer.is_visible(index, key))
    }
}

impl<'s> Part<'s> {
    /// Takes the first entry that has one of these names.
    pub(in crate::model) fn take_one(&self, names: &[&str]) -> Option<(&'s str, Json<'s>)> {
        let mut entries = self.rest.entries();
        let (index, key, json) = entries.find(|(_, key, _)| names.contains(key))?;
        self.rest.take(index);
        Some((key, json))
    }

    /// Returns whether any entry of the value was sent.
    pub(in crate::model) fn is_sent(&self) -> bool {
        let Some(names) = self.names else {
            return true;
        };
        let (names, mut entries) = (names(), self.rest.entries());
        entries.any(|(_, key, _)| names.any || names.known.contains(&key))
    }
}

impl<'s> Iterator for Visible<'s> {
    /// The index of an entry, its key and its value.
    type Item = (usize, &'s str, Json<'s>);

    fn next(&mut self) -> Option<Self::Item> {
        let tape = self.rest.object.tape;
        loop {
            let (key, id) = self.run.entry(tape)?;
            let (index, key) = (self.index, tape.key(key));
            self.index += 1;
            if self.rest.is_visible(index, key) {
                return Some((index, key, Json { tape, id }));
            }
        }
    }
}
