//! How well a value fits a schema: the measure by which a union chooses its member.

use crate::model::schema::Id;
use crate::model::tape::NodeId;

/// How exactly a value matches the type that it is read as, by Python's rules.
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
pub(super) type ChoiceKey = (Id, NodeId, bool);

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
    pub(super) fn is_best(self) -> bool {
        self.exactness == Exactness::Exact && self.fields.is_none()
    }

    /// Compares as Pydantic does: more model fields, or otherwise the more exact type.
    pub(super) fn is_better_than(self, other: Self) -> bool {
        match (self.fields, other.fields) {
            (Some(own), Some(others)) if own != others => own > others,
            _ => self.exactness > other.exactness,
        }
    }
}
