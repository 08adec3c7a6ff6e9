//! The findings from the validation of a decoded value.

use std::fmt::Display;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Model;
use super::constraints::Constraints;
use super::detail::{ErrorDetail, LocItem};
use super::errors::Errors;
use super::schema::{Compiled, Mode};
use crate::schema::TypeSchema;

/// Collects the findings of [`Model::validate`](super::Model::validate).
///
/// It does not allocate until something is wrong: the location of a value is a linked list on the stack. A violated
/// constraint is only recorded ([`fail`](Self::fail)); its details come from a second pass over the JSON. The message
/// of a custom validator is kept with its location.
///
/// ```
/// use fastrs::{LocItem, Report};
///
/// let mut report = Report::new();
/// report.at_field("owner", |report| {
///     report.at_field("age", |report| report.custom("too young".to_owned()));
/// });
/// assert!(!report.is_valid());
/// let loc: Vec<LocItem> = vec!["owner".into(), "age".into()];
/// assert_eq!(report.into_custom(), [(loc, "too young".to_owned())]);
/// ```
#[derive(Debug, Default)]
pub struct Report<'a> {
    step: Option<Step<'a>>,
    failed: bool,
    findings: Vec<(Vec<LocItem>, Finding)>,
}

/// A finding that a second pass over the JSON would not reproduce.
#[derive(Debug)]
pub(crate) enum Finding {
    /// The message of a custom validator.
    Custom(String),
    /// An error in the key of a map.
    Key(Box<ErrorDetail>),
}

impl Report<'_> {
    /// Creates an empty report on a whole value.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reports on the field `name` (its name on the wire).
    #[inline]
    pub fn at_field(&mut self, name: &'static str, f: impl FnOnce(&mut Report<'_>)) {
        self.at(PathItem::Field(name), f);
    }

    /// Reports on an item of a list.
    #[inline]
    pub fn at_index(&mut self, index: usize, f: impl FnOnce(&mut Report<'_>)) {
        self.at(PathItem::Index(index), f);
    }

    /// Reports on a value of a map.
    pub fn at_key<K: Serialize>(&mut self, key: &K, f: impl FnOnce(&mut Report<'_>)) {
        self.at(PathItem::Key(key), f);
    }

    /// Reports on a key of a map. The map's schema does not include the constraints of its keys.
    pub(super) fn check_key<K: Serialize + JsonSchema + Model>(&mut self, key: &K) {
        self.at(PathItem::Key(key), |report| {
            report.at(PathItem::Field("[key]"), |report| {
                key.validate(report);
                if report.failed && report.findings.is_empty() {
                    report.refuse_key(&key.key_text(), TypeSchema::of::<K>());
                }
            });
        });
    }

    #[cold]
    fn refuse_key(&mut self, text: &str, of: TypeSchema) {
        let value = Value::from(text);
        let mut errors = Errors::new();
        let limits = &Constraints::NONE;
        Compiled::of_type(of).diagnose(&value, limits, Mode::Text, &[], &mut errors);
        for detail in errors.into_vec() {
            self.find(Finding::Key(detail.input(value.clone()).into()));
        }
    }

    /// Records that a constraint is violated.
    pub fn fail(&mut self) {
        self.failed = true;
    }

    /// Records the message of a custom validator.
    pub fn custom(&mut self, message: String) {
        self.find(Finding::Custom(message));
    }

    #[cold]
    fn find(&mut self, finding: Finding) {
        self.failed = true;
        let mut loc = Vec::new();
        let mut step = self.step.as_ref();
        while let Some(Step { item, up }) = step {
            loc.push(item.to_item());
            step = up.step.as_ref();
        }
        loc.reverse();
        self.findings.push((loc, finding));
    }

    /// Records the result of a custom validator.
    pub fn outcome<E: Display>(&mut self, result: Result<(), E>) {
        if let Err(error) = result {
            self.custom(error.to_string());
        }
    }

    /// Returns whether nothing was found.
    pub fn is_valid(&self) -> bool {
        !self.failed
    }

    /// Returns the messages of the custom validators, each with its location.
    pub fn into_custom(self) -> Vec<(Vec<LocItem>, String)> {
        let mut custom = Vec::new();
        for (loc, finding) in self.findings {
            if let Finding::Custom(message) = finding {
                custom.push((loc, message));
            }
        }
        custom
    }

    /// Returns all findings, each with its location.
    pub(crate) fn into_findings(self) -> Vec<(Vec<LocItem>, Finding)> {
        self.findings
    }

    #[inline]
    fn at(&mut self, item: PathItem<'_>, f: impl FnOnce(&mut Report<'_>)) {
        let mut inner = Report {
            step: Some(Step { item, up: self }),
            failed: false,
            findings: Vec::new(),
        };
        f(&mut inner);
        let Report {
            failed, findings, ..
        } = inner;
        self.failed |= failed;
        if !findings.is_empty() {
            self.findings.extend(findings);
        }
    }
}

#[derive(Debug)]
struct Step<'a> {
    item: PathItem<'a>,
    up: &'a Report<'a>,
}

enum PathItem<'a> {
    Field(&'static str),
    Index(usize),
    Key(&'a dyn KeyText),
}

impl PathItem<'_> {
    fn to_item(&self) -> LocItem {
        match self {
            Self::Field(name) => (*name).into(),
            Self::Index(index) => (*index).into(),
            Self::Key(key) => LocItem::sent_key(&key.key_text()),
        }
    }
}

impl std::fmt::Debug for PathItem<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.to_item(), f)
    }
}

/// A map's key as JSON writes it; `Serialize` itself is not dyn-compatible.
trait KeyText {
    fn key_text(&self) -> String;
}

impl<T: Serialize> KeyText for T {
    fn key_text(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(text)) => text,
            Ok(other) => other.to_string(),
            Err(_) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_location_has_fields_indexes_and_keys() {
        let mut report = Report::new();
        report.at_field("a", |r| {
            r.at_index(3, |r| {
                r.at_key(&7, |r| r.at_key(&"k", |r| r.outcome(Err("no"))))
            });
            r.at_index(4, |r| r.outcome(Ok::<(), String>(())));
        });
        report.at_field("b", |r| r.fail());
        assert!(!report.is_valid());
        let loc: Vec<LocItem> = vec![
            "a".into(),
            3.into(),
            "7".to_owned().into(),
            "k".to_owned().into(),
        ];
        assert_eq!(report.into_custom(), [(loc, "no".to_owned())]);
    }
}
