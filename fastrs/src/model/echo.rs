//! The part of the input that an error shows: secrets are masked, and long values are left out.

use serde_json::{Map, Value};

use super::detail::LocItem;
use super::errors::{MAX_INPUT, is_short};
use super::schema::{Compiled, Id, Rule};
use super::tape::{NodeId, Tape};
use super::types::MASK;

/// Limits chains of references, which may form a cycle that never descends into the value.
const MAX_DEPTH: usize = 300;

impl Compiled {
    /// Returns the `input` for an error at `loc` (relative to `value`), with secrets masked; `None` if it is too long.
    pub fn echo(&self, value: &Value, loc: &[LocItem]) -> Option<Value> {
        self.echo_json((&Tape::of_value(value), Tape::ROOT), loc)
    }

    /// Returns the `input` for an error in a value on a tape, as [`echo`](Self::echo) does.
    pub(crate) fn echo_json(&self, value: (&Tape<'_>, NodeId), loc: &[LocItem]) -> Option<Value> {
        at(self, value, loc)
    }
}

/// Returns the value at `loc`, if an error may show it.
fn at(schema: &Compiled, (tape, value): (&Tape<'_>, NodeId), loc: &[LocItem]) -> Option<Value> {
    let mut value = value;
    let mut node = Some(schema.root());
    for item in loc {
        if node.is_some_and(|id| is_secret(schema, id)) {
            return Some(MASK.into());
        }
        if let Some(member) = node.and_then(|id| labelled(schema, id, item, (tape, value))) {
            // The name of a union's member is not a key of the value.
            node = Some(member);
            continue;
        }
        node = node.and_then(|id| child(schema, id, item, 0));
        value = match item {
            LocItem::Key(key) => tape.get(value, key)?,
            LocItem::Index(index) => tape.item(value, *index)?,
        };
    }
    let value = short(tape, value)?;
    match node {
        Some(id) => masked(schema, id, &value),
        None => Some(value),
    }
}

/// Returns a value that is short enough to be echoed.
pub(super) fn short(tape: &Tape<'_>, value: NodeId) -> Option<Value> {
    tape.value_within(value, MAX_INPUT).filter(is_short)
}

/// Returns a short value with its secrets masked; `None` if it does not fit the schema, which shows where they are.
pub(super) fn masked(schema: &Compiled, id: Id, value: &Value) -> Option<Value> {
    masked_within(schema, id, value, 0)
}

fn masked_within(schema: &Compiled, id: Id, value: &Value, depth: usize) -> Option<Value> {
    let node = schema.node(id);
    if !node.holds_secret || value.is_null() {
        return Some(value.clone());
    }
    if node.secret {
        return Some(MASK.into());
    }
    if depth > MAX_DEPTH {
        return None;
    }
    let inner = |id: Id, value: &Value| masked_within(schema, id, value, depth + 1);
    match (&node.rule, value) {
        (Rule::Same(target) | Rule::Optional { inner: target, .. }, _) => inner(*target, value),
        (Rule::All(parts, _), _) => {
            let mut value = value.clone();
            for part in parts {
                value = inner(*part, &value)?;
            }
            Some(value)
        }
        (Rule::List { items, .. }, Value::Array(values)) => {
            let mut masked = Vec::with_capacity(values.len());
            for value in values {
                masked.push(inner(*items, value)?);
            }
            Some(masked.into())
        }
        (Rule::Tuple(parts), Value::Array(values)) if values.len() <= parts.len() => {
            let mut masked = Vec::with_capacity(values.len());
            for (part, value) in parts.iter().zip(values) {
                masked.push(inner(*part, value)?);
            }
            Some(masked.into())
        }
        (Rule::Map { values, .. }, Value::Object(map)) => {
            let mut masked = Map::with_capacity(map.len());
            for (key, value) in map {
                masked.insert(key.clone(), inner(*values, value)?);
            }
            Some(masked.into())
        }
        (Rule::Object(object), Value::Object(map)) => {
            let mut masked = Map::with_capacity(map.len());
            for (name, value) in map {
                let field = object.fields.iter().find(|field| field.name == *name);
                let value = match field {
                    Some(field) => inner(field.node, value)?,
                    // This may be the secret, under a misspelled name.
                    None => MASK.into(),
                };
                masked.insert(name.clone(), value);
            }
            Some(masked.into())
        }
        (Rule::Tagged { tag, members, .. }, Value::Object(map)) => {
            let found = map.get(tag)?;
            let (_, member) = members.iter().find(|(name, _)| found == name)?;
            inner(*member, value)
        }
        _ => None,
    }
}

fn is_secret(schema: &Compiled, id: Id) -> bool {
    schema.node(id).secret || schema.resolved(id).secret
}

/// Returns the member of a union that an item of a location names.
fn labelled(
    schema: &Compiled,
    id: Id,
    item: &LocItem,
    (tape, value): (&Tape<'_>, NodeId),
) -> Option<Id> {
    let (LocItem::Key(key), Rule::Tagged { members, .. } | Rule::Union { members, .. }) =
        (item, &schema.resolved(id).rule)
    else {
        return None;
    };
    let (_, member) = members.iter().find(|(label, _)| label == key)?;
    tape.get(value, key).is_none().then_some(*member)
}

/// Returns the node of a part of the value.
fn child(schema: &Compiled, id: Id, item: &LocItem, depth: usize) -> Option<Id> {
    if depth > MAX_DEPTH {
        return None;
    }
    let of = |id: &Id| child(schema, *id, item, depth + 1);
    match (&schema.node(id).rule, item) {
        (Rule::Same(target) | Rule::Optional { inner: target, .. }, _) => of(target),
        (Rule::All(parts, _), _) => parts.iter().find_map(of),
        (Rule::Union { members, .. } | Rule::Tagged { members, .. }, _) => {
            members.iter().find_map(|(_, id)| of(id))
        }
        (Rule::External { members, .. }, LocItem::Key(key)) => {
            let member = members.iter().find(|(name, _)| name == key);
            member.map(|(_, id)| *id)
        }
        (Rule::List { items, .. }, LocItem::Index(_)) => Some(*items),
        (Rule::Tuple(parts), LocItem::Index(index)) => parts.get(*index).copied(),
        (Rule::Map { values, .. }, LocItem::Key(_)) => Some(*values),
        (Rule::Object(object), LocItem::Key(key)) => {
            let field = object.fields.iter().find(|field| field.name == *key);
            field.map(|field| field.node).or(object.rest)
        }
        _ => None,
    }
}
