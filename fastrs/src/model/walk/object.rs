//! Structs, with their flattened parts.

use super::{At, Walk};
use crate::model::detail::ErrorDetail;
use crate::model::echo;
use crate::model::errors::Errors;
use crate::model::schema::{Id, Object, ObjectField};
use crate::model::tape::{JsonRef, NodeId, Run};

const NOT_AN_OBJECT: &str = "Input should be a valid dictionary or object to extract fields from";

impl Walk<'_, '_> {
    pub(super) fn object(
        &mut self,
        id: Id,
        object: &Object,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        let Some(entries) = self.as_object(id, value, at, out) else {
            return;
        };
        let from = self.replacements.len();
        // A nested model's own strictness applies to its fields.
        let strict = self.schema.node(id).strict;
        // Usually the fields come in order, and there are no others.
        let (mut rest, mut count) = (entries, 0);
        for field in &object.fields {
            let after = rest;
            match rest.entry(self.tape) {
                Some((name, item)) if self.tape.key(name) == field.name && !self.is_over(out) => {
                    let loc = at.loc.key(&field.name);
                    self.check(field.node, item, at.child(&loc, strict), out);
                    count += 1;
                }
                _ => {
                    rest = after;
                    break;
                }
            }
        }
        let mut unknown = rest.len();
        if count < object.fields.len() {
            let first = self.fields.len();
            unknown = self.find_fields(object, count, rest);
            for (index, field) in object.fields.iter().enumerate().skip(count) {
                if self.is_over(out) {
                    self.replacements.truncate(from);
                    break;
                }
                let loc = at.loc.key(&field.name);
                match self.fields[first + index] {
                    Some(item) if field.aliases.is_empty() => {
                        self.check(field.node, item, at.child(&loc, strict), out);
                    }
                    // The error names the key that the client used.
                    Some(item) => {
                        let loc = at.loc.sent(item.key());
                        self.check(field.node, item, at.child(&loc, strict), out);
                    }
                    None if field.required || self.is_part_sent(object, field, first, count) => {
                        self.fail_at(id, value, &loc, out, || ErrorDetail::missing(Vec::new()));
                    }
                    None => self.replacements.has_defaults = true,
                }
            }
            self.fields.truncate(first);
        }
        let known = match object.rest {
            Some(_) => entries.len(),
            None => entries.len() - unknown,
        };
        self.fit.add_fields(known);
        if unknown == 0 || self.is_over(out) {
            return;
        }
        let is_sent = |name: &str| self.tape.get(value, name).is_some();
        // If a field was sent under several of its names, the first of these names counts.
        let is_first = |field: &ObjectField, name: &str| field.is_read_as(name, is_sent);
        if object.closed {
            let is_known = |name: &str| {
                object
                    .field(name)
                    .is_some_and(|field| is_first(field, name))
            };
            self.refuse_extras(id, entries, &is_known, at, out);
        } else {
            self.refuse_repeated(object, entries, &is_first, at, out);
        }
        if let Some(rest) = object.rest {
            let mut entries = entries;
            while let Some((name, item)) = entries.entry(self.tape) {
                if object.field(self.tape.key(name)).is_none() {
                    let loc = at.loc.sent(name);
                    self.check(rest, item, at.child(&loc, strict), out);
                }
            }
        }
    }

    /// Collects the values of an object's fields in `fields`, and counts the keys that are not fields, or that are
    /// further names of a field. The first `done` fields have been found already.
    fn find_fields(&mut self, object: &Object, done: usize, mut entries: Run) -> usize {
        let (tape, first) = (&*self.tape, self.fields.len());
        self.fields.resize(first + object.fields.len(), None);
        let found = &mut self.fields[first..];
        let (mut unknown, mut next) = (0, 0);
        while let Some((name, item)) = entries.entry(tape) {
            let is_like_one = object.has_length(tape.key_len(name));
            match is_like_one.then(|| object.position(tape.key(name), next)) {
                Some(Some(index)) => {
                    let earlier = found[index].replace(item);
                    if index < done || earlier.is_some() {
                        unknown += 1;
                    }
                    if let Some(earlier) = earlier {
                        let is_earlier = |name: &str| name == tape.key(earlier.key());
                        if !object.fields[index].is_read_as(tape.key(name), is_earlier) {
                            found[index] = Some(earlier);
                        }
                    }
                    next = index + 1;
                }
                _ => unknown += 1,
            }
        }
        unknown
    }

    /// Adds an error for each field that was sent under several of its names.
    fn refuse_repeated(
        &self,
        object: &Object,
        mut entries: Run,
        is_first: &dyn Fn(&ObjectField, &str) -> bool,
        at: At<'_>,
        out: &mut Errors,
    ) {
        while let Some((name, _)) = entries.entry(self.tape) {
            let name = self.tape.key(name);
            let Some(field) = object.field(name).filter(|field| !is_first(field, name)) else {
                continue;
            };
            out.push_with(|| {
                let loc = at.loc.key(&field.name).to_items(self.tape);
                let message = format!("the key '{}' appears twice", field.name);
                ErrorDetail::value_error(loc, message, None)
            });
        }
    }

    /// Returns whether a field is missing because another field of the same flattened `Option` was sent. The first
    /// `done` fields were sent; the values of the others are in `fields`, from `first` on.
    fn is_part_sent(
        &self,
        object: &Object,
        field: &ObjectField,
        first: usize,
        done: usize,
    ) -> bool {
        let is_sent = |of: &str| {
            object.fields.iter().enumerate().any(|(index, other)| {
                other.parts.iter().any(|(part, _)| part == of)
                    && (index < done || self.fields[first + index].is_some())
            })
        };
        let mut parts = field.parts.iter();
        parts.any(|(of, required)| *required && is_sent(of))
    }

    /// Walks all parts of a model with flattened fields.
    pub(super) fn all(
        &mut self,
        id: Id,
        (parts, known): (&[Id], Option<&[String]>),
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        let first = self.replacements.len();
        for part in parts {
            let (before, from) = (out.len(), self.replacements.len());
            self.check(*part, value, at, out);
            // Each part sees the replacements made by the parts before it.
            self.tape.replace(&mut self.replacements, from);
            if out.len() > before && !self.tape.is_object(value) {
                // The other parts would report the same error.
                self.tape.restore(&mut self.replacements, first);
                return;
            }
        }
        self.tape.restore(&mut self.replacements, first);
        if let (Some(known), JsonRef::Object(entries)) = (known, self.tape.at(value)) {
            let is_known = |name: &str| known.iter().any(|known| known == name);
            self.refuse_extras(id, entries, &is_known, at, out);
        }
    }

    /// Returns the entries of the object that the value is, or adds an error.
    pub(super) fn as_object(
        &self,
        id: Id,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) -> Option<Run> {
        if let JsonRef::Object(entries) = self.tape.at(value) {
            return Some(entries);
        }
        self.refuse(id, value, at, out, "model_attributes_type", NOT_AN_OBJECT);
        None
    }

    fn refuse_extras(
        &self,
        id: Id,
        mut entries: Run,
        is_known: &dyn Fn(&str) -> bool,
        at: At<'_>,
        out: &mut Errors,
    ) {
        // A value that a client sends under a wrong key may be a secret.
        let echoed = !self.schema.node(id).holds_secret;
        while let Some((name, item)) = entries.entry(self.tape) {
            if out.is_full() {
                return;
            }
            if is_known(self.tape.key(name)) {
                continue;
            }
            let loc = at.loc.sent(name);
            out.push_with(|| {
                let input = echoed.then(|| echo::short(self.tape, item)).flatten();
                ErrorDetail::extra_forbidden(loc.to_items(self.tape), input)
            });
        }
    }
}
