//! Points in time: dates with a time of day, and numbers of seconds since 1970.

use std::fmt::{self, Display};

use super::clock::Clock;
use super::date::{Date, Reason, TOO_SHORT};

/// A date with a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) struct DateTime {
    date: Date,
    pub(in crate::model) clock: Clock,
}

/// The error for a string that is not a datetime, or not a date.
#[derive(Debug, PartialEq)]
pub(in crate::model) enum TimeError {
    /// Pydantic's `date_parsing` or `datetime_parsing`.
    Parsing(Reason),
    /// The text is neither a date nor a datetime: Pydantic's `date_from_datetime_parsing` or
    /// `datetime_from_date_parsing`.
    Neither(Reason),
    /// A valid datetime whose time of day is not midnight, where a date is expected.
    Inexact,
}

impl DateTime {
    /// Reads RFC 3339 with Pydantic's relaxations, a date alone, or a number in text.
    pub(in crate::model) fn parse(text: &str) -> Result<Self, TimeError> {
        if let Some(number) = unix_number(text) {
            return Self::from_unix(number).map_err(TimeError::Neither);
        }
        Self::parse_rfc3339(text).or_else(|_| {
            let date = Date::parse(text).map_err(TimeError::Neither)?;
            Ok(Self {
                date,
                clock: Clock::MIDNIGHT,
            })
        })
    }

    /// Returns the point in time itself, unless it is in the year 0, which Pydantic checks last.
    pub(in crate::model) fn in_range(self) -> Result<Self, TimeError> {
        nonzero_year(self.date).map(|_| self)
    }

    /// Reads seconds since 1970, or milliseconds if the number as seconds would be after 2603.
    pub(in crate::model) fn from_unix(number: f64) -> Result<Self, Reason> {
        const WATERSHED: f64 = 2e10;
        const DAY: i64 = 86_400_000_000;
        let unit = match number.abs() > WATERSHED {
            true => 1000,
            false => 1_000_000,
        };
        // The integer part is exact; `as` saturates.
        let fraction = (number.fract() * unit as f64).round() as i64;
        let micros = (number.trunc() as i64).saturating_mul(unit);
        let micros = micros.saturating_add(fraction);
        if micros >= 253_402_300_800_000_000 {
            return Err("dates after 9999 are not supported as unix timestamps");
        }
        if micros < -62_135_596_800_000_000 {
            return Err("dates before 0000 are not supported as unix timestamps");
        }
        let mut clock = Clock::from_micros(micros.rem_euclid(DAY));
        clock.offset = Some(0);
        Ok(Self {
            date: Date::from_unix_days(micros.div_euclid(DAY)),
            clock,
        })
    }

    fn parse_rfc3339(text: &str) -> Result<Self, Reason> {
        let bytes = text.as_bytes();
        let date = Date::parse_prefix(bytes)?;
        match bytes.get(10) {
            Some(b'T' | b't' | b' ' | b'_') => {}
            Some(_) => return Err("invalid datetime separator, expected `T`, `t`, `_` or space"),
            None => return Err(TOO_SHORT),
        }
        Ok(Self {
            date,
            clock: Clock::parse(&bytes[11..])?,
        })
    }
}

impl Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.clock)
    }
}

/// Reads a date: `YYYY-MM-DD`, or a point in time that is at midnight.
pub(in crate::model) fn parse_date(text: &str) -> Result<Date, TimeError> {
    if let Some(number) = unix_number(text) {
        return date_from_unix(number);
    }
    if let Ok(date) = Date::parse(text) {
        return nonzero_year(date);
    }
    let point = DateTime::parse_rfc3339(text).map_err(TimeError::Neither)?;
    if !point.clock.is_midnight() {
        return Err(TimeError::Inexact);
    }
    nonzero_year(point.date)
}

/// Reads a number of seconds since 1970 that falls on midnight.
pub(in crate::model) fn date_from_unix(number: f64) -> Result<Date, TimeError> {
    let point = DateTime::from_unix(number).map_err(TimeError::Neither)?;
    if !point.clock.is_midnight() {
        return Err(TimeError::Inexact);
    }
    Ok(point.date)
}

fn nonzero_year(date: Date) -> Result<Date, TimeError> {
    if date.year == 0 {
        return Err(TimeError::Parsing("year 0 is out of range"));
    }
    Ok(date)
}

/// Reads a number made of digits, with at most a sign and a fraction.
fn unix_number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Rust also reads exponents and `nan`.
    if !unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    match unsigned.contains('.') {
        true => text.parse().ok(),
        false => text.parse::<i64>().ok().map(|int| int as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::super::date::EXTRA;
    use super::*;

    #[test]
    fn points_in_time() {
        let good = [
            ("2024-01-02T03:04:05", "2024-01-02T03:04:05"),
            ("2024-01-02t03:04:05z", "2024-01-02T03:04:05Z"),
            (
                "2024-01-02 03:04:05.123+02:00",
                "2024-01-02T03:04:05.123000000+02:00",
            ),
            ("2024-01-02_03:04", "2024-01-02T03:04:00"),
            (
                "2024-01-02T03:04:05,1234567-0230",
                "2024-01-02T03:04:05.123456700-02:30",
            ),
            ("2024-01-02", "2024-01-02T00:00:00"),
            ("1700000000", "2023-11-14T22:13:20Z"),
            ("1700000000000", "2023-11-14T22:13:20Z"),
            ("20000000000", "2603-10-11T11:33:20Z"),
            ("-1", "1969-12-31T23:59:59Z"),
            ("1.5", "1970-01-01T00:00:01.500000000Z"),
            ("253402300799999", "9999-12-31T23:59:59.999000000Z"),
            ("0", "1970-01-01T00:00:00Z"),
        ];
        for (text, expected) in good {
            let read = DateTime::parse(text).map(|point| point.to_string());
            assert_eq!(read.as_deref(), Ok(expected), "{text:?}");
        }
        let bad = [
            ("", TOO_SHORT),
            ("nan", TOO_SHORT),
            (
                "2024-13-02T00:00:00",
                "month value is outside expected range of 1-12",
            ),
            ("2024-02-30", "day value is outside expected range"),
            ("2024-01-02T25:00:00", EXTRA),
            ("2024-1-2T03:04:05", "invalid character in month"),
            ("2024-01-02T03:04:05+24:00", EXTRA),
            (" 2024-01-02T03:04:05", "invalid character in year"),
        ];
        for (text, reason) in bad {
            assert_eq!(
                DateTime::parse(text),
                Err(TimeError::Neither(reason)),
                "{text:?}"
            );
        }
        let year = Err(TimeError::Parsing("year 0 is out of range"));
        let zero = DateTime::parse("0000-01-01").and_then(DateTime::in_range);
        assert_eq!(zero, year);
    }

    #[test]
    fn dates() {
        for text in [
            "2024-01-02",
            "2024-01-02T00:00:00+02:00",
            "1704153600",
            "1704153600.0",
        ] {
            let read = parse_date(text).map(|date| date.to_string());
            assert_eq!(read.as_deref(), Ok("2024-01-02"), "{text:?}");
        }
        assert_eq!(parse_date("2024-01-02T00:00:01"), Err(TimeError::Inexact));
        assert_eq!(parse_date("20240102"), Err(TimeError::Inexact));
        let bad = [
            ("2024-01-02 ", TOO_SHORT),
            (
                "2024-01-02x",
                "invalid datetime separator, expected `T`, `t`, `_` or space",
            ),
            ("2024/01/02", "invalid date separator, expected `-`"),
            ("2024-01-0a", "invalid character in day"),
        ];
        for (text, reason) in bad {
            assert_eq!(
                parse_date(text),
                Err(TimeError::Neither(reason)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn times() {
        let good = [
            ("03:04", "03:04:00"),
            ("03:04:05.5", "03:04:05.500000000"),
            ("23:59:59Z", "23:59:59Z"),
        ];
        for (text, expected) in good {
            let read = Clock::parse(text.as_bytes()).map(|clock| clock.to_string());
            assert_eq!(read.as_deref(), Ok(expected), "{text:?}");
        }
        let bad = [
            ("3:04", TOO_SHORT),
            ("25:00", "hour value is outside expected range of 0-23"),
            ("03:60", "minute value is outside expected range of 0-59"),
            ("03:04:60", "second value is outside expected range of 0-59"),
            ("03-04", "invalid time separator, expected `:`"),
            ("03:04x", "invalid timezone sign"),
        ];
        for (text, reason) in bad {
            assert_eq!(Clock::parse(text.as_bytes()), Err(reason), "{text:?}");
        }
        assert_eq!(
            Clock::from_seconds(3600.5).unwrap().to_string(),
            "01:00:00.500000000"
        );
        assert!(Clock::from_seconds(86_399.9999999).is_err());
        assert!(Clock::from_seconds(-1.0).is_err() && Clock::from_seconds(86_400.0).is_err());
    }
}
