//! The digits of a decimal in text: reads them, counts them, and writes them in the form that a decimal type reads.

use super::decimal::{BrokenDigits, Counts, Decimal, DecimalError};
use crate::model::number::Number;

/// A decimal as it was written: `digits * 10^exponent`.
#[derive(Debug)]
pub(in crate::model) struct Digits {
    is_negative: bool,
    /// Without leading zeros; `0` for zero.
    digits: String,
    exponent: i64,
}

/// Why `rust_decimal` cannot represent a decimal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::model) enum Unfit {
    /// It is greater than the maximum.
    TooLarge,
    /// It is less than the minimum.
    TooSmall,
    Digits(BrokenDigits),
}

/// The greatest number that fits into 96 bits, and therefore the greatest decimal.
pub(in crate::model) const MAX_MANTISSA: i128 = (1 << 96) - 1;
/// The number of digits that always fit into 96 bits, and the maximum number of digits after the point.
const HELD: u32 = 28;
/// The number of digits that always fit into 128 bits.
const COMPARED: usize = 38;

impl Digits {
    /// Reads `1.5`, ` 1.5 `, `1_000`, `1E+3`.
    pub(in crate::model) fn parse(text: &str) -> Result<Self, DecimalError> {
        // Python's decimals allow underscores anywhere.
        let text = text.trim().replace('_', "");
        let lower = text.strip_prefix(['+', '-']).unwrap_or(&text);
        let lower = lower.to_ascii_lowercase();
        let is_nan = |text: &str| {
            text.strip_prefix("nan")
                .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
        };
        if ["inf", "infinity"].contains(&lower.as_str())
            || is_nan(&lower)
            || lower.strip_prefix('s').is_some_and(is_nan)
        {
            return Err(DecimalError::NotFinite);
        }
        Self::parse_finite(&text).ok_or(DecimalError::NotADecimal)
    }

    fn parse_finite(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (is_negative, number) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        Some(Self {
            is_negative,
            digits: match significant.is_empty() {
                true => "0".to_owned(),
                false => significant.to_owned(),
            },
            exponent: exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?,
        })
    }

    /// Returns the number for comparison. If it has more digits than 128 bits hold, the last ones are dropped.
    pub(in crate::model) fn value(&self) -> Decimal {
        let taken = &self.digits[..self.digits.len().min(COMPARED)];
        let left_out = (self.digits.len() - taken.len()) as i64;
        let mantissa = taken.parse().unwrap_or(i128::MAX);
        let mantissa: i128 = if self.is_negative {
            -mantissa
        } else {
            mantissa
        };
        let exponent = self.exponent.saturating_add(left_out);
        let most = i64::from(i32::MAX);
        Decimal::new(mantissa, exponent.clamp(-most, most) as i32)
    }

    /// Returns the limit on its digits that the number breaks.
    pub(in crate::model) fn broken(
        &self,
        max_digits: Option<u32>,
        max_places: Option<u32>,
    ) -> Option<BrokenDigits> {
        let zeros = self.digits.len() - self.digits.trim_end_matches('0').len();
        let (own, zeros) = match self.digits.as_str() {
            // In Python, a normalized zero has no decimal places.
            "0" => return Counts::of_zero(self.exponent).broken(max_digits, max_places),
            digits => (digits.len() as u32, zeros as u32),
        };
        Counts::of(own, zeros, self.exponent).broken(max_digits, max_places)
    }

    /// Returns the plain text that decimal types read: no exponent, no underscores, and no more digits than they hold.
    pub(in crate::model) fn to_decimal_text(&self) -> Result<String, Unfit> {
        let beyond = match self.is_negative {
            true => Unfit::TooSmall,
            false => Unfit::TooLarge,
        };
        let held = i64::from(HELD);
        let (mut digits, mut exponent) = (self.digits.clone(), self.exponent);
        if digits == "0" {
            exponent = exponent.clamp(-held, 0);
        }
        if exponent > 0 {
            if digits.len() as i64 + exponent > held + 1 {
                return Err(beyond);
            }
            digits.push_str(&"0".repeat(exponent as usize));
            exponent = 0;
        }
        if exponent < -held - digits.len() as i64 {
            return Err(Unfit::Digits(BrokenDigits::Places(HELD)));
        }
        let mut places = exponent.unsigned_abs() as usize;
        while places > 0 && digits.ends_with('0') && (places > HELD as usize || !fits(&digits)) {
            digits.pop();
            places -= 1;
        }
        if !fits(&digits[..digits.len().saturating_sub(places)]) {
            return Err(beyond);
        }
        if places > HELD as usize {
            return Err(Unfit::Digits(BrokenDigits::Places(HELD)));
        }
        if !fits(&digits) {
            return Err(Unfit::Digits(BrokenDigits::InAll(HELD)));
        }
        if digits.len() <= places {
            digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
        }
        if places > 0 {
            digits.insert(digits.len() - places, '.');
        }
        if self.is_negative {
            digits.insert(0, '-');
        }
        Ok(digits)
    }
}

impl Decimal {
    /// Returns the exact decimal form of a constraint's number.
    pub(in crate::model) fn from_number(number: Number) -> Self {
        match number {
            Number::Int(mantissa) => Self::new(mantissa, 0),
            // The shortest text of a float is the text that was written in the source.
            Number::Float(float) => match Digits::parse(&float.to_string()) {
                Ok(digits) => digits.value(),
                Err(_) => Self::new(float as i128, 0),
            },
        }
    }
}

/// Returns whether a number with these digits fits into 96 bits.
fn fits(digits: &str) -> bool {
    digits.is_empty() || digits.parse::<i128>().is_ok_and(|int| int <= MAX_MANTISSA)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Digits {
        Digits::parse(text).unwrap()
    }

    #[test]
    fn reading() {
        let forty = "1".repeat(40);
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
            ("0e9", "0"),
            ("0e-99", "0.0000000000000000000000000000"),
            (
                "79228162514264337593543950335",
                "79228162514264337593543950335",
            ),
            (
                "1.00000000000000000000000000000000000000000",
                "1.0000000000000000000000000000",
            ),
        ];
        for (text, expected) in good {
            assert_eq!(
                digits(text).to_decimal_text().as_deref(),
                Ok(expected),
                "{text}"
            );
        }
        for text in ["", "abc", "0x1", "--1", "+-1", "1e", ".", "1.2.3", "1.-2"] {
            assert_eq!(Digits::parse(text).unwrap_err(), DecimalError::NotADecimal);
        }
        for text in ["nan", "-Inf", "Infinity", "sNaN12"] {
            assert_eq!(Digits::parse(text).unwrap_err(), DecimalError::NotFinite);
        }
        let places = Unfit::Digits(BrokenDigits::Places(28));
        let unfit = [
            ("1e400", Unfit::TooLarge),
            ("-1e29", Unfit::TooSmall),
            ("79228162514264337593543950336", Unfit::TooLarge),
            (&*forty, Unfit::TooLarge),
            ("1e-29", places),
            ("1e-400", places),
            ("1.00000000000000000000000000001", places),
            (
                "9.9999999999999999999999999999",
                Unfit::Digits(BrokenDigits::InAll(28)),
            ),
        ];
        for (text, expected) in unfit {
            assert_eq!(digits(text).to_decimal_text(), Err(expected), "{text}");
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
            ("0.0000000", None),
            ("1.5000000", None),
            ("123.0000", None),
            ("99999", Some(BrokenDigits::Whole(3))),
        ];
        for (text, expected) in cases {
            assert_eq!(digits(text).broken(Some(5), Some(2)), expected, "{text}");
        }
    }
}
