//! Spans of time: ISO 8601, and Python's `3 days 02:00:00`.

use super::date::{EXTRA, Reason, TOO_SHORT, two_digits};

const SECOND: i128 = 1_000_000;
const HOUR: i128 = 3600 * SECOND;
const DAY: i128 = 24 * HOUR;

const DIGIT: Reason = "invalid digit in duration";
const TOO_LARGE: Reason = "a numeric value in the duration is too large";
const HOUR_DIGIT: Reason = "invalid character in hour";
const HOURS: Reason = "durations may not exceed 999,999,999 hours";
const DAYS: Reason = "\"day\" identifier in duration not correctly formatted";

/// Reads a duration, in microseconds. The caller checks its bounds.
pub(in crate::model) fn parse_micros(text: &[u8]) -> Result<i128, Reason> {
    let (sign, rest) = match text {
        [] | [b'+' | b'-'] => return Err(TOO_SHORT),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        rest => (1, rest),
    };
    let micros = match rest {
        [b'P', iso @ ..] => parse_iso(iso),
        _ if rest.len() < 5 || text.iter().any(|b| b.eq_ignore_ascii_case(&b'd')) => {
            parse_days(rest)
        }
        _ => parse_clock(rest),
    }?;
    Ok(sign * micros)
}

/// Reads the text after the `P`.
fn parse_iso(mut text: &[u8]) -> Result<i128, Reason> {
    if text.is_empty() || text == b"T" {
        return Err(TOO_SHORT);
    }
    let (mut sum, mut in_time, mut had_fraction) = (0, false, false);
    while let Some(first) = text.first() {
        if *first == b'T' {
            if in_time {
                return Err("`t` character repeated in duration");
            }
            in_time = true;
            text = &text[1..];
            continue;
        }
        let (whole, rest) = digits(text)?;
        if had_fraction {
            return Err("quantity fraction invalid in duration");
        }
        let (millionths, rest) = fraction(rest);
        had_fraction = millionths.is_some();
        let unit = match (in_time, rest.first()) {
            (false, Some(b'Y')) => 365 * DAY,
            (false, Some(b'M')) => 30 * DAY,
            (false, Some(b'W')) => 7 * DAY,
            (false, Some(b'D')) => DAY,
            (true, Some(b'H')) => HOUR,
            (true, Some(b'M')) => 60 * SECOND,
            (true, Some(b'S')) => SECOND,
            (false, _) => return Err("quantity invalid in date part of duration"),
            (true, _) => return Err("quantity invalid in time part of duration"),
        };
        if whole * (unit / DAY) > MOST {
            return Err(TOO_LARGE);
        }
        let part = millionths.unwrap_or(0.0) * unit as f64;
        sum += whole * unit + part.round() as i128;
        text = &rest[1..];
    }
    Ok(sum)
}

/// Reads `3 days`, `3d`, `3 days, 02:00:00`.
fn parse_days(text: &[u8]) -> Result<i128, Reason> {
    let (days, rest) = digits(text)?;
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let rest = match rest {
        [b'd' | b'D', rest @ ..] => rest,
        _ => return Err(DAYS),
    };
    let rest = match rest {
        // The letters after the first have the same case.
        [b'a', b'y', b's', rest @ ..] | [b'A', b'Y', b'S', rest @ ..] => rest,
        [b'a', b'y', rest @ ..] | [b'A', b'Y', rest @ ..] => rest,
        [b'a' | b'A', ..] => return Err(DAYS),
        rest => rest,
    };
    let rest = rest.strip_prefix(b",").unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    if rest.is_empty() {
        return Ok(days * DAY);
    }
    let clock = parse_clock(rest)?;
    if clock >= DAY {
        return Err(HOURS);
    }
    Ok(days * DAY + clock)
}

/// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff`, with any number of hours.
fn parse_clock(text: &[u8]) -> Result<i128, Reason> {
    if text.len() < 5 {
        return Err(TOO_SHORT);
    }
    let colon = text.iter().position(|b| *b == b':').ok_or(HOUR_DIGIT)?;
    let (hours, rest) = digits(&text[..colon]).map_err(|reason| match reason {
        DIGIT => HOUR_DIGIT,
        _ => HOURS,
    })?;
    if !rest.is_empty() {
        return Err(HOUR_DIGIT);
    }
    let minute = two_digits(text, colon + 1).ok_or("invalid character in minute")?;
    if minute > 59 {
        return Err("minute value is outside expected range of 0-59");
    }
    let mut micros = hours * HOUR + i128::from(minute) * 60 * SECOND;
    let mut rest = &text[colon + 3..];
    if let [b':', seconds @ ..] = rest {
        let second = two_digits(seconds, 0).ok_or("invalid character in second")?;
        if second > 59 {
            return Err("second value is outside expected range of 0-59");
        }
        micros += i128::from(second) * SECOND;
        rest = &seconds[2..];
        if let [b'.' | b',', digits @ ..] = rest {
            let count = count_digits(digits);
            if count == 0 {
                return Err("second fraction digits missing after `.`");
            }
            let (fraction, after) = fraction(rest);
            micros += (fraction.unwrap_or(0.0) * 1e6) as i128;
            rest = after;
        }
    }
    if !rest.is_empty() {
        return Err(EXTRA);
    }
    Ok(micros)
}

/// Returns the number of digits at the start of the text.
pub(super) fn count_digits(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// The greatest number that Pydantic reads, which is also the maximum number of days.
const MOST: i128 = u32::MAX as i128;

/// Reads one or more digits.
fn digits(text: &[u8]) -> Result<(i128, &[u8]), Reason> {
    let count = count_digits(text);
    if count == 0 {
        return Err(DIGIT);
    }
    let mut number = 0_i128;
    for digit in &text[..count] {
        number = number * 10 + i128::from(digit - b'0');
        if number > MOST {
            return Err(TOO_LARGE);
        }
    }
    Ok((number, &text[count..]))
}

/// Reads an optional fraction, `.5` or `,5`.
fn fraction(text: &[u8]) -> (Option<f64>, &[u8]) {
    let [b'.' | b',', rest @ ..] = text else {
        return (None, text);
    };
    let count = count_digits(rest);
    let digits = str::from_utf8(&rest[..count]).unwrap_or_default();
    let fraction = format!("0.{digits}0").parse().unwrap_or(0.0);
    (Some(fraction), &rest[count..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_patterns() {
        let cases = [
            ("P3DT2H", 3 * DAY + 2 * HOUR),
            ("P1Y2M3W4DT5H6M7S", 450 * DAY + 18_367 * SECOND),
            ("PT1.5H", HOUR * 3 / 2),
            ("PT1,5S", 1_500_000),
            ("PT0.1234567S", 123_457),
            ("-P1D", -DAY),
            ("+P1D", DAY),
            ("P1DT", DAY),
            ("PT1S1H", HOUR + SECOND),
            ("1 day, 02:03:04", DAY + 7384 * SECOND),
            ("1d", DAY),
            ("2 days 03:04:05", 2 * DAY + 11_045 * SECOND),
            ("1D01:02", DAY + 3720 * SECOND),
            ("-03:04:05.5", -11_045_500_000),
            ("100:00", 100 * HOUR),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_micros(text.as_bytes()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn invalid_patterns() {
        let cases = [
            ("", TOO_SHORT),
            ("P", TOO_SHORT),
            ("PT", TOO_SHORT),
            ("abc", DIGIT),
            ("p1d", DIGIT),
            ("P1D ", DIGIT),
            ("PT-1S", DIGIT),
            ("3600", DAYS),
            ("1 da", DAYS),
            ("P1", "quantity invalid in date part of duration"),
            ("PT1D", "quantity invalid in time part of duration"),
            ("P1.5D1H", "quantity fraction invalid in duration"),
            ("PTT1H", "`t` character repeated in duration"),
            (
                "P999999999999D",
                "a numeric value in the duration is too large",
            ),
            ("1 week", "invalid character in hour"),
            ("00:60:00", "minute value is outside expected range of 0-59"),
            ("00:00:00.", "second fraction digits missing after `.`"),
            ("00:00:00Z", EXTRA),
        ];
        for (text, reason) in cases {
            assert_eq!(parse_micros(text.as_bytes()), Err(reason), "{text}");
        }
    }
}
