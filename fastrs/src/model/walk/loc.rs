//! The location of a value, as a linked list on the stack.

use crate::model::detail::LocItem;
use crate::model::tape::{NodeId, Tape};

/// One step of the location, and the steps before it. It becomes a `Vec` only for an error.
#[derive(Debug)]
pub(super) struct Loc<'a> {
    step: Step<'a>,
    up: Option<&'a Loc<'a>>,
}

#[derive(Debug)]
enum Step<'a> {
    Start(&'a [LocItem]),
    Key(&'a str),
    /// A key that the client sent.
    Sent(NodeId),
    Index(usize),
}

impl<'a> Loc<'a> {
    pub(super) fn start(at: &'a [LocItem]) -> Self {
        Self {
            step: Step::Start(at),
            up: None,
        }
    }

    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self {
            step: Step::Key(key),
            up: Some(self),
        }
    }

    pub(super) fn sent(&'a self, key: NodeId) -> Self {
        Self {
            step: Step::Sent(key),
            up: Some(self),
        }
    }

    pub(super) fn index(&'a self, index: usize) -> Self {
        Self {
            step: Step::Index(index),
            up: Some(self),
        }
    }

    pub(super) fn to_items(&self, tape: &Tape<'_>) -> Vec<LocItem> {
        let mut items = match self.up {
            Some(up) => up.to_items(tape),
            None => Vec::new(),
        };
        match self.step {
            Step::Start(at) => items.extend_from_slice(at),
            Step::Key(key) => items.push(LocItem::sent_key(key)),
            Step::Sent(key) => items.push(LocItem::sent_key(tape.key(key))),
            Step::Index(index) => items.push(index.into()),
        }
        items
    }
}
