//! The choice of a union's member, as Pydantic's smart mode makes it.
//!
//! A union inside another one is walked for each member of the outer one. Its choice is therefore remembered; otherwise
//! the work would double with each level.

use super::fit::{Fit, Member};
use super::loc::Loc;
use super::{At, Walk};
use crate::model::errors::Errors;
use crate::model::schema::{Compiled, Id, Mode, Rule};
use crate::model::tape::{NodeId, Tape};

pub(super) type Members = [(String, Id)];

/// Returns the variants of an untagged enum that accept a value as it is, the best one first; none if the best one
/// would have to convert it. The choices made inside the value are written to the tape.
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
    let best = all.remove(best);
    all.insert(0, best);
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
        let key = (id, value, at.strict);
        // For a scalar, checking the members again is as fast as a lookup.
        let is_remembered = at.limits.is_none() && self.tape.has_contents(value);
        if is_remembered && let Some(known) = self.chosen.get(&key) {
            return *known;
        }
        let all = self.accepting(members, value, at);
        let best = best_of(&all).map(|best| all[best]);
        if is_remembered {
            self.chosen.insert(key, best);
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
