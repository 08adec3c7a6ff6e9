//! Removes duplicate keys from objects.

use std::collections::HashMap;

use super::{Extent, JsonRef, Node, NodeId, Run, Tape};

/// In an object with at most this many keys, each key is compared with every other.
pub(super) const FEW_KEYS: usize = 16;

impl Tape<'_> {
    /// Adds a copy of an object in which each key occurs once, and returns its node; `None` if there are no duplicates.
    pub(in crate::model) fn without_equal_keys(&mut self, id: NodeId) -> Option<NodeId> {
        let at = self.nodes.len();
        let nodes = self.once(id.0 as usize)?;
        self.nodes.extend(nodes);
        Some(NodeId(at as u32))
    }

    /// Returns an object's nodes without duplicate keys: the first key's place with the last one's value. `None` if all
    /// keys differ.
    pub(super) fn once(&self, at: usize) -> Option<Vec<Node>> {
        let JsonRef::Object(entries) = self.at(NodeId(at as u32)) else {
            return None;
        };
        let once = match entries.len() {
            ..=FEW_KEYS => self.deduplicate_few(entries),
            _ => self.deduplicate_many(entries)?,
        };
        if once.len() == entries.len() {
            return None;
        }
        let mut nodes = vec![Node::Null];
        for (key, value) in &once {
            nodes.push(self.nodes[key.0 as usize]);
            nodes.extend_from_slice(&self.nodes[value.0 as usize..self.after(*value).0 as usize]);
        }
        nodes[0] = Node::Object(Extent {
            size: nodes.len() as u32,
            len: once.len() as u32,
        });
        Some(nodes)
    }

    /// Returns the remaining entries of a small object, comparing each key with those before it.
    fn deduplicate_few(&self, mut entries: Run) -> Vec<(NodeId, NodeId)> {
        let mut once: Vec<(NodeId, NodeId)> = Vec::with_capacity(entries.len());
        while let Some((key, value)) = entries.entry(self) {
            let name = self.key(key);
            match once.iter_mut().find(|(known, _)| self.key(*known) == name) {
                Some((_, older)) => *older = value,
                None => once.push((key, value)),
            }
        }
        once
    }

    /// Returns the remaining entries of a large object; `None` if all of them remain.
    fn deduplicate_many(&self, entries: Run) -> Option<Vec<(NodeId, NodeId)>> {
        // This is a map like the one below rather than a set: another type of table would have to be compiled as well.
        let mut seen: HashMap<_, usize> = HashMap::with_capacity(entries.len());
        let mut rest = entries;
        let mut keys = std::iter::from_fn(|| Some(rest.entry(self)?.0));
        if keys.all(|key| seen.insert(self.key(key), 0).is_none()) {
            return None;
        }
        let mut places = HashMap::new();
        let mut once: Vec<(NodeId, NodeId)> = Vec::new();
        let mut rest = entries;
        while let Some((key, value)) = rest.entry(self) {
            let place = *places.entry(self.key(key)).or_insert(once.len());
            match once.get_mut(place) {
                Some((_, older)) => *older = value,
                None => once.push((key, value)),
            }
        }
        Some(once)
    }
}
