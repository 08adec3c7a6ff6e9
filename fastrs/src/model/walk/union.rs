//! Unions: untagged, tagged by a field, and serde's externally tagged enums.

use super::choose::Members;
use super::{At, Walk};
use crate::model::detail::{ErrorDetail, clipped};
use crate::model::errors::Errors;
use crate::model::schema::{Id, Rule, python_repr};
use crate::model::tape::{JsonRef, NodeId, Tape, UnionId};

impl Walk<'_, '_> {
    /// Walks Pydantic's smart union: takes the member that fits best or, if none does, adds the errors of each member.
    pub(super) fn union(
        &mut self,
        id: Id,
        (members, of): (&Members, Option<UnionId>),
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        let best = self.best_member(id, members, value, at);
        match (best, self.is_choosing) {
            // An enclosing union needs only the fit.
            (Some(best), true) => self.fit.include(best.fit),
            (None, true) => out.fail(),
            (Some(best), false) => {
                self.check(members[best.place].1, value, at, out);
                if let Some(of) = of {
                    self.replacements.variant(value, of, best.place as u32);
                }
            }
            (None, false) => self.errors_of_members(members, value, at, out),
        }
    }

    fn errors_of_members(
        &mut self,
        members: &Members,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        let before = self.replacements.len();
        for (label, member) in members {
            if matches!(self.schema.resolved(*member).rule, Rule::Null) {
                // Pydantic does not mention that the value may be null.
                continue;
            }
            let loc = at.loc.key(label);
            self.check(*member, value, At { loc: &loc, ..at }, out);
            self.replacements.truncate(before);
        }
    }

    /// Walks an optional flattened value, if any part of it was sent.
    pub(super) fn optional(
        &mut self,
        inner: Id,
        names: &[String],
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        let mut names = names.iter();
        if names.any(|name| self.tape.get(value, name).is_some()) {
            self.check(inner, value, at, out);
        }
    }

    pub(super) fn tagged(
        &mut self,
        id: Id,
        (tag, members, expected): (&str, &Members, &str),
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        if self.as_object(id, value, at, out).is_none() {
            return;
        }
        let discriminator = || format!("'{tag}'");
        let Some(found) = self.tape.get(value, tag) else {
            return self.fail(id, value, at, out, || {
                let discriminator = discriminator();
                let msg = format!("Unable to extract tag using discriminator {discriminator}");
                ErrorDetail::new("union_tag_not_found", Vec::new(), msg)
                    .ctx("discriminator", discriminator)
            });
        };
        let tag_text = self.tape.text(found);
        let mut all = members.iter();
        let member = all.find(|(name, _)| tag_text == Some(name));
        let Some((name, member)) = member else {
            return self.fail(id, value, at, out, || {
                let (found, discriminator) = (python_text(self.tape, found), discriminator());
                let msg = format!(
                    "Input tag '{found}' found using {discriminator} does not match any of the expected tags: {expected}"
                );
                ErrorDetail::new("union_tag_invalid", Vec::new(), msg)
                    .ctx("discriminator", discriminator)
                    .ctx("tag", found)
                    .ctx("expected_tags", expected)
            });
        };
        let loc = at.loc.key(name);
        self.check(*member, value, At { loc: &loc, ..at }, out);
    }

    /// Returns the only variant whose name an object has, with its content.
    pub(super) fn only_variant<'m>(
        &self,
        members: &'m Members,
        flattened: bool,
        value: NodeId,
    ) -> Option<(&'m str, Id, NodeId)> {
        let JsonRef::Object(mut entries) = self.tape.at(value) else {
            return None;
        };
        if entries.len() != 1 && !flattened {
            return None;
        }
        let mut only = None;
        while let Some((key, content)) = entries.entry(self.tape) {
            let key = self.tape.key(key);
            if let Some((name, member)) = members.iter().find(|(name, _)| name == key)
                && only.replace((&**name, *member, content)).is_some()
            {
                return None;
            }
        }
        only
    }

    pub(super) fn external(
        &mut self,
        id: Id,
        (units, expected): (&[String], &str),
        variant: Option<(&str, Id, NodeId)>,
        (value, at): (NodeId, At<'_>),
        out: &mut Errors,
    ) {
        match (self.tape.at(value), variant) {
            (JsonRef::Text(text), _) if units.iter().any(|unit| unit == text) => {}
            (_, Some((name, member, content))) => {
                let loc = at.loc.key(name);
                self.check(member, content, at.child(&loc, at.strict), out);
            }
            _ => self.fail(id, value, at, out, || {
                ErrorDetail::new("enum", Vec::new(), format!("Input should be {expected}"))
                    .ctx("expected", expected)
            }),
        }
    }
}

/// Returns a tag as Python prints it.
fn python_text(tape: &Tape<'_>, tag: NodeId) -> String {
    const MOST: usize = 1024;
    match tape.at(tag) {
        JsonRef::Text(text) => clipped(text).into_owned(),
        JsonRef::List(_) if tape.value_within(tag, MOST).is_none() => "[..]".to_owned(),
        JsonRef::Object(_) if tape.value_within(tag, MOST).is_none() => "{..}".to_owned(),
        _ => clipped(&python_repr(&tape.value(tag))).into_owned(),
    }
}
