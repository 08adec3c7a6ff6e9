//! Values with the variables that they came from, merged from several sources.

use std::fmt;

use serde_json::{Map, Value};

use crate::model::LocItem;

/// Where a variable was found.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    Environment,
    /// A line of a `.env` file.
    Line(String, usize),
    /// A file in the folder of secrets.
    File(String),
    /// [`Sources::vars`](super::Sources::vars).
    Given,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str(" in the environment"),
            Self::Line(file, number) => write!(f, " in `{file}`, line {number},"),
            Self::File(path) => write!(f, " in `{path}`"),
            Self::Given => Ok(()),
        }
    }
}

/// A variable, and where it was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) variable: String,
    pub(super) origin: Origin,
}

/// A value that variables have set.
pub(super) enum Merged {
    Value(Value, Found),
    /// Its text could not be read, which is already reported.
    Unreadable,
    /// A struct, whose fields may come from different sources.
    Struct(Vec<(String, Merged)>),
}

impl Merged {
    /// Merges the fields of two structs; any other value replaces the `lower` one.
    pub(super) fn over(self, lower: Option<Self>) -> Self {
        let (higher, mut lower) = match (self, lower) {
            (Self::Struct(higher), Some(Self::Struct(lower))) => (higher, lower),
            (higher, _) => return higher,
        };
        for (key, value) in higher {
            let below = lower.iter().position(|(other, _)| *other == key);
            let below = below.map(|index| lower.swap_remove(index).1);
            let value = value.over(below);
            lower.push((key, value));
        }
        Self::Struct(lower)
    }

    /// Returns the value as JSON, without what could not be read.
    pub(super) fn to_value(&self) -> Option<Value> {
        match self {
            Self::Value(value, _) => Some(value.clone()),
            Self::Unreadable => None,
            Self::Struct(fields) => {
                let mut object = Map::new();
                for (key, value) in fields {
                    object.extend(value.to_value().map(|value| (key.clone(), value)));
                }
                Some(object.into())
            }
        }
    }

    /// Returns the value, or the values of all fields, without their names.
    pub(super) fn values(&self) -> Value {
        match self {
            Self::Value(value, _) => value.clone(),
            Self::Unreadable => Value::Null,
            Self::Struct(fields) => fields.iter().map(|(_, value)| value.values()).collect(),
        }
    }

    /// Returns the value that contains a location.
    pub(super) fn at(&self, loc: &[LocItem]) -> Option<&Self> {
        match (self, loc) {
            (Self::Struct(fields), [LocItem::Key(key), rest @ ..]) => {
                let field = fields.iter().find(|(other, _)| other == key);
                field.and_then(|(_, value)| value.at(rest))
            }
            (Self::Struct(_), [_, ..]) => None,
            (value, _) => Some(value),
        }
    }
}
