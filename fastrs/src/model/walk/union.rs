//! Unions: untagged, tagged by a field, and serde's externally tagged enums.

use super::{At, Walk};
use crate::model::detail::{ErrorDetail, clipped};
use crate::model::errors::Errors;
use crate::model::schema::Id;
use crate::model::tape::{JsonRef, NodeId, Tape};

type Members = [(String, Id)];

impl Walk<'_, '_> {
    /// Pydantic's smart union: who takes the value as it is, then who takes it converted; where
    /// nobody does, what each of them has against it.
    pub(super) fn union(&mut self, members: &Members, value: NodeId, at: At<'_>, out: &mut Errors) {
        let before = self.replacements.len();
        let was_exact = std::mem::replace(&mut self.exact, true);
        let mut all = members.iter();
        let as_it_is = all.any(|(_, member)| self.is_taken(*member, value, at));
        self.exact = was_exact;
        self.replacements.truncate(before);
        if as_it_is {
            return;
        }
        let mut all = members.iter();
        if !self.exact && all.any(|(_, member)| self.is_taken(*member, value, at)) {
            return;
        }
        for (label, member) in members {
            let loc = at.loc.key(label);
            self.check(*member, value, At { loc: &loc, ..at }, out);
            self.replacements.truncate(before);
        }
    }

    /// Whether a member takes the value; as what is kept then.
    fn is_taken(&mut self, member: Id, value: NodeId, at: At<'_>) -> bool {
        let before = self.replacements.len();
        let mut probe = Errors::probe();
        self.check(member, value, at, &mut probe);
        let is_taken = !probe.has_failed() && self.steps > 0;
        if !is_taken {
            self.replacements.truncate(before);
        }
        is_taken
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

    pub(super) fn external(
        &mut self,
        id: Id,
        (units, members, expected): (&[String], &Members, &str),
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        match self.tape.at(value) {
            JsonRef::Text(text) if units.iter().any(|unit| unit == text) => return,
            JsonRef::Object(mut entries) if entries.len() == 1 => {
                let found = entries.entry(self.tape).and_then(|(key, inner)| {
                    let key = self.tape.key(key);
                    let member = members.iter().find(|(name, _)| name == key);
                    member.map(|(name, member)| (name, *member, inner))
                });
                if let Some((name, member, inner)) = found {
                    let loc = at.loc.key(name);
                    return self.check(member, inner, at.child(&loc, at.strict), out);
                }
            }
            _ => {}
        }
        self.fail(id, value, at, out, || {
            ErrorDetail::new("enum", Vec::new(), format!("Input should be {expected}"))
                .ctx("expected", expected)
        });
    }
}

/// A tag as Python prints it.
fn python_text(tape: &Tape<'_>, tag: NodeId) -> String {
    match tape.at(tag) {
        JsonRef::Text(text) => clipped(text).into_owned(),
        JsonRef::Null => "None".to_owned(),
        JsonRef::Bool(true) => "True".to_owned(),
        JsonRef::Bool(false) => "False".to_owned(),
        JsonRef::Number(_) => tape.value(tag).to_string(),
        JsonRef::List(_) => "[..]".to_owned(),
        JsonRef::Object(_) => "{..}".to_owned(),
    }
}
