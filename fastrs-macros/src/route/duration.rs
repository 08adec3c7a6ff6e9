//! Reads `timeout = "5m"`.

use std::time::Duration;

use syn::{Expr, LitStr};

use crate::errors::Errors;
use crate::keys;

/// The units of a duration, in milliseconds.
const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// Reads a duration in one unit.
pub(super) fn read(expr: Expr, errors: &mut Errors) -> Option<Duration> {
    let mistake = "a duration is a number with a unit, `ms`, `s`, `m` or `h`: `\"30s\"`, `\"5m\"`";
    let literal: LitStr = keys::literal(expr, mistake, errors)?;
    let duration = parse(&literal.value());
    if duration.is_none() {
        errors.on(&literal, mistake);
    }
    duration
}

fn parse(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit_at);
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let number: u64 = number.parse().ok()?;
    number.checked_mul(*millis).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_one_unit() {
        for (text, millis) in [
            ("0s", 0),
            ("250ms", 250),
            ("30s", 30_000),
            ("5m", 300_000),
            ("2h", 7_200_000),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in [
            "",
            "s",
            "5",
            "5 m",
            "-5s",
            "1.5s",
            "5min",
            "1h30m",
            "99999999999999999999s",
            "18446744073709551615h",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
