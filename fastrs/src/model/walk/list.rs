//! Lists, sets, tuples and maps.

use std::collections::HashSet;

use super::literal::not_among;
use super::text::unmatched;
use super::{At, Walk, keys};
use crate::model::detail::ErrorDetail;
use crate::model::errors::Errors;
use crate::model::lax::number::parse_digits;
use crate::model::schema::{Id, KeyRule, Limits, Mode};
use crate::model::tape::{JsonRef, NodeId, Run};
use crate::model::unique;

impl Walk<'_, '_> {
    pub(super) fn list(
        &mut self,
        id: Id,
        (items, set): (Id, bool),
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        if self.mode == Mode::Text && self.tape.text(value).is_some() {
            // A single string is a list with one item.
            let list = self.tape.list_of(value);
            self.list(id, (items, set), list, at, out);
            return self.replacements.moved(value, list);
        }
        let name = if set { "Set" } else { "List" };
        let JsonRef::List(values) = self.tape.at(value) else {
            let (kind, msg) = match set {
                true => ("set_type", "Input should be a valid set"),
                false => ("list_type", "Input should be a valid list"),
            };
            return self.refuse(id, value, at, out, kind, msg);
        };
        let most = at.find(|limits| limits.max_items);
        if let Some(most) = most.filter(|most| !set && values.len() > *most) {
            return self.fail(id, value, at, out, || {
                too_long(name, most, Some(values.len()))
            });
        }
        let (before, from) = (out.len(), self.replacements.len());
        let (mut rest, mut index, mut seen) = (values, 0, HashSet::new());
        while let Some(item) = rest.item(self.tape) {
            if self.is_over(out) {
                break;
            }
            let loc = at.loc.index(index);
            let (valid, made) = (out.len(), self.replacements.len());
            self.check(items, item, at.child(&loc, at.strict), out);
            index += 1;
            let is_counted = set && !self.is_choosing && out.len() == valid && !self.is_over(out);
            if let Some(most) = most.filter(|_| is_counted) {
                seen.insert(self.unique_key(item, made));
                if seen.len() > most {
                    // Pydantic stops here, and does not report errors in the items before.
                    out.truncate(before);
                    self.replacements.truncate(from);
                    return self.fail(id, value, at, out, || too_long(name, most, None));
                }
            }
        }
        if out.len() > before || self.is_over(out) {
            return self.replacements.truncate(from);
        }
        let error = at.find(|limits| self.broken_items(name, limits, (items, values), from, at));
        if let Some(error) = error {
            self.fail(id, value, at, out, || error);
        }
    }

    /// Checks the constraints on the items as a whole, once each item is valid. Their replacements begin at `from`.
    fn broken_items(
        &mut self,
        name: &'static str,
        limits: &Limits,
        (items, values): (Id, Run),
        from: usize,
        at: At<'_>,
    ) -> Option<ErrorDetail> {
        let set = name == "Set";
        if limits.min_items.is_none() && limits.max_items.is_none() && !limits.unique {
            return None;
        }
        let distinct = match set || limits.unique {
            true => self.distinct((items, values), from, at),
            false => values.len(),
        };
        let count = if set { distinct } else { values.len() };
        broken_count(name, limits, count, set).or_else(|| {
            let msg = "List should have unique items";
            let broken = limits.unique && !set && distinct < values.len();
            broken.then(|| ErrorDetail::new("unique_items", Vec::new(), msg))
        })
    }

    /// Counts the distinct items.
    fn distinct(&mut self, (items, mut values): (Id, Run), from: usize, at: At<'_>) -> usize {
        if self.is_choosing {
            self.convert((items, values), from, at);
        }
        self.tape.replace(&mut self.replacements, from);
        let mut keys = HashSet::new();
        while let Some(item) = values.item(self.tape) {
            keys.insert(unique::key(self.tape.value(item)));
        }
        self.tape.restore(&mut self.replacements, from);
        keys.len()
    }

    /// Returns a string that is the same for equal items. The item's replacements begin at `from`.
    fn unique_key(&mut self, item: NodeId, from: usize) -> String {
        self.tape.replace(&mut self.replacements, from);
        let key = unique::key(self.tape.value(item));
        self.tape.restore(&mut self.replacements, from);
        key
    }

    /// Makes the replacements inside valid items, which a walk omits while it chooses a union's member.
    fn convert(&mut self, (items, mut values): (Id, Run), from: usize, at: At<'_>) {
        let outer = (self.fit, std::mem::replace(&mut self.is_choosing, false));
        self.replacements.truncate(from);
        while let Some(item) = values.item(self.tape) {
            let at = at.child(at.loc, at.strict);
            self.check(items, item, at, &mut Errors::probe());
        }
        (self.fit, self.is_choosing) = outer;
    }

    pub(super) fn tuple(
        &mut self,
        id: Id,
        parts: &[Id],
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        let JsonRef::List(mut values) = self.tape.at(value) else {
            let msg = "Input should be a valid tuple";
            return self.refuse(id, value, at, out, "tuple_type", msg);
        };
        if values.len() > parts.len() {
            return self.fail(id, value, at, out, || {
                too_long("Tuple", parts.len(), Some(values.len()))
            });
        }
        for (index, part) in parts.iter().enumerate() {
            let loc = at.loc.index(index);
            match values.item(self.tape) {
                Some(item) => self.check(*part, item, at.child(&loc, at.strict), out),
                None => self.fail_at(id, value, &loc, out, || ErrorDetail::missing(Vec::new())),
            }
        }
    }

    pub(super) fn map(
        &mut self,
        id: Id,
        (keys, values): (&KeyRule, Id),
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        let JsonRef::Object(mut entries) = self.tape.at(value) else {
            let msg = "Input should be a valid dictionary";
            return self.refuse(id, value, at, out, "dict_type", msg);
        };
        let mut count = entries.len();
        let (before, from) = (out.len(), self.replacements.len());
        let mut has_new_keys = false;
        while let Some((key, item)) = entries.entry(self.tape) {
            if self.is_over(out) {
                break;
            }
            let loc = at.loc.sent(key);
            match read_key(keys, self.tape.key(key)) {
                Ok(None) => {
                    if let KeyRule::Value(keys) = keys {
                        let loc = loc.key("[key]");
                        has_new_keys |= self.key(*keys, key, at.child(&loc, false), out);
                    }
                }
                Ok(Some(new)) => {
                    self.replace(key, new.into());
                    has_new_keys = true;
                }
                Err(error) => {
                    let loc = loc.key("[key]");
                    out.push_with(|| {
                        let mut error = *error;
                        error.loc = loc.to_items(self.tape);
                        error.input(self.tape.key(key).into())
                    });
                }
            }
            self.check(values, item, at.child(&loc, at.strict), out);
        }
        if out.len() > before || self.is_over(out) {
            return self.replacements.truncate(from);
        }
        if has_new_keys {
            count = self.merge(value, from).unwrap_or(count);
        }
        let broken = at.find(|limits| broken_count("Dictionary", limits, count, true));
        if let Some(error) = broken {
            self.fail(id, value, at, out, || error);
        }
    }

    /// Checks a key as a value, and returns whether it was converted. The result becomes text again, since it is a key.
    fn key(&mut self, id: Id, key: NodeId, at: At<'_>, out: &mut Errors) -> bool {
        let from = self.replacements.len();
        self.check(id, key, at, out);
        self.replacements.rewrite_key(self.tape, key, from)
    }

    /// Merges keys that have become equal, and returns how many keys remain; `None` if all differ.
    fn merge(&mut self, value: NodeId, from: usize) -> Option<usize> {
        self.tape.replace(&mut self.replacements, from);
        let merged = self.tape.without_equal_keys(value);
        self.tape.restore(&mut self.replacements, from);
        let merged = merged?;
        // The new value already contains the replacements of its keys and values.
        self.replacements.truncate(from);
        self.replacements.moved(value, merged);
        match self.tape.at(merged) {
            JsonRef::Object(entries) => Some(entries.len()),
            _ => None,
        }
    }
}

/// Returns the key that the map's type reads, if it differs from the key that was sent.
fn read_key(rule: &KeyRule, key: &str) -> Result<Option<String>, Box<ErrorDetail>> {
    match rule {
        KeyRule::Text | KeyRule::Value(_) => Ok(None),
        KeyRule::Integer { signed } => match parse_digits(key) {
            Ok(digits) if *signed || !digits.starts_with('-') => {
                Ok((digits != key).then_some(digits))
            }
            _ => Err(Box::new(keys::integer(key, (0.to_string(), String::new())))),
        },
        KeyRule::Choice(choice) if choice.values.iter().any(|known| known == key) => Ok(None),
        KeyRule::Choice(choice) => Err(Box::new(not_among(choice))),
        KeyRule::Pattern(pattern) => {
            unmatched(pattern, key).map_or(Ok(None), |error| Err(Box::new(error)))
        }
    }
}

/// Returns the error for a wrong number of items. With `vague`, Pydantic stops counting at the limit and says "more".
fn broken_count(name: &str, limits: &Limits, count: usize, vague: bool) -> Option<ErrorDetail> {
    if let Some(most) = limits.max_items.filter(|most| count > *most) {
        return Some(too_long(name, most, (!vague).then_some(count)));
    }
    let least = limits.min_items.filter(|least| count < *least)?;
    Some(too_short(name, least, count))
}

/// Returns the error for a list that is too short.
pub(crate) fn too_short(name: &str, least: usize, count: usize) -> ErrorDetail {
    let s = if least == 1 { "" } else { "s" };
    let msg = format!("{name} should have at least {least} item{s} after validation, not {count}");
    ErrorDetail::new("too_short", Vec::new(), msg)
        .ctx("field_type", name)
        .ctx("min_length", least)
        .ctx("actual_length", count)
}

/// Returns the error for a list that is too long.
pub(crate) fn too_long(name: &str, most: usize, count: Option<usize>) -> ErrorDetail {
    let s = if most == 1 { "" } else { "s" };
    let not = count.map_or("more".to_owned(), |count| count.to_string());
    let msg = format!("{name} should have at most {most} item{s} after validation, not {not}");
    ErrorDetail::new("too_long", Vec::new(), msg)
        .ctx("field_type", name)
        .ctx("max_length", most)
        .ctx("actual_length", count)
}
