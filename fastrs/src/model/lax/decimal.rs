//! Decimal numbers: their digits, and their exact comparison.

use std::cmp::Ordering;

use crate::model::number::Number;

/// A decimal number: `mantissa * 10^exponent`.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Decimal {
    mantissa: i128,
    exponent: i32,
}

/// The error for a string that is not a decimal.
#[derive(Debug, PartialEq)]
pub(in crate::model) enum DecimalError {
    /// It is not written as a decimal.
    NotADecimal,
    /// It is `nan` or `inf`.
    NotFinite,
}

/// A limit on a decimal's digits, with the number that it allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::model) enum BrokenDigits {
    InAll(u32),
    Places(u32),
    Whole(u32),
}

impl Decimal {
    /// Creates `mantissa * 10^exponent`.
    pub(in crate::model) fn new(mantissa: i128, exponent: i32) -> Self {
        Self { mantissa, exponent }
    }

    /// Returns the limit on its digits that the number breaks.
    #[cfg(feature = "decimal")]
    pub(in crate::model) fn broken_digits(
        &self,
        max_digits: Option<u32>,
        max_places: Option<u32>,
    ) -> Option<BrokenDigits> {
        if self.mantissa == 0 {
            return Counts::of_zero(self.exponent.into()).broken(max_digits, max_places);
        }
        let mut zeros = 0;
        let mut rest = self.mantissa;
        while rest % 10 == 0 {
            rest /= 10;
            zeros += 1;
        }
        let own = self.mantissa.unsigned_abs().ilog10() + 1;
        Counts::of(own, zeros, self.exponent.into()).broken(max_digits, max_places)
    }

    pub(in crate::model) fn is_multiple_of(&self, of: Self) -> bool {
        match self.aligned(of) {
            Some((_, 0)) => true,
            Some((value, of)) => value % of == 0,
            None => Number::Float(self.to_f64()).is_multiple_of(Number::Float(of.to_f64())),
        }
    }

    /// Returns both mantissas at the lower exponent, if 128 bits hold them.
    fn aligned(&self, other: Self) -> Option<(i128, i128)> {
        let exponent = self.exponent.min(other.exponent);
        let shift = |number: &Self| {
            let by = number.exponent.checked_sub(exponent)?.unsigned_abs();
            match number.mantissa {
                0 => Some(0),
                mantissa => mantissa.checked_mul(10_i128.checked_pow(by)?),
            }
        };
        Some((shift(self)?, shift(&other)?))
    }

    fn to_f64(self) -> f64 {
        self.mantissa as f64 * 10_f64.powi(self.exponent)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.aligned(*other) {
            Some((a, b)) => a.partial_cmp(&b),
            None => self.to_f64().partial_cmp(&other.to_f64()),
        }
    }
}

/// The number of digits of a decimal: in total, and after the point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    written: (u32, u32),
    /// The numbers without trailing zeros.
    normal: (u32, u32),
}

impl Counts {
    /// Returns the counts of a zero, which may be written with or without decimal places.
    pub(super) fn of_zero(exponent: i64) -> Self {
        Self {
            written: counted(1, exponent),
            normal: (1, 0),
        }
    }

    /// Returns the counts of `own` digits, the last `zeros` of which are zeros, times `10^exponent`.
    pub(super) fn of(own: u32, zeros: u32, exponent: i64) -> Self {
        Self {
            written: counted(own, exponent),
            normal: counted(own - zeros, exponent + i64::from(zeros)),
        }
    }

    /// Returns the limit that is broken. As in Pydantic, trailing zeros do not break a limit.
    pub(super) fn broken(
        self,
        max_digits: Option<u32>,
        max_places: Option<u32>,
    ) -> Option<BrokenDigits> {
        let ((digits, places), (normal, normal_places)) = (self.written, self.normal);
        if let Some(most) = max_digits.filter(|most| digits > *most && normal > *most) {
            return Some(BrokenDigits::InAll(most));
        }
        let most_places = max_places?;
        if places > most_places && normal_places > most_places {
            return Some(BrokenDigits::Places(most_places));
        }
        let most = max_digits?.saturating_sub(most_places);
        let is_broken = digits - places > most && normal - normal_places > most;
        is_broken.then_some(BrokenDigits::Whole(most))
    }
}

/// Counts the digits as Pydantic does: all of them, and those after the point.
fn counted(own: u32, exponent: i64) -> (u32, u32) {
    let shift = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
    match exponent >= 0 {
        true => (own.saturating_add(shift), 0),
        false => (own.max(shift), shift),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lax::digits::Digits;

    fn decimal(text: &str) -> Decimal {
        Digits::parse(text).unwrap().value()
    }

    #[test]
    fn comparing() {
        let limit = |float| Decimal::from_number(Number::Float(float));
        assert!(decimal("0.1") == limit(0.1) && decimal("0.3000001") > limit(0.3));
        assert!(decimal("-5") < limit(0.0) && decimal("1e300") > limit(1.0));
        assert!(decimal("0.6").is_multiple_of(limit(0.2)));
        assert!(!decimal("0.5").is_multiple_of(Decimal::from_number(Number::Int(2))));
    }
}
