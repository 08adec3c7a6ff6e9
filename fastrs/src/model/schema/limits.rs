//! The constraints of one node, in the form in which they are checked.

use serde_json::{Map, Value};

use crate::model::constraints::Constraints;
use crate::model::number::Number;
use crate::model::pattern::{self, Regex};
use crate::schema::hints;

/// The constraints of a node or of an argument.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Limits {
    pub(in crate::model) ge: Option<Number>,
    pub(in crate::model) gt: Option<Number>,
    pub(in crate::model) le: Option<Number>,
    pub(in crate::model) lt: Option<Number>,
    pub(in crate::model) multiple_of: Option<Number>,
    pub(in crate::model) max_digits: Option<u32>,
    pub(in crate::model) decimal_places: Option<u32>,
    pub(in crate::model) min_length: Option<usize>,
    pub(in crate::model) max_length: Option<usize>,
    pub(in crate::model) pattern: Option<Pattern>,
    pub(in crate::model) min_items: Option<usize>,
    pub(in crate::model) max_items: Option<usize>,
    pub(in crate::model) unique: bool,
    /// Whether any of them is stated.
    pub(in crate::model) is_stated: bool,
    /// A number that is strictly between these floats is certainly within the bounds.
    within: Option<(f64, f64)>,
}

/// A pattern as written.
#[derive(Clone, Debug)]
pub(in crate::model) struct Pattern {
    pub(in crate::model) text: String,
    /// `None` if the pattern is invalid, in which case anything matches. An app that declares an invalid pattern does
    /// not start, so this pattern comes from another crate's type, which checks its values itself.
    regex: Option<Regex>,
}

impl Limits {
    /// Returns the limits that a schema states.
    pub(super) fn of_schema(schema: &Map<String, Value>) -> Self {
        let number = |key| schema.get(key).and_then(Number::from_value);
        let count = |key: &str| {
            let count = schema.get(key)?.as_u64()?;
            usize::try_from(count).ok()
        };
        let digits = |key| count(key).and_then(|count| u32::try_from(count).ok());
        let limits = Self {
            ge: number("minimum"),
            gt: number("exclusiveMinimum"),
            le: number("maximum"),
            lt: number("exclusiveMaximum"),
            multiple_of: number("multipleOf"),
            max_digits: digits(hints::MAX_DIGITS),
            decimal_places: digits(hints::DECIMAL_PLACES),
            min_length: count("minLength"),
            max_length: count("maxLength"),
            pattern: schema
                .get("pattern")
                .and_then(Value::as_str)
                .map(Pattern::new),
            min_items: count("minItems").or_else(|| count("minProperties")),
            max_items: count("maxItems").or_else(|| count("maxProperties")),
            unique: schema.get(hints::UNIQUE).is_some_and(|u| u == true),
            is_stated: false,
            within: None,
        };
        limits.looked_at()
    }

    /// Returns the limits of an argument.
    pub(in crate::model) fn of_constraints(c: &Constraints) -> Self {
        let limits = Self {
            ge: c.ge,
            gt: c.gt,
            le: c.le,
            lt: c.lt,
            multiple_of: c.multiple_of,
            max_digits: c.max_digits,
            decimal_places: c.decimal_places,
            min_length: c.min_length,
            max_length: c.max_length,
            pattern: c.pattern.map(Pattern::of_literal),
            min_items: c.min_items,
            max_items: c.max_items,
            unique: c.unique,
            is_stated: false,
            within: None,
        };
        limits.looked_at()
    }

    fn looked_at(mut self) -> Self {
        let digits = self.max_digits.is_some() || self.decimal_places.is_some();
        let counts = self.min_items.is_some() || self.max_items.is_some();
        self.is_stated = self.is_constrained() || digits || counts || self.unique;
        if self.multiple_of.is_none() {
            let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
            for bound in [self.ge, self.gt].into_iter().flatten() {
                least = least.max(bound.to_f64());
            }
            for bound in [self.le, self.lt].into_iter().flatten() {
                most = most.min(bound.to_f64());
            }
            self.within = Some((least, most));
        }
        self
    }

    /// Returns whether a number, given as its nearest float, is certainly within the bounds: if it is strictly between
    /// the bounds' nearest floats, it is between the bounds.
    #[inline]
    pub(in crate::model) fn is_certainly_within(&self, number: f64) -> bool {
        self.within
            .is_some_and(|(least, most)| least < number && number < most)
    }

    /// Returns whether a string's length is certainly allowed, since a character has one to four bytes.
    #[inline]
    pub(in crate::model) fn certainly_fits(&self, text: &str) -> bool {
        let bytes = text.len();
        self.min_length.is_none_or(|least| bytes / 4 >= least)
            && self.max_length.is_none_or(|most| bytes <= most)
    }

    /// Returns whether a union's member would be called `constrained-..`.
    pub(super) fn is_constrained(&self) -> bool {
        let numbers = [self.ge, self.gt, self.le, self.lt, self.multiple_of];
        numbers.iter().any(Option::is_some)
            || self.min_length.is_some()
            || self.max_length.is_some()
            || self.pattern.is_some()
    }
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            regex: pattern::compile(text).ok(),
        }
    }

    /// Returns the pattern of an argument, which is already compiled.
    fn of_literal(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            regex: pattern::shared(text),
        }
    }

    pub(in crate::model) fn matches(&self, text: &str) -> bool {
        self.regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}
