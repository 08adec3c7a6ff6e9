//! The nodes that a schema is compiled to.

use std::collections::HashMap;

use serde_json::Value;

use super::limits::{Limits, Pattern};
use crate::model::tape::UnionId;

/// Searching fewer fields than this one by one is faster than hashing.
const FEW_FIELDS: usize = 12;

/// The index of a node among its schema's nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::model) struct Id(pub(super) usize);

/// The schema of a value.
#[derive(Clone, Debug)]
pub(in crate::model) struct Node {
    pub(in crate::model) rule: Rule,
    pub(in crate::model) limits: Limits,
    /// `null` is allowed as well.
    pub(in crate::model) nullable: bool,
    /// No lax conversions here or, for an object, in its fields.
    pub(in crate::model) strict: bool,
    /// The value is never echoed.
    pub(in crate::model) secret: bool,
    /// The value contains a secret.
    pub(in crate::model) holds_secret: bool,
}

/// The rule of a node, without its limits.
#[derive(Clone, Debug)]
pub(in crate::model) enum Rule {
    Anything,
    Nothing,
    Null,
    Bool,
    /// With the minimum and the maximum of the Rust type.
    Integer(Option<(i128, i128)>),
    /// `single` means 32 bits.
    Float {
        single: bool,
    },
    Decimal,
    Text(Format),
    /// A file of a form, of one of these media types.
    File(Vec<String>),
    Choice(Choice),
    List {
        items: Id,
        set: bool,
    },
    Tuple(Vec<Id>),
    Map {
        keys: KeyRule,
        values: Id,
    },
    Object(Object),
    /// A `$ref`.
    Same(Id),
    /// All of the parts. If the object is closed, the names are those that the parts declare.
    All(Vec<Id>, Option<Vec<String>>),
    /// Any of the members, each with Pydantic's name for it.
    Union {
        members: Vec<(String, Id)>,
        /// The untagged enum whose variants the members are.
        of: Option<UnionId>,
    },
    /// An optional flattened value, which counts as sent if one of these names was.
    Optional {
        inner: Id,
        names: Vec<String>,
    },
    /// The member that the tag, a field, names.
    Tagged {
        tag: String,
        members: Vec<(String, Id)>,
        expected: String,
    },
    /// serde's externally tagged enum: a name, or an object with one key. If the enum is flattened, the object may have
    /// other keys too.
    External {
        units: Vec<String>,
        members: Vec<(String, Id)>,
        expected: String,
        flattened: bool,
    },
}

/// The values of an enum.
#[derive(Clone, Debug)]
pub(in crate::model) struct Choice {
    pub(in crate::model) values: Vec<Value>,
    /// Aliases of the values.
    pub(in crate::model) aliases: Vec<String>,
    pub(in crate::model) expected: String,
    pub(in crate::model) literal: bool,
}

/// A struct's fields, in the order of their declaration.
#[derive(Clone, Debug)]
pub(in crate::model) struct Object {
    pub(in crate::model) fields: Vec<ObjectField>,
    /// The index of each field, by name.
    places: HashMap<String, usize>,
    /// The lengths of the names, as a set of 64 bits.
    lengths: u64,
    pub(in crate::model) closed: bool,
    /// The schema of other properties.
    pub(in crate::model) rest: Option<Id>,
}

#[derive(Clone, Debug)]
pub(in crate::model) struct ObjectField {
    pub(in crate::model) name: String,
    /// The field's aliases.
    pub(in crate::model) aliases: Vec<String>,
    pub(in crate::model) node: Id,
    pub(in crate::model) required: bool,
    /// The flattened `Option`s that the field is part of, and whether the field is required if any part of it is sent.
    pub(in crate::model) parts: Vec<(String, bool)>,
}

/// The schema of a map's keys.
#[derive(Clone, Debug)]
pub(in crate::model) enum KeyRule {
    Text,
    /// As a value of another schema.
    Value(Id),
    Integer {
        signed: bool,
    },
    Pattern(Pattern),
    Choice(Choice),
}

/// The format of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Format {
    Unspecified,
    /// With an offset from UTC.
    DateTime,
    /// Without an offset.
    NaiveDateTime,
    Date,
    Time,
    NaiveTime,
    Duration,
    Base64,
    Uuid,
    Email,
    Url {
        http: bool,
    },
    Ipv4,
    Ipv6,
    Ip,
}

impl Format {
    pub(super) fn of_schema(name: Option<&str>, http: bool) -> Self {
        match name {
            Some("date-time") => Self::DateTime,
            Some("partial-date-time") => Self::NaiveDateTime,
            Some("date") => Self::Date,
            Some("time") => Self::Time,
            Some("partial-time") => Self::NaiveTime,
            Some("duration") => Self::Duration,
            Some("uuid") => Self::Uuid,
            Some("email") => Self::Email,
            Some("uri") => Self::Url { http },
            Some("ipv4") => Self::Ipv4,
            Some("ipv6") => Self::Ipv6,
            Some("ip") => Self::Ip,
            _ => Self::Unspecified,
        }
    }
}

impl ObjectField {
    /// Returns all names of the field, its own first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .map(String::as_str)
    }

    /// Returns whether the field is read under this one of its names: the first that was sent, as with Pydantic's
    /// `AliasChoices`.
    pub(in crate::model) fn is_read_as(&self, name: &str, is_sent: impl Fn(&str) -> bool) -> bool {
        let mut names = self.names();
        names.find(|other| *other == name || is_sent(other)) == Some(name)
    }

    fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

/// Returns one of 64 bits for the length of a name.
fn length_bit(len: usize) -> u64 {
    1 << (len & 63)
}

impl Object {
    pub(super) fn new(fields: Vec<ObjectField>, closed: bool, rest: Option<Id>) -> Self {
        let mut places = HashMap::with_capacity(fields.len());
        let mut lengths = 0;
        for (place, field) in fields.iter().enumerate() {
            for name in field.names() {
                places.insert(name.to_owned(), place);
                lengths |= length_bit(name.len());
            }
        }
        Self {
            places,
            lengths,
            fields,
            closed,
            rest,
        }
    }

    /// Returns whether a field's name may have this length, which rules out most unknown names.
    #[inline]
    pub(in crate::model) fn has_length(&self, len: usize) -> bool {
        self.lengths & length_bit(len) != 0
    }

    /// Returns the field that has this name.
    pub(in crate::model) fn field(&self, name: &str) -> Option<&ObjectField> {
        self.fields.get(self.position(name, 0)?)
    }

    /// Returns the index of a field. Tries `next` first, since fields usually come in order.
    pub(in crate::model) fn position(&self, name: &str, next: usize) -> Option<usize> {
        if self
            .fields
            .get(next)
            .is_some_and(|field| field.name == name)
        {
            return Some(next);
        }
        if !self.has_length(name.len()) {
            return None;
        }
        if self.fields.len() < FEW_FIELDS {
            return self.fields.iter().position(|field| field.is_named(name));
        }
        self.places.get(name).copied()
    }
}

impl Node {
    pub(super) fn new(rule: Rule) -> Self {
        Self {
            rule,
            limits: Limits::default(),
            nullable: false,
            strict: false,
            secret: false,
            holds_secret: false,
        }
    }

    /// Returns the nodes that this one refers to.
    pub(super) fn children(&self) -> Vec<Id> {
        let mut children = Vec::new();
        match &self.rule {
            Rule::List { items: only, .. }
            | Rule::Map { values: only, .. }
            | Rule::Optional { inner: only, .. }
            | Rule::Same(only) => children.push(*only),
            Rule::Tuple(parts) | Rule::All(parts, _) => children.clone_from(parts),
            Rule::Object(object) => {
                for field in &object.fields {
                    children.push(field.node);
                }
                if let Some(rest) = object.rest {
                    children.push(rest);
                }
            }
            Rule::Union { members, .. }
            | Rule::Tagged { members, .. }
            | Rule::External { members, .. } => {
                for (_, member) in members {
                    children.push(*member);
                }
            }
            _ => {}
        }
        children
    }
}
