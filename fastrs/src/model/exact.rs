//! Rejects values that other crates' types would read too leniently. serde_json turns an integer beyond 64 bits into a
//! float, a `Decimal` rounds a number with too many digits, and chrono accepts `2024-1-1`. Such values are rejected
//! here, so that the cold path checks them as they were written.

use std::fmt::{self, Write};

use serde::de::{Error, Expected, Visitor};

use super::lax::canonical::is_loose_moment;

/// The number of digits that a decimal type always holds.
const HELD: usize = 28;

/// Returns whether a string may be a number with more digits than a decimal type holds, or with two signs in its
/// exponent, which rust_decimal accepts.
#[inline]
pub(crate) fn is_loose_number(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_digit() || b"+-.eE_ ".contains(&b);
    let is_sign = |b: u8| b == b'+' || b == b'-';
    let has_two_signs = |text: &str| {
        let mut pairs = text.as_bytes().array_windows();
        pairs.any(|[one, two]| is_sign(*one) && is_sign(*two))
    };
    text.bytes().next().is_some_and(is_part)
        && (text.len() > HELD || has_two_signs(text))
        && text.bytes().all(is_part)
}

/// Returns whether a float may have been an integer, or has more decimal places than a decimal type holds.
#[inline]
pub(crate) fn is_rounded(float: f64) -> bool {
    const LEAST: f64 = 1e-11;
    const MOST: f64 = i64::MAX as f64;
    let size = float.abs();
    size >= MOST || (size < LEAST && float != 0.0)
}

/// Returns a whole float as Python writes it, if a decimal type expects it: `Decimal` reads `1.0` as 1, FastAPI as 1.0.
#[inline]
pub(crate) fn whole_decimal(float: f64, expected: &dyn Expected) -> Option<String> {
    /// From here on, Python writes an exponent.
    const MOST: f64 = 1e16;
    let is_whole = float.fract() == 0.0 && float.abs() < MOST;
    (is_whole && is_decimal(expected)).then(|| format!("{float:.1}"))
}

/// Returns whether rust_decimal expects the value. serde does not tell the type.
fn is_decimal(expected: &dyn Expected) -> bool {
    struct Left(&'static str);

    impl fmt::Write for Left {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
            Ok(())
        }
    }

    let mut left = Left("a Decimal type representing a fixed-point number");
    write!(left, "{expected}").is_ok() && left.0.is_empty()
}

#[cold]
pub(super) fn rounded<E: Error>() -> E {
    E::custom("the number has more digits than its type can represent")
}

/// A visitor of a string that its type parses, as dates do.
pub(super) struct Parsed<V>(pub(super) V);

macro_rules! parsed {
    ($($method:ident $type:ty)*) => {$(
        #[inline]
        fn $method<E: Error>(self, text: $type) -> Result<V::Value, E> {
            match is_loose_moment(&text) {
                true => Err(loose()),
                false => self.0.$method(text),
            }
        }
    )*};
}

#[cold]
fn loose<E: Error>() -> E {
    E::custom("the date or time is in another format")
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Parsed<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    parsed! { visit_str &str  visit_borrowed_str &'de str  visit_string String }
}
