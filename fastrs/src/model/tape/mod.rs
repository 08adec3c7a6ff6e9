//! A JSON text as one flat list of nodes, for the cold path: the walk reads it, and types are deserialized from it.
//!
//! It is cheap compared with a `serde_json::Value`: strings are not copied, skipping a value takes one step, and there
//! is nothing to free. A `Value` is made only for the parts that an error shows.

mod builder;
mod equal;
mod number;
mod replacements;
mod scan;
mod text;
mod write;

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::number::Number;

pub(crate) use builder::Builder;
pub(crate) use replacements::Replacements;
pub(crate) use write::Written;

/// A JSON text, or a value, as nodes: the node of a list or an object comes before the nodes of its contents.
///
/// Of duplicate keys, it keeps the first one's position and the last one's value, as Python and `serde_json::Value` do.
#[derive(Clone, Debug)]
pub(crate) struct Tape<'t> {
    text: &'t str,
    /// The decoded form of the strings that have escapes.
    unescaped: Cow<'t, str>,
    /// Strings that are not part of the JSON text.
    own: Cow<'t, [String]>,
    nodes: Vec<Node>,
    /// Whether the JSON text may contain an integer that does not fit into 64 bits.
    has_long_integer: bool,
    /// Whether the walk has checked the values, so that types can read them: dates are in canonical form, and no number
    /// is rounded.
    is_checked: bool,
    /// The variants of untagged enums that the walk chose, in the order of their keys.
    variants: Vec<((NodeId, UnionId), u32)>,
}

/// The index of a value on its tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

/// The identity of an untagged enum, derived from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UnionId(pub(super) u64);

/// This is kept small: a body of `[0,0,0,..` has a node for every two bytes.
#[derive(Clone, Copy, Debug)]
enum Node {
    Null,
    Bool(bool),
    Int(i64),
    Whole(u64),
    Float(f64),
    /// Any other number, as it is written: few of them are ever parsed.
    Digits(Span),
    /// A number that the variants above cannot hold, and whose digits are not part of the JSON text.
    OwnDigits(u32),
    Text(Span),
    Unescaped(Span),
    Own(u32),
    List(Extent),
    Object(Extent),
    /// The value is at another node.
    Moved(NodeId),
}

/// A range of the text.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

/// The number of nodes of a list or an object, including its own, and the number of its items or entries.
#[derive(Clone, Copy, Debug)]
struct Extent {
    size: u32,
    len: u32,
}

/// The value at a node.
#[derive(Clone, Copy, Debug)]
pub(crate) enum JsonRef<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(&'a str),
    List(Run),
    Object(Run),
}

/// The contents of a list or an object, from the next item or entry on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    next: NodeId,
    left: u32,
}

impl<'t> Tape<'t> {
    /// The node of the whole value.
    pub(crate) const ROOT: NodeId = NodeId(0);

    /// Returns the tape of `null`.
    pub(crate) fn null() -> Self {
        Self::of_value(&Value::Null)
    }

    /// Returns the tape of a `serde_json::Value`, which has no text.
    pub(crate) fn of_value(value: &Value) -> Self {
        let mut tape = Self::with_room("", 1);
        tape.push_value(value);
        tape
    }

    fn with_room(text: &'t str, nodes: usize) -> Self {
        Self {
            text,
            unescaped: Cow::Borrowed(""),
            own: Cow::Borrowed(&[]),
            nodes: Vec::with_capacity(nodes),
            has_long_integer: false,
            is_checked: false,
            variants: Vec::new(),
        }
    }

    /// Returns an empty tape, for a [`Builder`] to write to.
    pub(crate) fn empty() -> Self {
        let mut tape = Self::with_room("", 32);
        tape.unescaped = String::with_capacity(256).into();
        tape
    }

    /// Returns a part of this tape as a separate one that shares the strings.
    pub(crate) fn part(&self, id: NodeId) -> Tape<'_> {
        let nodes = &self.nodes[id.0 as usize..self.after(id).0 as usize];
        if nodes.iter().any(|node| matches!(node, Node::Moved(_))) {
            return Tape::of_value(&self.value(id));
        }
        Tape {
            text: self.text,
            unescaped: Cow::Borrowed(&self.unescaped),
            own: Cow::Borrowed(&self.own),
            nodes: nodes.to_vec(),
            has_long_integer: self.has_long_integer,
            is_checked: self.is_checked,
            variants: Vec::new(),
        }
    }

    /// Returns the variant of an untagged enum that was chosen for a value.
    pub(super) fn variant(&self, id: NodeId, of: UnionId) -> Option<u32> {
        let found = self
            .variants
            .binary_search_by_key(&(id, of), |(key, _)| *key);
        found.ok().map(|index| self.variants[index].1)
    }

    /// Returns the number of nodes, which is the number of values and keys.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    #[inline]
    pub(crate) fn at(&self, id: NodeId) -> JsonRef<'_> {
        match self.nodes[id.0 as usize] {
            Node::Null => JsonRef::Null,
            Node::Bool(value) => JsonRef::Bool(value),
            Node::Int(int) => JsonRef::Number(Number::Int(int.into())),
            Node::Whole(int) => JsonRef::Number(Number::Int(int.into())),
            Node::Float(float) => JsonRef::Number(Number::Float(float)),
            Node::Digits(_) | Node::OwnDigits(_) => JsonRef::Number(self.read_digits(id)),
            Node::Text(span) => JsonRef::Text(self.written(span)),
            Node::Unescaped(span) => JsonRef::Text(&self.unescaped[span.range()]),
            Node::Own(index) => JsonRef::Text(&self.own[index as usize]),
            Node::List(extent) => JsonRef::List(Run::of(id, extent)),
            Node::Object(extent) => JsonRef::Object(Run::of(id, extent)),
            Node::Moved(id) => self.at(id),
        }
    }

    /// Returns the string at a node, if it is one; a key always is.
    #[inline(always)]
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match self.nodes[id.0 as usize] {
            Node::Text(span) => Some(self.written(span)),
            Node::Unescaped(span) => Some(&self.unescaped[span.range()]),
            Node::Own(index) => Some(&self.own[index as usize]),
            _ => None,
        }
    }

    /// Returns the text of a key.
    #[inline]
    pub(crate) fn key(&self, id: NodeId) -> &str {
        self.text(id).unwrap_or_default()
    }

    /// Returns the length of a key.
    #[inline]
    pub(super) fn key_len(&self, id: NodeId) -> usize {
        match self.nodes[id.0 as usize] {
            Node::Text(span) | Node::Unescaped(span) => span.range().len(),
            _ => self.key(id).len(),
        }
    }

    pub(super) fn is_null(&self, id: NodeId) -> bool {
        matches!(self.nodes[id.0 as usize], Node::Null)
    }

    /// Returns whether a value is a list or an object that is not empty.
    pub(super) fn has_contents(&self, id: NodeId) -> bool {
        match self.at(id) {
            JsonRef::List(run) | JsonRef::Object(run) => run.len() > 0,
            _ => false,
        }
    }

    pub(super) fn is_object(&self, id: NodeId) -> bool {
        matches!(self.nodes[id.0 as usize], Node::Object(_))
    }

    /// Returns the value under a key of an object.
    pub(crate) fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        let JsonRef::Object(mut entries) = self.at(id) else {
            return None;
        };
        while let Some((name, value)) = entries.entry(self) {
            if self.key(name) == key {
                return Some(value);
            }
        }
        None
    }

    /// Returns an item of a list.
    pub(super) fn item(&self, id: NodeId, index: usize) -> Option<NodeId> {
        let JsonRef::List(mut items) = self.at(id) else {
            return None;
        };
        for _ in 0..index {
            items.item(self)?;
        }
        items.item(self)
    }

    /// Returns whether the value at a node equals this one.
    pub(super) fn is(&self, id: NodeId, value: &Value) -> bool {
        match (self.at(id), value) {
            (JsonRef::Null, Value::Null) => true,
            (JsonRef::Bool(a), Value::Bool(b)) => a == *b,
            (JsonRef::Text(a), Value::String(b)) => a == b,
            (JsonRef::Number(_), Value::Number(b)) => self.number(id).is_some_and(|a| a == *b),
            (JsonRef::List(_), Value::Array(_)) | (JsonRef::Object(_), Value::Object(_)) => {
                self.value(id) == *value
            }
            _ => false,
        }
    }

    /// Returns the value at a node.
    pub(crate) fn value(&self, id: NodeId) -> Value {
        let mut left = usize::MAX;
        self.build(id, &mut left).unwrap_or_default()
    }

    /// Returns the value at a node, unless its JSON is certainly longer than `most` bytes; it may still be longer.
    pub(super) fn value_within(&self, id: NodeId, mut most: usize) -> Option<Value> {
        self.build(id, &mut most)
    }

    fn build(&self, id: NodeId, left: &mut usize) -> Option<Value> {
        *left = left.checked_sub(1)?;
        Some(match self.at(id) {
            JsonRef::Null => Value::Null,
            JsonRef::Bool(value) => value.into(),
            JsonRef::Number(_) => self.number(id).map_or(Value::Null, Value::Number),
            JsonRef::Text(text) => {
                *left = left.checked_sub(text.len())?;
                text.into()
            }
            JsonRef::List(mut items) => {
                let mut list = Vec::new();
                while let Some(item) = items.item(self) {
                    list.push(self.build(item, left)?);
                }
                list.into()
            }
            JsonRef::Object(mut entries) => {
                let mut map = Map::new();
                while let Some((key, value)) = entries.entry(self) {
                    let key = self.key(key);
                    *left = left.checked_sub(key.len())?;
                    map.insert(key.to_owned(), self.build(value, left)?);
                }
                map.into()
            }
        })
    }

    #[inline]
    fn written(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Returns the id that follows a value and its contents.
    #[inline]
    fn after(&self, id: NodeId) -> NodeId {
        match self.nodes[id.0 as usize] {
            Node::List(extent) | Node::Object(extent) => NodeId(id.0 + extent.size),
            _ => NodeId(id.0 + 1),
        }
    }

    fn push_own(&mut self, text: String) -> Node {
        let own = self.own.to_mut();
        own.push(text);
        Node::Own(own.len() as u32 - 1)
    }

    fn push_value(&mut self, value: &Value) {
        let at = self.nodes.len();
        let node = match value {
            Value::Array(_) | Value::Object(_) => Node::Null,
            scalar => self.scalar(scalar.clone()),
        };
        self.nodes.push(node);
        match value {
            Value::Array(items) => {
                for item in items {
                    self.push_value(item);
                }
                self.nodes[at] = Node::List(self.extent(at, items.len()));
            }
            Value::Object(map) => {
                for (key, item) in map {
                    let key = self.push_own(key.clone());
                    self.nodes.push(key);
                    self.push_value(item);
                }
                self.nodes[at] = Node::Object(self.extent(at, map.len()));
            }
            _ => {}
        }
    }

    /// Returns the extent from a node to the last one.
    fn extent(&self, at: usize, len: usize) -> Extent {
        Extent {
            size: (self.nodes.len() - at) as u32,
            len: len as u32,
        }
    }

    fn scalar(&mut self, value: Value) -> Node {
        match value {
            Value::Bool(value) => Node::Bool(value),
            Value::String(text) => self.push_own(text),
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(int), _) => Node::Int(int),
                (None, Some(int)) => Node::Whole(int),
                (None, None) => number.as_f64().map_or(Node::Null, Node::Float),
            },
            _ => Node::Null,
        }
    }

    /// Returns whether the walk has checked and converted the values.
    #[inline]
    pub(crate) fn is_checked(&self) -> bool {
        self.is_checked
    }

    /// Adds a list that contains only this value.
    pub(super) fn list_of(&mut self, id: NodeId) -> NodeId {
        let at = self.nodes.len();
        let node = self.nodes[id.0 as usize];
        let extent = Extent { size: 2, len: 1 };
        self.nodes.extend([Node::List(extent), node]);
        NodeId(at as u32)
    }
}

impl NodeId {
    /// Returns the key of an entry's value.
    pub(super) fn key(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl Span {
    #[inline]
    fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Run {
    /// A run without items.
    pub(super) const EMPTY: Self = Self {
        next: NodeId(0),
        left: 0,
    };

    #[inline]
    fn of(id: NodeId, extent: Extent) -> Self {
        Self {
            next: NodeId(id.0 + 1),
            left: extent.len,
        }
    }

    /// Returns how many items or entries are left.
    pub(crate) fn len(self) -> usize {
        self.left as usize
    }

    /// Returns the next item.
    #[inline]
    pub(crate) fn item(&mut self, tape: &Tape<'_>) -> Option<NodeId> {
        self.left = self.left.checked_sub(1)?;
        let item = self.next;
        self.next = tape.after(item);
        Some(item)
    }

    /// Returns the next entry: its key and its value.
    #[inline]
    pub(crate) fn entry(&mut self, tape: &Tape<'_>) -> Option<(NodeId, NodeId)> {
        self.left = self.left.checked_sub(1)?;
        let key = self.next;
        let value = NodeId(key.0 + 1);
        self.next = tape.after(value);
        Some((key, value))
    }
}
