//! Calendar dates.

use std::fmt::{self, Display};

/// A date in the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// Pydantic's description of why a string or number is not a date or time.
pub(in crate::model) type Reason = &'static str;

pub(super) const TOO_SHORT: Reason = "input is too short";
pub(super) const EXTRA: Reason = "unexpected extra characters at the end of the input";
const SEPARATOR: Reason = "invalid date separator, expected `-`";

impl Date {
    /// Reads `YYYY-MM-DD`.
    pub(super) fn parse(text: &str) -> Result<Self, Reason> {
        let date = Self::parse_prefix(text.as_bytes())?;
        if text.len() > 10 {
            return Err(EXTRA);
        }
        Ok(date)
    }

    /// Reads the `YYYY-MM-DD` at the start of the bytes.
    pub(super) fn parse_prefix(bytes: &[u8]) -> Result<Self, Reason> {
        if bytes.len() < 10 {
            return Err(TOO_SHORT);
        }
        let two = |at: usize, reason| two_digits(bytes, at).ok_or(reason);
        let year = u16::from(two(0, "invalid character in year")?) * 100
            + u16::from(two(2, "invalid character in year")?);
        if bytes[4] != b'-' {
            return Err(SEPARATOR);
        }
        let month = two(5, "invalid character in month")?;
        if bytes[7] != b'-' {
            return Err(SEPARATOR);
        }
        let day = two(8, "invalid character in day")?;
        if !(1..=12).contains(&month) {
            return Err("month value is outside expected range of 1-12");
        }
        if day == 0 || day > days_in(year, month) {
            return Err("day value is outside expected range");
        }
        Ok(Self { year, month, day })
    }

    /// Returns the date that is `days` days after 1970-01-01, for years 0 to 9999.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    pub(crate) fn from_unix_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        Self {
            year: (year + era * 400 + i64::from(month <= 2)) as u16,
            month: month as u8,
            day: (of_year - (153 * shifted + 2) / 5 + 1) as u8,
        }
    }
}

impl Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Reads the two-digit number at `at`.
pub(super) fn two_digits(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| {
        let byte = bytes.get(at)?;
        byte.is_ascii_digit().then(|| byte - b'0')
    };
    Some(digit(at)? * 10 + digit(at + 1)?)
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_since_1970() {
        let cases = [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (19_723, "2024-01-01"),
            (19_782, "2024-02-29"),
            (2_932_896, "9999-12-31"),
            (-719_162, "0001-01-01"),
        ];
        for (days, expected) in cases {
            assert_eq!(Date::from_unix_days(days).to_string(), expected);
            assert_eq!(Date::parse(expected), Ok(Date::from_unix_days(days)));
        }
    }

    #[test]
    fn leap_years() {
        assert!(Date::parse("2024-02-29").is_ok() && Date::parse("2000-02-29").is_ok());
        assert!(Date::parse("2023-02-29").is_err() && Date::parse("1900-02-29").is_err());
    }
}
