//! Decimal numbers: their digits, and how they compare exactly.

use std::cmp::Ordering;

use crate::model::number::Number;

/// A decimal number: `mantissa * 10^exponent`.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Decimal {
    mantissa: i128,
    exponent: i32,
}

/// Why a text is no decimal.
#[derive(Debug, PartialEq)]
pub(in crate::model) enum DecimalError {
    /// Not the digits of a decimal, or more of them than 128 bits hold.
    NotADecimal,
    /// `nan`, `inf`.
    NotFinite,
}

/// A limit on a decimal's digits, and how many it allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::model) enum BrokenDigits {
    InAll(u32),
    Places(u32),
    Whole(u32),
}

impl Decimal {
    /// `mantissa / 10^scale`.
    #[cfg(feature = "decimal")]
    pub(in crate::model) fn new(mantissa: i128, scale: u32) -> Self {
        Self {
            mantissa,
            exponent: -(scale as i32),
        }
    }

    /// Reads `1.5`, ` 1.5 `, `1_000`, `1E+3`.
    pub(in crate::model) fn parse(text: &str) -> Result<Self, DecimalError> {
        // Python's decimals skip underscores wherever they stand.
        let text = text.trim().replace('_', "");
        let lower = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
        if ["nan", "snan", "inf", "infinity"].contains(&lower.as_str()) {
            return Err(DecimalError::NotFinite);
        }
        Self::parse_finite(&text).ok_or(DecimalError::NotADecimal)
    }

    fn parse_finite(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}");
        let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
        if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Some(Self {
            mantissa: digits.parse().ok()?,
            exponent: exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?,
        })
    }

    /// The exact decimal form of a constraint's number.
    pub(in crate::model) fn from_number(number: Number) -> Self {
        match number {
            Number::Int(mantissa) => Self {
                mantissa,
                exponent: 0,
            },
            // A float's shortest text is what was written in the source.
            Number::Float(float) => Self::parse_finite(&float.to_string()).unwrap_or(Self {
                mantissa: float as i128,
                exponent: 0,
            }),
        }
    }

    /// The digits as pydantic counts them: all of them, and those after the point.
    pub(in crate::model) fn digits(&self) -> (u32, u32) {
        let own = self.mantissa.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
        if self.exponent >= 0 {
            return (own.saturating_add(self.exponent.unsigned_abs()), 0);
        }
        let places = self.exponent.unsigned_abs();
        (own.max(places), places)
    }

    /// Which limit on its digits the number breaks.
    pub(in crate::model) fn broken_digits(
        &self,
        max_digits: Option<u32>,
        max_places: Option<u32>,
    ) -> Option<BrokenDigits> {
        let (digits, places) = self.digits();
        if let Some(most) = max_digits.filter(|most| digits > *most) {
            return Some(BrokenDigits::InAll(most));
        }
        let most_places = max_places?;
        if places > most_places {
            return Some(BrokenDigits::Places(most_places));
        }
        let most_whole = max_digits?.saturating_sub(most_places);
        (digits - places > most_whole).then_some(BrokenDigits::Whole(most_whole))
    }

    pub(in crate::model) fn is_multiple_of(&self, of: Self) -> bool {
        match self.aligned(of) {
            Some((_, 0)) => true,
            Some((value, of)) => value % of == 0,
            None => Number::Float(self.to_f64()).is_multiple_of(Number::Float(of.to_f64())),
        }
    }

    /// The plain text that decimal types read: no exponent, no underscore.
    pub(in crate::model) fn to_plain(self) -> Option<String> {
        const MOST_ZEROS: u32 = 40;
        if self.exponent.unsigned_abs() > MOST_ZEROS {
            return None;
        }
        let places = self.exponent.min(0).unsigned_abs() as usize;
        let mut digits = self.mantissa.unsigned_abs().to_string();
        if self.exponent > 0 && self.mantissa != 0 {
            digits.push_str(&"0".repeat(self.exponent.unsigned_abs() as usize));
        }
        if digits.len() <= places {
            digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
        }
        if places > 0 {
            digits.insert(digits.len() - places, '.');
        }
        if self.mantissa < 0 {
            digits.insert(0, '-');
        }
        Some(digits)
    }

    /// Both mantissas at the lower exponent, where 128 bits hold them.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn reading() {
        let good = [
            (" 1.5 ", "1.5"),
            ("1_000", "1000"),
            ("+1", "1"),
            ("1.", "1"),
            (".5", "0.5"),
            ("-0.05", "-0.05"),
            ("1E+3", "1000"),
            ("1e-5", "0.00001"),
            ("0.00", "0.00"),
        ];
        for (text, plain) in good {
            assert_eq!(decimal(text).to_plain().as_deref(), Some(plain), "{text}");
        }
        for text in ["", "abc", "0x1", "--1", "1e", "."] {
            assert_eq!(Decimal::parse(text).unwrap_err(), DecimalError::NotADecimal);
        }
        for text in ["nan", "-Inf", "Infinity"] {
            assert_eq!(Decimal::parse(text).unwrap_err(), DecimalError::NotFinite);
        }
        assert_eq!(decimal("1e400").to_plain(), None);
    }

    #[test]
    fn counting() {
        let cases = [
            ("123.456", (6, 3)),
            ("0.001", (3, 3)),
            ("99999", (5, 0)),
            ("1e5", (6, 0)),
            ("0.00", (2, 2)),
            ("100000.0", (7, 1)),
        ];
        for (text, expected) in cases {
            assert_eq!(decimal(text).digits(), expected, "{text}");
        }
    }

    #[test]
    fn limits_on_digits() {
        let cases = [
            ("123.456", Some(BrokenDigits::InAll(5))),
            ("1234.5", Some(BrokenDigits::Whole(3))),
            ("0.001", Some(BrokenDigits::Places(2))),
            ("1E+3", Some(BrokenDigits::Whole(3))),
            ("0.00", None),
        ];
        for (text, expected) in cases {
            let broken = decimal(text).broken_digits(Some(5), Some(2));
            assert_eq!(broken, expected, "{text}");
        }
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
