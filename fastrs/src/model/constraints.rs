//! The constraints of an argument or a field, declared once for both the schema and the check.

use schemars::Schema;
use serde_json::{Map, Value};

use super::number::Number;
use super::pattern;
use crate::schema::hints;

/// The rules for a value, as in `#[query(ge = 1)]` and `#[field(max_length = 80)]`.
///
/// Constraints are cheap to copy and can be made in `const` context; the macros put them in statics.
///
/// ```
/// use fastrs::model::{Constrain, Constraints, Number};
///
/// const PAGE: Constraints = Constraints::new().ge(Number::Int(1)).le(Number::Int(100));
/// assert!(7.satisfies(&PAGE));
/// assert!(!101.satisfies(&PAGE));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Constraints {
    pub(super) ge: Option<Number>,
    pub(super) gt: Option<Number>,
    pub(super) le: Option<Number>,
    pub(super) lt: Option<Number>,
    pub(super) multiple_of: Option<Number>,
    pub(super) max_digits: Option<u32>,
    pub(super) decimal_places: Option<u32>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) pattern: Option<&'static str>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) unique: bool,
}

/// A trait that no string type implements, so that the compiler names the missing feature.
#[cfg(not(feature = "regex"))]
#[diagnostic::on_unimplemented(
    message = "`pattern` needs the feature `regex` of fastrs",
    label = "regular expressions are not enabled",
    note = "`cargo add fastrs --features regex`"
)]
pub trait Regex: Copy {}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(mut self, $name: $type) -> Self {
            self.$name = Some($name);
            self
        }
    )*};
}

impl Constraints {
    /// Returns the minimum and the maximum number of items.
    #[cfg(feature = "multipart")]
    pub(crate) const fn item_counts(&self) -> (Option<usize>, Option<usize>) {
        (self.min_items, self.max_items)
    }

    /// No constraints.
    pub const NONE: Self = Self::new();

    /// Creates constraints that any value satisfies.
    pub const fn new() -> Self {
        Self {
            ge: None,
            gt: None,
            le: None,
            lt: None,
            multiple_of: None,
            max_digits: None,
            decimal_places: None,
            min_length: None,
            max_length: None,
            pattern: None,
            min_items: None,
            max_items: None,
            unique: false,
        }
    }

    setters! {
        /// Requires at least this number.
        ge: Number,
        /// Requires more than this number.
        gt: Number,
        /// Requires at most this number.
        le: Number,
        /// Requires less than this number.
        lt: Number,
        /// Requires a multiple of this number.
        multiple_of: Number,
        /// Allows at most this many digits in total (of a decimal).
        max_digits: u32,
        /// Allows at most this many digits after the point (of a decimal).
        decimal_places: u32,
        /// Requires at least this many characters.
        min_length: usize,
        /// Allows at most this many characters.
        max_length: usize,
        /// Requires at least this many items.
        min_items: usize,
        /// Allows at most this many items.
        max_items: usize,
    }

    /// Requires a match of a regular expression anywhere in the text.
    #[cfg(feature = "regex")]
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// Requires a match of a regular expression, which needs the feature `regex`.
    #[cfg(not(feature = "regex"))]
    #[must_use]
    pub const fn pattern(self, _: impl Regex) -> Self {
        self
    }

    /// Requires all items to differ.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Returns whether there are no constraints.
    pub const fn is_empty(&self) -> bool {
        !self.has_numeric()
            && !self.has_digits()
            && !self.has_textual()
            && !self.has_item_counts()
            && !self.unique
    }

    /// Writes the constraints into a schema, under JSON Schema's names.
    ///
    /// In a nullable schema (`anyOf` with `null`), the other branch is constrained.
    pub fn apply(&self, schema: &mut Schema) {
        if !self.is_empty() {
            self.apply_to(schema.ensure_object());
        }
    }

    /// Returns what is wrong with the pattern, if it is not a regular expression. It is checked when the app starts.
    pub fn pattern_error(&self) -> Option<String> {
        pattern::error(self.pattern?)
    }

    pub(super) const fn has_numeric(&self) -> bool {
        self.ge.is_some()
            || self.gt.is_some()
            || self.le.is_some()
            || self.lt.is_some()
            || self.multiple_of.is_some()
    }

    pub(super) const fn has_digits(&self) -> bool {
        self.max_digits.is_some() || self.decimal_places.is_some()
    }

    pub(super) const fn has_textual(&self) -> bool {
        self.min_length.is_some() || self.max_length.is_some() || self.pattern.is_some()
    }

    /// Returns whether a length is allowed.
    pub(super) fn has_length(&self, length: usize) -> bool {
        self.min_length.is_none_or(|least| length >= least)
            && self.max_length.is_none_or(|most| length <= most)
    }

    pub(super) const fn has_item_counts(&self) -> bool {
        self.min_items.is_some() || self.max_items.is_some()
    }

    fn apply_to(&self, schema: &mut Map<String, Value>) {
        if let Some(branch) = non_null_branch(schema) {
            return self.apply_to(branch);
        }
        let is_object = has_type(schema, "object");
        let (least, most) = if is_object {
            ("minProperties", "maxProperties")
        } else {
            ("minItems", "maxItems")
        };
        let count = |count: usize| Value::from(count);
        let mut bounds: Vec<Value> = Vec::new();
        for (bound, name) in [(self.ge, "minimum"), (self.le, "maximum")] {
            if bound.is_some() {
                bounds.push(name.into());
            }
        }
        // A number with a format has a fixed size: `uint8`, for example, implies bounds.
        let are_implied = schema.contains_key("format") && !bounds.is_empty();
        let entries = [
            ("minimum", self.ge.map(Number::to_value)),
            ("exclusiveMinimum", self.gt.map(Number::to_value)),
            ("maximum", self.le.map(Number::to_value)),
            ("exclusiveMaximum", self.lt.map(Number::to_value)),
            (hints::BOUNDS, are_implied.then(|| bounds.into())),
            ("multipleOf", self.multiple_of.map(Number::to_value)),
            ("minLength", self.min_length.map(count)),
            ("maxLength", self.max_length.map(count)),
            ("pattern", self.pattern.map(Value::from)),
            (hints::PATTERN_ERROR, self.pattern_error().map(Value::from)),
            (least, self.min_items.map(count)),
            (most, self.max_items.map(count)),
            ("uniqueItems", self.unique.then_some(Value::Bool(true))),
            (hints::UNIQUE, self.unique.then_some(Value::Bool(true))),
            (hints::MAX_DIGITS, self.max_digits.map(Value::from)),
            (hints::DECIMAL_PLACES, self.decimal_places.map(Value::from)),
        ];
        for (key, value) in entries {
            if let Some(value) = value {
                schema.insert(key.to_owned(), value);
            }
        }
    }
}

/// Returns the branch of `anyOf: [.., null]` that is not null.
fn non_null_branch(schema: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    let branches = schema.get_mut("anyOf")?.as_array_mut()?;
    if branches.len() != 2 {
        return None;
    }
    let null = branches
        .iter()
        .position(|branch| branch.get("type").is_some_and(|t| t == "null"))?;
    branches[1 - null].as_object_mut()
}

fn has_type(schema: &Map<String, Value>, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(many)) => many.iter().any(|one| one == name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::json_schema;
    use serde_json::json;

    const C: Constraints = Constraints::new()
        .ge(Number::Int(1))
        .lt(Number::Float(2.5))
        .multiple_of(Number::Float(1.0));

    #[test]
    fn numbers_are_written_as_intended() {
        let mut schema = json_schema!({"type": ["integer", "null"], "minimum": 0});
        C.apply(&mut schema);
        let expected = json!({"type": ["integer", "null"], "minimum": 1, "exclusiveMaximum": 2.5, "multipleOf": 1});
        assert_eq!(schema.to_value(), expected);
    }

    #[test]
    fn a_bound_is_distinguished_from_the_types_own() {
        let mut schema =
            json_schema!({"type": "integer", "format": "uint8", "minimum": 0, "maximum": 255});
        Constraints::new().ge(Number::Int(0)).apply(&mut schema);
        assert_eq!(schema.to_value()["x-fastrs-bounds"], json!(["minimum"]));
    }

    #[test]
    fn a_nullable_reference_is_constrained_in_its_branch() {
        let mut schema = json_schema!({"anyOf": [{"$ref": "#/$defs/Age"}, {"type": "null"}]});
        Constraints::new().max_length(3).apply(&mut schema);
        let expected =
            json!({"anyOf": [{"$ref": "#/$defs/Age", "maxLength": 3}, {"type": "null"}]});
        assert_eq!(schema.to_value(), expected);
    }

    #[test]
    fn items_of_a_map_are_properties() {
        let mut schema = json_schema!({"type": "object"});
        Constraints::new()
            .min_items(1)
            .max_items(2)
            .apply(&mut schema);
        let expected = json!({"type": "object", "minProperties": 1, "maxProperties": 2});
        assert_eq!(schema.to_value(), expected);
    }

    #[test]
    fn no_constraints_add_no_keywords() {
        assert!(Constraints::NONE.is_empty() && !C.is_empty());
        let mut schema = Schema::from(true);
        Constraints::NONE.apply(&mut schema);
        assert_eq!(schema.to_value(), json!(true));
    }

    #[cfg(feature = "regex")]
    #[test]
    fn a_pattern_is_a_regular_expression() {
        assert!(Constraints::new().pattern("(").pattern_error().is_some());
        assert!(Constraints::new().pattern("^a+$").pattern_error().is_none());
    }
}
