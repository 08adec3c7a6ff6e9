//! A number in a constraint, and its comparison with a value.

use std::cmp::Ordering;
use std::fmt::{self, Display};

use serde_json::Value;

/// A number in a constraint, an integer or a float, as it was written.
///
/// ```
/// use fastrs::model::Number;
///
/// assert_eq!(Number::Int(3).to_string(), "3");
/// assert_eq!(Number::Float(0.5).to_string(), "0.5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer.
    Int(i128),
    /// A float.
    Float(f64),
}

impl Number {
    /// Returns the number for a schema.
    pub(super) fn to_value(self) -> Value {
        match self.to_int() {
            Some(int) => int_value(int),
            None => Value::from(self.to_f64()),
        }
    }

    /// Returns the number for the context of an error about a float.
    pub(super) fn to_float_value(self) -> Value {
        Value::from(self.to_f64())
    }

    pub(crate) fn to_f64(self) -> f64 {
        match self {
            // Most integers fit, and converting wider ones is slow.
            Self::Int(int) => match i64::try_from(int) {
                Ok(int) => int as f64,
                Err(_) => int as f64,
            },
            Self::Float(float) => float,
        }
    }

    /// Returns the number as the nearest 32-bit float.
    pub(super) fn to_f32(self) -> f32 {
        match self {
            Self::Int(int) => int as f32,
            Self::Float(float) => float as f32,
        }
    }

    /// Returns the number as an integer, if it is one.
    fn to_int(self) -> Option<i128> {
        match self {
            Self::Int(int) => Some(int),
            Self::Float(float) => {
                (float.fract() == 0.0 && float.abs() < 1e15).then_some(float as i128)
            }
        }
    }

    /// Returns the number in a JSON value, if it is one.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        let Value::Number(number) = value else {
            return None;
        };
        Some(Self::from_json(number))
    }

    /// Converts a JSON number.
    pub(super) fn from_json(number: &serde_json::Number) -> Self {
        match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => Self::Int(int.into()),
            (None, Some(int)) => Self::Int(int.into()),
            (None, None) => Self::Float(number.as_f64().unwrap_or_default()),
        }
    }

    /// Returns whether the number is a multiple of `of`; for floats, with Pydantic's tolerance.
    pub(super) fn is_multiple_of(self, of: Self) -> bool {
        match (self, of) {
            (Self::Int(value), Self::Int(of)) => of == 0 || value % of == 0,
            _ => is_near_multiple(self.to_f64(), of.to_f64(), TOLERANCE),
        }
    }
}

/// The relative tolerance for multiples.
const TOLERANCE: f64 = 1e-9;

/// Returns whether a 32-bit float is a multiple of `of`. The float may be off by half of its last bit.
pub(super) fn is_multiple_of(value: f32, of: Number) -> bool {
    let near = TOLERANCE + f64::from(f32::EPSILON) / 2.0;
    is_near_multiple(value.into(), of.to_f64(), near)
}

fn is_near_multiple(value: f64, of: f64, near: f64) -> bool {
    let rest = (value % of).abs();
    let near = value.abs() * near;
    rest <= near || (rest - of.abs()).abs() <= near
}

impl PartialOrd for Number {
    /// Compares exactly, even an integer with a float.
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (*self, *other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(&b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(&b),
            (Self::Int(a), Self::Float(b)) => int_to_float(a, b),
            (Self::Float(a), Self::Int(b)) => int_to_float(b, a).map(Ordering::reverse),
        }
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(int) => Display::fmt(int, f),
            Self::Float(float) => Display::fmt(float, f),
        }
    }
}

/// Returns an integer as JSON; if serde_json cannot hold it as an integer, it becomes a float.
pub(super) fn int_value(int: i128) -> Value {
    if let Ok(int) = i64::try_from(int) {
        Value::from(int)
    } else if let Ok(int) = u64::try_from(int) {
        Value::from(int)
    } else {
        Value::from(int as f64)
    }
}

fn int_to_float(int: i128, float: f64) -> Option<Ordering> {
    // Most integers are exactly representable as floats, and the code below is slow.
    if int.unsigned_abs() <= 1 << 53 {
        return (int as i64 as f64).partial_cmp(&float);
    }
    if float.is_nan() {
        return None;
    }
    // `as` saturates, which keeps the order for floats outside the range of `i128`.
    let whole = float.floor() as i128;
    let fraction = float.is_finite() && float.fract() != 0.0;
    Some(int.cmp(&whole).then(if fraction {
        Ordering::Less
    } else {
        Ordering::Equal
    }))
}

#[cfg(test)]
mod tests {
    use super::Number::{Float, Int};
    use super::is_multiple_of;

    #[test]
    fn integers_and_floats_compare_exactly() {
        assert!(Int(3) > Float(2.5) && Int(-3) < Float(-2.5) && Int(-2) > Float(-2.5));
        assert!(Int(2) == Int(2) && Int(2).partial_cmp(&Float(2.0)).unwrap().is_eq());
        assert!(Int((1 << 53) + 1) > Float((1u64 << 53) as f64));
        assert!(Float(f64::NAN).partial_cmp(&Int(0)).is_none());
        assert!(Int(i128::MAX - 1) < Float(f64::INFINITY));
    }

    #[test]
    fn multiples_are_determined_as_in_pydantic() {
        let cases = [
            (Int(6), Int(2), true),
            (Int(7), Int(2), false),
            (Float(0.3), Float(0.1), true),
            (Int(5), Float(0.1), true),
            (Float(0.35), Float(0.1), false),
            (Float(4.0), Int(2), true),
            (Float(-0.3), Float(0.1), true),
            (Float(1e9 + 1.0), Int(2), true),
            (Int(1_000_000_001), Int(2), false),
        ];
        for (value, of, expected) in cases {
            assert_eq!(value.is_multiple_of(of), expected, "{value} of {of}");
        }
        let singles = [
            (0.3, Float(0.1), true),
            (0.35, Float(0.1), false),
            (1e5, Float(0.1), true),
            (9_999_999.0, Int(2), false),
        ];
        for (value, of, expected) in singles {
            assert_eq!(is_multiple_of(value, of), expected, "{value} of {of}");
        }
    }
}
