//! Enums and literals: one of several constants.

use serde_json::Value;

use super::{At, Walk};
use crate::model::detail::ErrorDetail;
use crate::model::errors::Errors;
use crate::model::lax::number::parse_int;
use crate::model::number::Number;
use crate::model::schema::{Choice, Id, Mode};
use crate::model::tape::{JsonRef, NodeId};

impl Walk<'_, '_> {
    pub(super) fn choice(
        &mut self,
        id: Id,
        choice: &Choice,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        if choice.values.iter().any(|known| self.tape.is(value, known)) {
            return;
        }
        let text = self.tape.text(value);
        if text.is_some_and(|text| choice.aliases.iter().any(|alias| alias == text)) {
            return;
        }
        // Python's `Literal[1]` does not accept "1", but its enums do.
        let as_text = (!choice.literal || self.mode == Mode::Text) && !self.is_strict(at);
        let seen = self.tape.at(value);
        let mut values = choice.values.iter();
        if let Some(meant) = values.find(|known| is_same(known, seen, as_text)) {
            return self.replace(value, meant.clone());
        }
        self.fail(id, value, at, out, || not_among(choice));
    }
}

/// Returns the error for a value that is not one of an enum's.
pub(super) fn not_among(choice: &Choice) -> ErrorDetail {
    let kind = if choice.literal {
        "literal_error"
    } else {
        "enum"
    };
    let expected = choice.expected.as_str();
    ErrorDetail::new(kind, Vec::new(), format!("Input should be {expected}"))
        .ctx("expected", expected)
}

/// Returns whether two JSON values are the same number. With `as_text`, the second may be a string.
fn is_same(expected: &Value, value: JsonRef<'_>, as_text: bool) -> bool {
    let Some(expected) = Number::from_value(expected) else {
        return false;
    };
    let value = match value {
        JsonRef::Text(text) if as_text => parse_int(text).map(Number::Int),
        JsonRef::Number(number) => Some(number),
        _ => None,
    };
    value.is_some_and(|value| {
        value
            .partial_cmp(&expected)
            .is_some_and(|order| order.is_eq())
    })
}
