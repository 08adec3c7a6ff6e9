//! Booleans, integers, floats and decimals.

use std::borrow::Cow;

use serde_json::Value;

use super::{At, Walk};
use crate::model::detail::ErrorDetail;
use crate::model::errors::Errors;
use crate::model::lax::decimal::{BrokenDigits, Decimal, DecimalError};
use crate::model::lax::number::{IntError, parse_bool, parse_float, parse_int};
use crate::model::number::{Number, int_value};
use crate::model::schema::Id;
use crate::model::tape::{JsonRef, NodeId};

const INT_TYPE: &str = "Input should be a valid integer";
const INT_PARSING: &str = "Input should be a valid integer, unable to parse string as an integer";
const INT_SIZE: &str = "Unable to parse input string as an integer, exceeded maximum size";
const INT_FRACTION: &str = "Input should be a valid integer, got a number with a fractional part";
const FLOAT_TYPE: &str = "Input should be a valid number";
const FLOAT_PARSING: &str = "Input should be a valid number, unable to parse string as a number";
const BOOL_TYPE: &str = "Input should be a valid boolean";
const BOOL_PARSING: &str = "Input should be a valid boolean, unable to interpret input";
const DECIMAL_TYPE: &str = "Decimal input should be an integer, float, string or Decimal object";
const FINITE: &str = "Input should be a finite number";

impl Walk<'_, '_> {
    pub(super) fn bool(&mut self, id: Id, value: NodeId, at: At<'_>, out: &mut Errors) {
        let type_error = ("bool_type", BOOL_TYPE);
        let parsing = ("bool_parsing", BOOL_PARSING);
        let read = match self.tape.at(value) {
            JsonRef::Bool(_) => return,
            _ if self.is_strict(at) => Err(type_error),
            JsonRef::Text(text) => parse_bool(text).ok_or(parsing),
            JsonRef::Number(number) if number == Number::Int(0) || number == Number::Float(0.0) => {
                Ok(false)
            }
            JsonRef::Number(number) if number == Number::Int(1) || number == Number::Float(1.0) => {
                Ok(true)
            }
            JsonRef::Number(number) if number.is_multiple_of(Number::Int(1)) => Err(parsing),
            _ => Err(type_error),
        };
        match read {
            Ok(read) => self.replace(value, Value::Bool(read)),
            Err((kind, msg)) => self.refuse(id, value, at, out, kind, msg),
        }
    }

    pub(super) fn integer(
        &mut self,
        id: Id,
        range: Option<(i128, i128)>,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        // Mostly it is what it should be.
        if let Some(int) = self.tape.int(value)
            && range.is_none_or(|(least, most)| (least..=most).contains(&int.into()))
            && surely_holds(at, int as f64)
        {
            return;
        }
        self.tape.parse_number(value);
        let strict = self.is_strict(at);
        let seen = self.tape.at(value);
        let is_int = matches!(seen, JsonRef::Number(Number::Int(_)));
        // To JSON Schema, and so to whoever reads the document, 5.0 is an integer.
        let is_whole =
            matches!(seen, JsonRef::Number(Number::Float(float)) if float.fract() == 0.0);
        let is_rounded = matches!(seen, JsonRef::Number(Number::Float(_)));
        let read = match seen {
            JsonRef::Number(number) if is_int || !strict => read_number(number),
            JsonRef::Number(number) if is_whole && !self.exact => read_number(number),
            _ if strict => Err(("int_type", INT_TYPE)),
            JsonRef::Bool(bool) => Ok(i128::from(bool)),
            JsonRef::Text(text) => match (parse_int(text), range) {
                (Ok(int), _) => Ok(int),
                (Err(IntError::NotANumber), _) => Err(("int_parsing", INT_PARSING)),
                // Beyond 128 bits, and so beyond the type: it is told by its bound.
                (Err(IntError::TooLarge { negative }), Some(_)) => {
                    Ok(if negative { i128::MIN } else { i128::MAX })
                }
                (Err(_), _) => Err(("int_parsing_size", INT_SIZE)),
            },
            _ => Err(("int_type", INT_TYPE)),
        };
        let int = match read {
            Ok(int) => int,
            Err((kind, msg)) => return self.refuse(id, value, at, out, kind, msg),
        };
        let number = Number::Int(int);
        let broken = broken_number(at, number);
        let broken = broken.or_else(|| {
            let (least, most) = range?;
            if int > most {
                return Some(Bound::AtMost(Number::Int(most)));
            }
            // serde_json reads a whole number below 64 bits as the nearest float, which is the bound itself.
            let is_below = int < least || (is_rounded && int == i128::from(i64::MIN));
            is_below.then_some(Bound::AtLeast(Number::Int(least)))
        });
        if let Some(bound) = broken {
            return self.fail(id, value, at, out, || bound.to_error(Number::to_value));
        }
        if !is_int {
            self.replace(value, int_value(int));
        }
    }

    pub(super) fn float(&mut self, id: Id, value: NodeId, at: At<'_>, out: &mut Errors) {
        self.tape.parse_number(value);
        // Mostly it is what it should be.
        if self
            .tape
            .float(value)
            .is_some_and(|float| surely_holds(at, float))
        {
            return;
        }
        let seen = self.tape.at(value);
        let read = match seen {
            JsonRef::Number(number) => Ok(number),
            _ if self.is_strict(at) => Err(("float_type", FLOAT_TYPE)),
            JsonRef::Bool(bool) => Ok(Number::Int(i128::from(bool))),
            JsonRef::Text(text) => match parse_float(text) {
                Some(float) if float.is_finite() => Ok(Number::Float(float)),
                // A number type that JSON can write takes no other.
                Some(_) => Err(("finite_number", FINITE)),
                None => Err(("float_parsing", FLOAT_PARSING)),
            },
            _ => Err(("float_type", FLOAT_TYPE)),
        };
        let is_number = matches!(seen, JsonRef::Number(_));
        let number = match read {
            Ok(number) => number,
            Err((kind, msg)) => return self.refuse(id, value, at, out, kind, msg),
        };
        let broken = broken_number(at, number);
        if let Some(bound) = broken {
            return self.fail(id, value, at, out, || {
                bound.to_error(Number::to_float_value)
            });
        }
        if !is_number {
            self.replace(value, number.to_float_value());
        }
    }

    pub(super) fn decimal(&mut self, id: Id, value: NodeId, at: At<'_>, out: &mut Errors) {
        let seen = self.tape.at(value);
        let is_text = matches!(seen, JsonRef::Text(_));
        let text = match seen {
            JsonRef::Text(text) => Cow::Borrowed(text),
            JsonRef::Number(_) => Cow::Owned(self.tape.value(value).to_string()),
            _ => return self.refuse(id, value, at, out, "decimal_type", DECIMAL_TYPE),
        };
        let decimal = match Decimal::parse(&text) {
            Ok(decimal) => decimal,
            Err(DecimalError::NotFinite) => {
                return self.refuse(id, value, at, out, "finite_number", FINITE);
            }
            Err(DecimalError::NotADecimal) => {
                let msg = "Input should be a valid decimal";
                return self.refuse(id, value, at, out, "decimal_parsing", msg);
            }
        };
        let digits =
            at.find(|limits| decimal.broken_digits(limits.max_digits, limits.decimal_places));
        if let Some(digits) = digits {
            return self.fail(id, value, at, out, || digits_error(digits));
        }
        let broken = broken(
            at,
            &|bound| decimal.is_multiple_of(Decimal::from_number(bound)),
            &|bound| decimal.partial_cmp(&Decimal::from_number(bound)),
        );
        if let Some(bound) = broken {
            return self.fail(id, value, at, out, || bound.to_error(Number::to_value));
        }
        if let Some(plain) = decimal
            .to_plain()
            .filter(|plain| is_text && *text != *plain)
        {
            self.replace(value, plain.into());
        }
    }
}

/// Whether two JSON values are the same number; `as_text`: the second perhaps as text.
pub(super) fn is_same(expected: &Value, value: JsonRef<'_>, as_text: bool) -> bool {
    let Some(expected) = Number::from_value(expected) else {
        return false;
    };
    let value = match value {
        JsonRef::Text(text) if as_text => parse_int(text).ok().map(Number::Int),
        JsonRef::Number(number) => Some(number),
        _ => None,
    };
    value.is_some_and(|value| {
        value
            .partial_cmp(&expected)
            .is_some_and(|order| order.is_eq())
    })
}

fn read_number(number: Number) -> Result<i128, (&'static str, &'static str)> {
    match number {
        Number::Int(int) => Ok(int),
        Number::Float(float) if float.fract() == 0.0 => Ok(float as i128),
        _ => Err(("int_from_float", INT_FRACTION)),
    }
}

/// A bound that a number breaks.
#[derive(Clone, Copy, Debug)]
enum Bound {
    MultipleOf(Number),
    AtMost(Number),
    Below(Number),
    AtLeast(Number),
    Above(Number),
}

/// Whether a number is seen to be within all bounds; if not, it may be all the same.
fn surely_holds(at: At<'_>, number: f64) -> bool {
    let broken = at.find(|limits| (!limits.surely_holds(number)).then_some(()));
    broken.is_none()
}

/// The first bound that a number breaks.
fn broken_number(at: At<'_>, number: Number) -> Option<Bound> {
    broken(at, &|bound| number.is_multiple_of(bound), &|bound| {
        number.partial_cmp(&bound)
    })
}

/// The first bound that is broken, in the order in which pydantic checks them.
fn broken(
    at: At<'_>,
    is_multiple: &dyn Fn(Number) -> bool,
    compare: &dyn Fn(Number) -> Option<std::cmp::Ordering>,
) -> Option<Bound> {
    at.find(|limits| {
        let multiple = limits.multiple_of.filter(|of| !is_multiple(*of));
        let unless = |bound: Option<Number>, fits: fn(std::cmp::Ordering) -> bool| {
            bound.filter(|bound| !compare(*bound).is_some_and(fits))
        };
        multiple
            .map(Bound::MultipleOf)
            .or_else(|| unless(limits.le, |order| order.is_le()).map(Bound::AtMost))
            .or_else(|| unless(limits.lt, |order| order.is_lt()).map(Bound::Below))
            .or_else(|| unless(limits.ge, |order| order.is_ge()).map(Bound::AtLeast))
            .or_else(|| unless(limits.gt, |order| order.is_gt()).map(Bound::Above))
    })
}

impl Bound {
    fn to_error(self, ctx: fn(Number) -> Value) -> ErrorDetail {
        let (kind, key, words, bound) = match self {
            Self::MultipleOf(of) => ("multiple_of", "multiple_of", "a multiple of", of),
            Self::AtMost(le) => ("less_than_equal", "le", "less than or equal to", le),
            Self::Below(lt) => ("less_than", "lt", "less than", lt),
            Self::AtLeast(ge) => ("greater_than_equal", "ge", "greater than or equal to", ge),
            Self::Above(gt) => ("greater_than", "gt", "greater than", gt),
        };
        let msg = format!("Input should be {words} {bound}");
        ErrorDetail::new(kind, Vec::new(), msg).ctx(key, ctx(bound))
    }
}

fn digits_error(broken: BrokenDigits) -> ErrorDetail {
    let (kind, key, most, noun, end) = match broken {
        BrokenDigits::InAll(most) => (
            "decimal_max_digits",
            "max_digits",
            most,
            "digit",
            " in total",
        ),
        BrokenDigits::Places(most) => (
            "decimal_max_places",
            "decimal_places",
            most,
            "decimal place",
            "",
        ),
        BrokenDigits::Whole(most) => {
            let end = " before the decimal point";
            ("decimal_whole_digits", "whole_digits", most, "digit", end)
        }
    };
    let s = if most == 1 { "" } else { "s" };
    let msg = format!("Decimal input should have no more than {most} {noun}{s}{end}");
    ErrorDetail::new(kind, Vec::new(), msg).ctx(key, most)
}
