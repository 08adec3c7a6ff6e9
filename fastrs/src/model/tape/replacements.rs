//! The walk's decisions about values, kept apart from the tape until they are final.

use serde_json::Value;

use super::{JsonRef, Node, NodeId, Tape, UnionId};

/// The values that replace others after lax conversions, and the variants that were chosen.
#[derive(Debug, Default)]
pub(crate) struct Replacements {
    all: Vec<Replacement>,
    /// Whether an optional field was not sent, so that its default is used.
    pub(crate) has_defaults: bool,
}

#[derive(Clone, Copy, Debug)]
enum Replacement {
    Value(NodeId, Node),
    Variant(NodeId, UnionId, u32),
}

impl Replacements {
    /// Returns whether no value is replaced.
    pub(crate) fn is_empty(&self) -> bool {
        let mut all = self.all.iter();
        !all.any(|one| matches!(one, Replacement::Value(..)))
    }

    pub(in crate::model) fn len(&self) -> usize {
        self.all.len()
    }

    /// Drops all but the first `count`.
    pub(in crate::model) fn truncate(&mut self, count: usize) {
        self.all.truncate(count);
    }

    /// Removes and returns all but the first `count`.
    pub(in crate::model) fn split_off(&mut self, count: usize) -> Self {
        match count < self.all.len() {
            true => Self {
                all: self.all.split_off(count),
                has_defaults: false,
            },
            false => Self::default(),
        }
    }

    /// Replaces the value at a node with a scalar.
    pub(in crate::model) fn scalar(&mut self, tape: &mut Tape<'_>, id: NodeId, value: Value) {
        let node = tape.scalar(value);
        self.all.push(Replacement::Value(id, node));
    }

    /// Replaces the value at a node with a number that has these digits.
    pub(in crate::model) fn digits(&mut self, tape: &mut Tape<'_>, id: NodeId, digits: String) {
        let node = tape.own_digits(digits);
        self.all.push(Replacement::Value(id, node));
    }

    /// Replaces the value at a node with the one at another node.
    pub(in crate::model) fn moved(&mut self, id: NodeId, to: NodeId) {
        self.all.push(Replacement::Value(id, Node::Moved(to)));
    }

    /// Turns the replacement of a key, which follows the first `from` replacements, back into text. Returns whether the
    /// key changes.
    pub(in crate::model) fn rewrite_key(
        &mut self,
        tape: &mut Tape<'_>,
        key: NodeId,
        from: usize,
    ) -> bool {
        let Some(Replacement::Value(_, node)) = self.all.get(from).copied() else {
            return false;
        };
        self.all.truncate(from);
        let sent = std::mem::replace(&mut tape.nodes[key.0 as usize], node);
        let text = match tape.at(key) {
            JsonRef::Text(text) => text.to_owned(),
            _ => tape.value(key).to_string(),
        };
        tape.nodes[key.0 as usize] = sent;
        let changes = tape.key(key) != text;
        if changes {
            let text = tape.push_own(text);
            self.all.push(Replacement::Value(key, text));
        }
        changes
    }

    /// Chooses a variant of an untagged enum for the value at a node.
    pub(in crate::model) fn variant(&mut self, id: NodeId, of: UnionId, variant: u32) {
        self.all.push(Replacement::Variant(id, of, variant));
    }
}

impl Tape<'_> {
    /// Swaps the nodes on the tape with their replacements.
    pub(crate) fn replace(&mut self, replacements: &mut Replacements, from: usize) {
        self.is_checked = true;
        for one in &mut replacements.all[from..] {
            match one {
                Replacement::Value(id, node) => {
                    std::mem::swap(&mut self.nodes[id.0 as usize], node);
                }
                Replacement::Variant(id, of, variant) => {
                    self.variants.push(((*id, *of), *variant));
                }
            }
        }
        // Of several choices for the same value, the last one counts.
        self.variants.reverse();
        self.variants.sort_by_key(|(key, _)| *key);
        self.variants.dedup_by_key(|(key, _)| *key);
    }

    /// Undoes [`replace`](Self::replace).
    pub(crate) fn restore(&mut self, replacements: &mut Replacements, from: usize) {
        self.is_checked = false;
        // The variants are used only when a type is read, and all replacements are made again before that.
        self.variants.clear();
        for one in replacements.all[from..].iter_mut().rev() {
            if let Replacement::Value(id, node) = one {
                std::mem::swap(&mut self.nodes[id.0 as usize], node);
            }
        }
    }
}
