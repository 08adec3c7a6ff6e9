//! Booleans, integers, floats and decimals.

use std::borrow::Cow;

use serde_json::Value;

use super::fit::Exactness;
use super::{At, Walk};
use crate::model::detail::ErrorDetail;
use crate::model::errors::Errors;
use crate::model::lax::decimal::{BrokenDigits, Decimal, DecimalError};
use crate::model::lax::digits::{Digits, MAX_MANTISSA, Unfit};
use crate::model::lax::number::{IntError, parse_bool, parse_digits, parse_float};
use crate::model::number::{Number, is_multiple_of};
use crate::model::schema::Id;
use crate::model::tape::{JsonRef, NodeId};

const INT_TYPE: &str = "Input should be a valid integer";
pub(super) const INT_PARSING: &str =
    "Input should be a valid integer, unable to parse string as an integer";
pub(super) const INT_SIZE: &str =
    "Unable to parse input string as an integer, exceeded maximum size";
const INT_FRACTION: &str = "Input should be a valid integer, got a number with a fractional part";
const FLOAT_TYPE: &str = "Input should be a valid number";
const FLOAT_PARSING: &str = "Input should be a valid number, unable to parse string as a number";
const BOOL_TYPE: &str = "Input should be a valid boolean";
pub(super) const BOOL_PARSING: &str = "Input should be a valid boolean, unable to interpret input";
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
            JsonRef::Number(number) if is_i64(number) => Err(parsing),
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
        // Usually the value is valid already.
        if let Some(int) = self.tape.int(value)
            && range.is_none_or(|(least, most)| (least..=most).contains(&int.into()))
            && is_certainly_within(at, int as f64)
        {
            return;
        }
        self.tape.parse_number(value);
        let seen = self.tape.at(value);
        let long = self.tape.long_integer(value);
        let is_int = long.is_some() || matches!(seen, JsonRef::Number(Number::Int(_)));
        let digits = match seen {
            JsonRef::Number(_) if let Some(long) = long => Ok(Cow::Borrowed(long)),
            JsonRef::Number(Number::Int(int)) => Ok(int.to_string().into()),
            _ if self.is_strict(at) => Err(("int_type", INT_TYPE)),
            JsonRef::Number(Number::Float(float)) if float.fract() == 0.0 => {
                // Adding zero removes the sign of a negative zero.
                Ok(format!("{:.0}", float + 0.0).into())
            }
            JsonRef::Number(_) => Err(("int_from_float", INT_FRACTION)),
            JsonRef::Bool(bool) => Ok(u8::from(bool).to_string().into()),
            JsonRef::Text(text) => match parse_digits(text) {
                Ok(digits) => Ok(digits.into()),
                Err(IntError::NotANumber) => Err(("int_parsing", INT_PARSING)),
                Err(IntError::TooLong) => Err(("int_parsing_size", INT_SIZE)),
            },
            _ => Err(("int_type", INT_TYPE)),
        };
        let digits = match digits {
            Ok(digits) => digits,
            Err((kind, msg)) => return self.refuse(id, value, at, out, kind, msg),
        };
        let broken = broken_integer(&digits, range, at);
        if let Some(bound) = broken {
            return self.fail(id, value, at, out, || bound.to_error(Number::to_value));
        }
        if !is_int {
            self.fit.lower(Exactness::Lax);
            let digits = digits.into_owned();
            self.replacements.digits(self.tape, value, digits);
        }
    }

    pub(super) fn float(
        &mut self,
        id: Id,
        single: bool,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        self.tape.parse_number(value);
        // Usually the value is valid already.
        if !single
            && self
                .tape
                .float(value)
                .is_some_and(|float| is_certainly_within(at, float))
        {
            return;
        }
        let seen = self.tape.at(value);
        let read = match seen {
            JsonRef::Number(_) if single => {
                let single = self.tape.single(value).unwrap_or_default();
                Ok(Number::Float(single.into()))
            }
            JsonRef::Number(number) => Ok(number),
            _ if self.is_strict(at) => Err(("float_type", FLOAT_TYPE)),
            JsonRef::Bool(bool) => Ok(Number::Int(i128::from(bool))),
            JsonRef::Text(text) => {
                let float = match single {
                    true => parse_float::<f32>(text).map(f64::from),
                    false => parse_float(text),
                };
                float
                    .map(Number::Float)
                    .ok_or(("float_parsing", FLOAT_PARSING))
            }
            _ => Err(("float_type", FLOAT_TYPE)),
        };
        let read = read.and_then(|number| match number {
            // JSON cannot write a number that is not finite, so number types do not accept one.
            Number::Float(float) if !float.is_finite() => Err(("finite_number", FINITE)),
            number => Ok(number),
        });
        let is_number = matches!(seen, JsonRef::Number(_));
        let number = match read {
            Ok(number) => number,
            Err((kind, msg)) => return self.refuse(id, value, at, out, kind, msg),
        };
        let broken = match single {
            true => broken_single(at, number.to_f32()),
            false => broken_number(at, number),
        };
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
        let long = self.tape.long_integer(value);
        let text = match seen {
            JsonRef::Text(text) => Cow::Borrowed(text),
            JsonRef::Number(_) => match long {
                Some(digits) => digits.into(),
                None => self.tape.value(value).to_string().into(),
            },
            _ => return self.refuse(id, value, at, out, "decimal_type", DECIMAL_TYPE),
        };
        let decimal = match Digits::parse(&text) {
            Ok(decimal) => decimal,
            Err(DecimalError::NotFinite) => {
                return self.refuse(id, value, at, out, "finite_number", FINITE);
            }
            Err(DecimalError::NotADecimal) => {
                let msg = "Input should be a valid decimal";
                return self.refuse(id, value, at, out, "decimal_parsing", msg);
            }
        };
        let digits = at.find(|limits| decimal.broken(limits.max_digits, limits.decimal_places));
        if let Some(digits) = digits {
            return self.fail(id, value, at, out, || digits_error(digits));
        }
        let exact = decimal.value();
        let broken = broken(
            at,
            &|bound| exact.is_multiple_of(Decimal::from_number(bound)),
            &|bound| exact.partial_cmp(&Decimal::from_number(bound)),
        );
        if let Some(bound) = broken {
            return self.fail(id, value, at, out, || bound.to_error(Number::to_value));
        }
        match decimal.to_decimal_text() {
            // The type itself reads 64-bit numbers.
            Ok(_) if matches!(seen, JsonRef::Number(_)) && long.is_none() => {}
            Ok(decimal) if matches!(seen, JsonRef::Text(text) if text == decimal) => {}
            Ok(decimal) => self.replace(value, decimal.into()),
            Err(Unfit::Digits(digits)) => {
                self.fail(id, value, at, out, || digits_error(digits));
            }
            Err(unfit) => {
                let bound = match unfit {
                    Unfit::TooSmall => Bound::AtLeast(Number::Int(-MAX_MANTISSA)),
                    _ => Bound::AtMost(Number::Int(MAX_MANTISSA)),
                };
                self.fail(id, value, at, out, || bound.to_error(Number::to_value));
            }
        }
    }
}

/// Returns whether a number is an integer that fits into 64 bits.
fn is_i64(number: Number) -> bool {
    match number {
        Number::Int(int) => i64::try_from(int).is_ok(),
        Number::Float(float) => float.fract() == 0.0 && float.abs() < i64::MAX as f64,
    }
}

/// A bound that a number breaks.
#[derive(Clone, Copy, Debug)]
enum Bound {
    MultipleOf(Number),
    AtMost(Number),
    /// The greatest `u128`, which a `Number` would round.
    AtMostOfU128,
    Below(Number),
    AtLeast(Number),
    Above(Number),
}

/// Returns whether a quick check shows that a number is within all bounds. If not, it may still be.
fn is_certainly_within(at: At<'_>, number: f64) -> bool {
    let broken = at.find(|limits| (!limits.is_certainly_within(number)).then_some(()));
    broken.is_none()
}

/// Returns the first bound that an integer breaks, whether a constraint's or that of its type.
fn broken_integer(digits: &str, range: Option<(i128, i128)>, at: At<'_>) -> Option<Bound> {
    let is_negative = digits.starts_with('-');
    let (int, is_beyond) = match digits.parse() {
        Ok(int) => (int, false),
        Err(_) if is_negative => (i128::MIN, true),
        Err(_) => (i128::MAX, true),
    };
    broken_number(at, Number::Int(int)).or_else(|| match range? {
        (least, _) if int < least || (is_beyond && is_negative) => {
            Some(Bound::AtLeast(Number::Int(least)))
        }
        // This also denotes the range of `u128`, whose maximum `i128` cannot hold.
        (0, i128::MAX) => match digits.parse::<u128>() {
            Ok(_) => None,
            Err(_) => Some(Bound::AtMostOfU128),
        },
        (_, most) if int > most || is_beyond => Some(Bound::AtMost(Number::Int(most))),
        _ => None,
    })
}

/// Returns the first bound that a 32-bit float breaks.
fn broken_single(at: At<'_>, number: f32) -> Option<Bound> {
    broken(at, &|bound| is_multiple_of(number, bound), &|bound| {
        number.partial_cmp(&bound.to_f32())
    })
}

/// Returns the first bound that a number breaks.
fn broken_number(at: At<'_>, number: Number) -> Option<Bound> {
    broken(at, &|bound| number.is_multiple_of(bound), &|bound| {
        number.partial_cmp(&bound)
    })
}

/// Returns the first bound that is broken, in the order in which Pydantic checks them.
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
            Self::AtMostOfU128 => {
                let msg = format!("Input should be less than or equal to {}", u128::MAX);
                let bound = Number::Float(u128::MAX as f64);
                return ErrorDetail::new("less_than_equal", Vec::new(), msg).ctx("le", ctx(bound));
            }
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
