//! The choice of a union's member, as pydantic's smart mode makes it.
//!
//! A union inside another one is walked for each member of the outer one. Its choice is therefore remembered; otherwise
//! the work would double with each level.

use super::loc::Loc;
use super::{At, Walk};
use crate::model::errors::Errors;
use crate::model::schema::{Compiled, Id, Mode, Rule};
use crate::model::tape::{NodeId, Tape};

pub(super) type Members = [(String, Id)];

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
    fields: Option<u32>,
}

/// A union's member that accepts a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) place: usize,
    pub(super) fit: Fit,
}

/// A union's node, the value for which it chooses a member, and whether the value must have exactly the expected type.
pub(super) type Asked = (Id, NodeId, bool);

impl Fit {
    pub(super) fn lower(&mut self, exactness: Exactness) {
        self.exactness = self.exactness.min(exactness);
    }

    pub(super) fn add_fields(&mut self, count: usize) {
        *self.fields.get_or_insert(0) += count as u32;
    }

    /// Takes the fit of a part into account.
    pub(super) fn include(&mut self, part: Self) {
        self.lower(part.exactness);
        if let Some(fields) = part.fields {
            *self.fields.get_or_insert(0) += fields;
        }
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
    let mut all = walk.accepting(members, value, at);
    let Some(best) = best_of(&all) else {
        return Vec::new();
    };
    all.swap(0, best);
    all[1..].sort_unstable_by_key(|member| member.place);
    let (mut variants, mut replacements) = (Vec::new(), Vec::new());
    for member in all {
        walk.check(members[member.place].1, value, at, &mut Errors::probe());
        let made = walk.replacements.split_off(0);
        if made.is_empty() && walk.steps > 0 {
            variants.push(member.place as u32);
            replacements.push(made);
        } else if variants.is_empty() {
            return variants;
        }
    }
    // The last choice for a value counts, so the best variant comes last.
    for mut made in replacements.into_iter().rev() {
        tape.replace(&mut made, 0);
    }
    variants
}

impl Walk<'_, '_> {
    /// Returns the member of a union that fits a value best.
    pub(super) fn best_member(
        &mut self,
        id: Id,
        members: &Members,
        value: NodeId,
        at: At<'_>,
    ) -> Option<Member> {
        let asked = (id, value, at.strict);
        // For a scalar, checking the members again is as fast as a lookup.
        let is_remembered = at.limits.is_none() && self.tape.has_contents(value);
        if is_remembered && let Some(known) = self.chosen.get(&asked) {
            return *known;
        }
        let all = self.accepting(members, value, at);
        let best = best_of(&all).map(|best| all[best]);
        if is_remembered {
            self.chosen.insert(asked, best);
        }
        best
    }

    /// Returns the members that accept a value.
    fn accepting(&mut self, members: &Members, value: NodeId, at: At<'_>) -> Vec<Member> {
        let (outer, before) = ((self.fit, self.is_choosing), self.replacements.len());
        self.is_choosing = true;
        let mut all = Vec::new();
        for (place, (_, member)) in members.iter().enumerate() {
            self.fit = Fit::default();
            let mut probe = Errors::probe();
            self.check(*member, value, at, &mut probe);
            self.replacements.truncate(before);
            if probe.has_failed() || self.steps == 0 {
                continue;
            }
            let fit = self.fit;
            all.push(Member { place, fit });
            if fit.is_best() {
                break;
            }
        }
        (self.fit, self.is_choosing) = outer;
        all
    }
}

/// Returns the index of the member that fits best: the first one of those that fit equally well.
fn best_of(all: &[Member]) -> Option<usize> {
    let mut best = None;
    for (index, member) in all.iter().enumerate() {
        if best.is_none_or(|best: usize| member.fit.is_better_than(all[best].fit)) {
            best = Some(index);
        }
    }
    best
}
