//! Times of day.

use std::fmt::{self, Display};

use super::date::{EXTRA, Reason, TOO_SHORT, two_digits};

/// A time of day, with an offset from UTC if one was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) struct Clock {
    hour: u8,
    minute: u8,
    second: u8,
    nano: u32,
    /// Minutes east of UTC.
    pub(in crate::model) offset: Option<i16>,
}

impl Clock {
    pub(super) const MIDNIGHT: Self = Self {
        hour: 0,
        minute: 0,
        second: 0,
        nano: 0,
        offset: None,
    };

    /// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff`, with or without `Z` or `+HH:MM`.
    pub(in crate::model) fn parse(text: &[u8]) -> Result<Self, Reason> {
        if text.len() < 5 {
            return Err(TOO_SHORT);
        }
        let two = |at: usize, reason| two_digits(text, at).ok_or(reason);
        let mut clock = Self {
            hour: two(0, "invalid character in hour")?,
            ..Self::MIDNIGHT
        };
        if text[2] != b':' {
            return Err("invalid time separator, expected `:`");
        }
        clock.minute = two(3, "invalid character in minute")?;
        if clock.hour > 23 {
            return Err("hour value is outside expected range of 0-23");
        }
        if clock.minute > 59 {
            return Err("minute value is outside expected range of 0-59");
        }
        let mut at = 5;
        if text.get(at) == Some(&b':') {
            clock.second = two(6, "invalid character in second")?;
            if clock.second > 59 {
                return Err("second value is outside expected range of 0-59");
            }
            at = 8;
            if matches!(text.get(at), Some(b'.' | b',')) {
                (clock.nano, at) = fraction(text, at + 1)?;
            }
        }
        clock.offset = offset(text, at)?;
        Ok(clock)
    }

    /// Returns the time of day that is `micros` microseconds after midnight.
    pub(super) fn from_micros(micros: i64) -> Self {
        let seconds = micros / 1_000_000;
        Self {
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            nano: (micros % 1_000_000) as u32 * 1000,
            offset: None,
        }
    }

    /// Reads a number of seconds after midnight.
    pub(in crate::model) fn from_seconds(seconds: f64) -> Result<Self, Reason> {
        if seconds < 0.0 {
            return Err("time in seconds should be positive");
        }
        let micros = (seconds * 1e6).round();
        if micros >= 86_400e6 {
            return Err("numeric times may not exceed 86,399 seconds");
        }
        Ok(Self::from_micros(micros as i64))
    }

    /// Returns whether the time is midnight to the microsecond, which is Python's precision.
    pub(super) fn is_midnight(&self) -> bool {
        (self.hour, self.minute, self.second, self.nano / 1000) == (0, 0, 0, 0)
    }
}

impl Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        if self.nano != 0 {
            write!(f, ".{:09}", self.nano)?;
        }
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => write!(
                f,
                "{}{:02}:{:02}",
                if offset < 0 { '-' } else { '+' },
                offset.abs() / 60,
                offset.abs() % 60
            ),
        }
    }
}

/// Reads the digits after the point. Returns nanoseconds, the precision of Rust's types, and the index where the digits
/// end.
fn fraction(text: &[u8], start: usize) -> Result<(u32, usize), Reason> {
    let digits = text[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    let (mut nano, mut count) = (0, 0);
    for digit in digits {
        if count < 9 {
            nano = nano * 10 + u32::from(digit - b'0');
        }
        count += 1;
    }
    if count == 0 {
        return Err("second fraction digits missing after `.`");
    }
    for _ in count..9 {
        nano *= 10;
    }
    Ok((nano, start + count))
}

fn offset(text: &[u8], at: usize) -> Result<Option<i16>, Reason> {
    // U+2212, the typographic minus, is allowed too.
    if text
        .get(at..)
        .unwrap_or_default()
        .starts_with("−".as_bytes())
    {
        return signed_offset(text, at + "−".len(), -1);
    }
    let sign = match text.get(at) {
        None => return Ok(None),
        Some(b'Z' | b'z') if text.len() == at + 1 => return Ok(Some(0)),
        Some(b'Z' | b'z') => return Err(EXTRA),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return Err("invalid timezone sign"),
    };
    signed_offset(text, at + 1, sign)
}

fn signed_offset(text: &[u8], at: usize, sign: i16) -> Result<Option<i16>, Reason> {
    let hour = two_digits(text, at).ok_or("invalid timezone hour")?;
    let colon = usize::from(text.get(at + 2) == Some(&b':'));
    let minute = two_digits(text, at + 2 + colon).ok_or("invalid timezone minute")?;
    if minute > 59 {
        return Err("timezone minute value is outside expected range of 0-59");
    }
    if hour > 23 {
        return Err("timezone offset must be less than 24 hours");
    }
    if text.len() > at + 4 + colon {
        return Err(EXTRA);
    }
    Ok(Some(sign * (i16::from(hour) * 60 + i16::from(minute))))
}
