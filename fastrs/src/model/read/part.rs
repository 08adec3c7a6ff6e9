//! Parts of an object: what a tag leaves to its variant, and what a flattened field is read from.

use std::cell::RefCell;

use serde::de::DeserializeOwned;

use super::input::{Input, Json};
use crate::model::tape::{JsonRef, Run};

/// An object some of whose entries are not to be seen, since they belong to others.
#[derive(Debug)]
pub(crate) struct Rest<'s> {
    object: Json<'s>,
    /// The names of those who look at the object first.
    hidden: &'s [&'s str],
    /// The entries that flattened fields have taken, by their places.
    taken: RefCell<Vec<bool>>,
    /// The same object, as it is seen from outside.
    outer: Option<&'s Rest<'s>>,
    /// Whether nobody else reads what is left.
    is_whole: bool,
}

/// A value that is read from the rest of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'s> {
    pub(in crate::model) rest: &'s Rest<'s>,
    /// The names that it takes, if it need not be there.
    pub(in crate::model) names: Option<fn() -> Names>,
}

/// The entries of an object that can be seen, with their places.
#[derive(Debug)]
pub(in crate::model) struct Visible<'s> {
    rest: &'s Rest<'s>,
    run: Run,
    place: usize,
}

/// The names under which a type takes entries of an object.
#[derive(Debug, Default)]
pub struct Names {
    pub(super) known: Vec<&'static str>,
    /// Whether it takes any other, too.
    pub(super) any: bool,
}

/// The names that a flattened field of this type takes.
pub fn names_of<T: DeserializeOwned>() -> Names {
    let names = RefCell::new(Names::default());
    // What it answers is an error, since there is nothing to read.
    drop(T::deserialize(Input::Names(&names)));
    names.into_inner()
}

impl Names {
    /// A struct's fields; the names of flattened ones are no client's.
    pub(in crate::model) fn take_fields(&mut self, names: &[&'static str]) {
        let sent = names.iter().filter(|name| !name.starts_with('\0'));
        self.known.extend(sent);
    }

    pub(in crate::model) fn add(&mut self, more: Self) {
        self.known.extend(more.known);
        self.any |= more.any;
    }
}

impl<'s> Rest<'s> {
    /// What is left of an object once some names have taken theirs.
    pub(in crate::model) fn of(
        object: Json<'s>,
        hidden: &'s [&'s str],
        outer: Option<&'s Rest<'s>>,
    ) -> Self {
        Self {
            is_whole: false,
            object,
            hidden,
            taken: RefCell::new(Vec::new()),
            outer,
        }
    }

    /// The whole object.
    pub(in crate::model) fn object(&self) -> Json<'s> {
        self.object
    }

    /// The same for one reader: what it does not know is its to refuse.
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
            place: 0,
        }
    }

    /// Takes an entry, so that others do not see it.
    pub(in crate::model) fn take(&self, place: usize) {
        let mut taken = self.taken.borrow_mut();
        if taken.len() <= place {
            taken.resize(place + 1, false);
        }
        taken[place] = true;
        if let Some(outer) = self.outer {
            outer.take(place);
        }
    }

    fn is_visible(&self, place: usize, key: &str) -> bool {
        let is_taken = self.taken.borrow().get(place).copied();
        !is_taken.unwrap_or_default()
            && !self.hidden.contains(&key)
            && self.outer.is_none_or(|outer| outer.is_visible(place, key))
    }
}

impl<'s> Part<'s> {
    /// Takes the entry under the first of some names.
    pub(in crate::model) fn take_one(&self, names: &[&str]) -> Option<(&'s str, Json<'s>)> {
        let mut entries = self.rest.entries();
        let (place, key, json) = entries.find(|(_, key, _)| names.contains(key))?;
        self.rest.take(place);
        Some((key, json))
    }

    /// Whether anything of it was sent.
    pub(in crate::model) fn is_sent(&self) -> bool {
        let Some(names) = self.names else {
            return true;
        };
        let (names, mut entries) = (names(), self.rest.entries());
        entries.any(|(_, key, _)| names.any || names.known.contains(&key))
    }
}

impl<'s> Iterator for Visible<'s> {
    /// The place of an entry, its key and its value.
    type Item = (usize, &'s str, Json<'s>);

    fn next(&mut self) -> Option<Self::Item> {
        let tape = self.rest.object.tape;
        loop {
            let (key, id) = self.run.entry(tape)?;
            let (place, key) = (self.place, tape.key(key));
            self.place += 1;
            if self.rest.is_visible(place, key) {
                return Some((place, key, Json { tape, id }));
            }
        }
    }
}
