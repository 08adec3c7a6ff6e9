//! `Duration`: a span of time that is sent as ISO 8601.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::model::{Model, lax};

/// A span of time, positive or negative, with microsecond precision: Python's `timedelta`.
///
/// It is written as ISO 8601 (`P3DT2H`), and read from ISO 8601, from `3 days 02:00:00` or, in JSON, from a number of
/// seconds. As in Pydantic, a year counts as 365 days and a month as 30, and the text `90` is not a duration.
///
/// ```
/// use fastrs::Duration;
///
/// let span: Duration = serde_json::from_str("\"P1DT2H\"").unwrap();
/// assert_eq!(span, Duration::from_secs(26 * 3600));
/// assert_eq!(span.to_string(), "P1DT2H");
/// assert_eq!(serde_json::from_str::<Duration>("1.5").unwrap().as_secs_f64(), 1.5);
/// assert_eq!(std::time::Duration::try_from(span).unwrap().as_secs(), 93_600);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    micros: i128,
}

/// The error for a value that is not a [`Duration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurationError(pub(in crate::model) &'static str);

const SECOND: i128 = 1_000_000;
const DAY: i128 = 86_400 * SECOND;
const MAX_DAYS: i128 = 999_999_999;

impl Duration {
    /// A duration of zero.
    pub const ZERO: Self = Self { micros: 0 };

    /// Creates a duration from a number of seconds.
    pub const fn from_secs(seconds: i64) -> Self {
        Self {
            micros: seconds as i128 * SECOND,
        }
    }

    /// Creates a duration from a number of milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self {
            micros: millis as i128 * 1000,
        }
    }

    /// Creates a duration from a number of microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self {
            micros: micros as i128,
        }
    }

    /// Returns the duration in microseconds.
    pub const fn as_micros(self) -> i128 {
        self.micros
    }

    /// Returns the duration in seconds, including the fraction.
    pub fn as_secs_f64(self) -> f64 {
        self.micros as f64 / SECOND as f64
    }

    /// Returns whether the duration is negative.
    pub const fn is_negative(self) -> bool {
        self.micros < 0
    }

    pub(in crate::model) fn try_from_secs_f64(seconds: f64) -> Result<Self, DurationError> {
        Self::bounded((seconds * SECOND as f64).round() as i128)
    }

    fn bounded(micros: i128) -> Result<Self, DurationError> {
        // The range of Python's `timedelta` is one day longer on the positive side.
        if micros / DAY > MAX_DAYS || micros < -MAX_DAYS * DAY {
            return Err(DurationError("durations may not exceed 999,999,999 days"));
        }
        Ok(Self { micros })
    }
}

impl FromStr for Duration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let micros = lax::duration::parse_micros(text.as_bytes()).map_err(DurationError)?;
        Self::bounded(micros)
    }
}

impl Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.micros < 0 {
            f.write_str("-")?;
        }
        f.write_str("P")?;
        let micros = self.micros.abs();
        let (days, of_day) = (micros / DAY, micros % DAY);
        let seconds = of_day / SECOND;
        part(f, days / 365, "Y")?;
        part(f, days % 365, "D")?;
        if of_day == 0 && days != 0 {
            return Ok(());
        }
        f.write_str("T")?;
        part(f, seconds / 3600, "H")?;
        part(f, seconds / 60 % 60, "M")?;
        let micro = of_day % SECOND;
        if micro != 0 {
            let fraction = format!("{micro:06}");
            return write!(f, "{}.{}S", seconds % 60, fraction.trim_end_matches('0'));
        }
        if micros == 0 {
            return f.write_str("0S");
        }
        part(f, seconds % 60, "S")
    }
}

fn part(f: &mut fmt::Formatter<'_>, count: i128, unit: &str) -> fmt::Result {
    if count == 0 {
        return Ok(());
    }
    write!(f, "{count}{unit}")
}

impl From<std::time::Duration> for Duration {
    /// Truncates to microseconds, and caps the duration at 2.7 million years.
    fn from(span: std::time::Duration) -> Self {
        let most = MAX_DAYS * DAY;
        Self {
            micros: i128::try_from(span.as_micros()).map_or(most, |micros| micros.min(most)),
        }
    }
}

impl TryFrom<Duration> for std::time::Duration {
    type Error = DurationError;

    /// Fails for a negative duration.
    fn try_from(span: Duration) -> Result<Self, DurationError> {
        let negative = DurationError("the duration is negative");
        let micros = u128::try_from(span.micros).map_err(|_| negative)?;
        let seconds = u64::try_from(micros / SECOND as u128).map_err(|_| negative)?;
        Ok(Self::new(seconds, (micros % SECOND as u128) as u32 * 1000))
    }
}

#[cfg(feature = "chrono")]
impl From<Duration> for chrono::TimeDelta {
    fn from(span: Duration) -> Self {
        let (seconds, micros) = (
            span.micros.div_euclid(SECOND),
            span.micros.rem_euclid(SECOND),
        );
        // A `Duration` has at most 999,999,999 days, which is well within the bounds of both types.
        chrono::TimeDelta::seconds(seconds as i64) + chrono::TimeDelta::microseconds(micros as i64)
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Span;

        impl Visitor<'_> for Span {
            type Value = Duration;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an ISO 8601 duration or a number of seconds")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Duration, E> {
                Duration::bounded(i128::from(seconds) * SECOND).map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Duration, E> {
                Duration::bounded(i128::from(seconds) * SECOND).map_err(E::custom)
            }

            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Duration, E> {
                Duration::try_from_secs_f64(seconds).map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Span)
    }
}

impl JsonSchema for Duration {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "fastrs::Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "duration"})
    }
}

impl Model for Duration {
    const CHECKED: bool = false;
}

impl Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for DurationError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_pydantic_writes_them() {
        let day = 86_400_000_000;
        let cases = [
            (400 * day, "P1Y35D"),
            (3 * day + 7_200_000_000, "P3DT2H"),
            (0, "PT0S"),
            (1, "PT0.000001S"),
            (-day, "-P1D"),
            (-1_500_000, "-PT1.5S"),
            (3_661_500_000, "PT1H1M1.5S"),
            (-400 * day + 5_000_000, "-P1Y34DT23H59M55S"),
        ];
        for (micros, expected) in cases {
            let span = Duration::from_micros(micros);
            assert_eq!(span.to_string(), expected);
            assert_eq!(expected.parse(), Ok(span), "{expected}");
        }
    }

    #[test]
    fn bounds() {
        assert!("P999999999D".parse::<Duration>().is_ok());
        assert!("P1000000000D".parse::<Duration>().is_err());
        assert!(serde_json::from_str::<Duration>("1e20").is_err());
        assert!(std::time::Duration::try_from(Duration::from_secs(-1)).is_err());
        let long = Duration::from(std::time::Duration::MAX);
        assert_eq!(long.to_string().parse(), Ok(long));
    }
}
