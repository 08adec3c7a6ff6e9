//! Unions: untagged, tagged by a field, and serde's externally tagged enums.

use super::loc::Loc;
use super::{At, Walk};
use crate::model::detail::{ErrorDetail, clipped};
use crate::model::errors::Errors;
use crate::model::schema::{Compiled, Id, Mode, Rule};
use crate::model::tape::{JsonRef, NodeId, Replacements, Tape, UnionId};

type Members = [(String, Id)];

/// How exactly a value matches, in Python, the type that it is read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exactness {
    /// The value is converted, for example a string to a date.
    Lax,
    /// Strict mode accepts it too, for example an integer as a float, or a dictionary as a model.
    Strict,
    #[default]
    Exact,
}

/// How well a value fits the schema that it is checked against.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Fit {
    exactness: Exactness,
    /// How many model fields were sent, if the value contains models.
    fields: Option<usize>,
}

/// A union's member that accepts a value.
struct Candidate {
    place: usize,
    fit: Fit,
    replacements: Replacements,
}

impl Fit {
    pub(super) fn lower(&mut self, exactness: Exactness) {
        self.exactness = self.exactness.min(exactness);
    }

    pub(super) fn add_fields(&mut self, count: usize) {
        *self.fields.get_or_insert(0) += count;
    }

    /// Returns whether no other fit can be better.
    fn is_best(self) -> bool {
        self.exactness == Exactness::Exact && self.fields.is_none()
    }

    /// Compares as pydantic does: more model fields, or otherwise the more exact type.
    fn is_better_than(self, other: Self) -> bool {
        match (self.fields, other.fields) {
            (Some(own), Some(others)) if own != others => own > others,
            _ => self.exactness > other.exactness,
        }
    }
}

/// Returns the variants of an untagged enum that accept a value as it is, the best one first; none if the best one
/// would have to convert it. The choices made inside the value are put onto the tape.
pub(in crate::model) fn choose(schema: &Compiled, tape: &mut Tape<'_>, value: NodeId) -> Vec<u32> {
    let root = schema.resolved(schema.root());
    let Rule::Union { members, .. } = &root.rule else {
        return vec![0];
    };
    let mut walk = Walk::new(schema, tape, Mode::Json);
    let loc = Loc::start(&[]);
    let at = At {
        loc: &loc,
        limits: None,
        strict: root.strict,
    };
    let (candidates, best) = walk.candidates(members, value, at);
    let Some(best) = best.filter(|best| candidates[*best].replacements.is_empty()) else {
        return Vec::new();
    };
    let mut variants = vec![candidates[best].place as u32];
    for (i, mut candidate) in candidates.into_iter().enumerate() {
        if candidate.replacements.is_empty() {
            tape.replace(&mut candidate.replacements, 0);
            if i != best {
                variants.push(candidate.place as u32);
            }
        }
    }
    variants
}

impl Walk<'_, '_> {
    /// Walks pydantic's smart union: takes the member that fits best or, if none does, adds the errors of each member.
    pub(super) fn union(
        &mut self,
        members: &Members,
        of: Option<UnionId>,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        let (mut candidates, best) = self.candidates(members, value, at);
        if let Some(best) = best {
            let best = candidates.swap_remove(best);
            self.replacements.append(best.replacements);
            if let Some(of) = of {
                self.replacements.variant(value, of, best.place as u32);
            }
            self.fit.lower(best.fit.exactness);
            if let Some(fields) = best.fit.fields {
                self.fit.add_fields(fields);
            }
            return;
        }
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

    /// Collects the members that accept the value, and finds the one that fits best.
    fn candidates(
        &mut self,
        members: &Members,
        value: NodeId,
        at: At<'_>,
    ) -> (Vec<Candidate>, Option<usize>) {
        let (outer, before) = ((self.fit, self.is_choosing), self.replacements.len());
        self.is_choosing = true;
        let (mut all, mut best) = (Vec::<Candidate>::new(), None);
        for (place, (_, member)) in members.iter().enumerate() {
            self.fit = Fit::default();
            let mut probe = Errors::probe();
            self.check(*member, value, at, &mut probe);
            let replacements = self.replacements.split_off(before);
            if probe.has_failed() || self.steps == 0 {
                continue;
            }
            let fit = self.fit;
            if best.is_none_or(|best: usize| fit.is_better_than(all[best].fit)) {
                best = Some(all.len());
            }
            all.push(Candidate {
                place,
                fit,
                replacements,
            });
            if fit.is_best() {
                break;
            }
        }
        (self.fit, self.is_choosing) = outer;
        (all, best)
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

/// Returns a tag as Python prints it.
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
