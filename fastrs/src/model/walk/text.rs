//! Text, and the values that are written as text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{At, Walk};
use crate::model::detail::{ErrorDetail, clipped};
use crate::model::errors::Errors;
use crate::model::file_text::{FILE_TEXT, NOT_A_FILE};
use crate::model::lax::clock::Clock;
use crate::model::lax::datetime::{DateTime, TimeError, date_from_unix, parse_date};
use crate::model::lax::url::{MAX_CHARACTERS, UrlError};
use crate::model::lax::uuid::uuid_error;
use crate::model::schema::{Format, Id, Limits, Pattern};
use crate::model::tape::{JsonRef, NodeId};
use crate::model::types::{Base64Bytes, Duration, EmailStr, Url};

/// The text that replaces a value, or the error.
type Read = Result<Option<String>, Box<ErrorDetail>>;

/// The words and error types of the errors about one kind of length.
struct Measure {
    too_short: &'static str,
    too_long: &'static str,
    noun: &'static str,
    unit: &'static str,
}

const CHARACTERS: Measure = Measure {
    too_short: "string_too_short",
    too_long: "string_too_long",
    noun: "String",
    unit: "character",
};

const BYTES: Measure = Measure {
    too_short: "bytes_too_short",
    too_long: "bytes_too_long",
    noun: "Data",
    unit: "byte",
};

impl Walk<'_, '_> {
    pub(super) fn text(
        &mut self,
        id: Id,
        format: Format,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
    ) {
        // Usually the value is valid already.
        if format == Format::Unspecified
            && let Some(text) = self.tape.text(value)
            && at.find(|limits| broken(limits, text)).is_none()
        {
            return;
        }
        let seen = self.tape.at(value);
        let read = match (format, seen) {
            (Format::Unspecified | Format::Email, JsonRef::Text(text)) => {
                match at.find(|limits| broken(limits, text)) {
                    Some(error) => Err(Box::new(error)),
                    None if format == Format::Email => email(text),
                    None => return,
                }
            }
            (Format::Uuid, JsonRef::Text(text)) => uuid(text),
            (Format::Base64, JsonRef::Text(text)) => base64(text, at),
            (Format::Url { http }, JsonRef::Text(text)) => url(text, http),
            (Format::Ipv4 | Format::Ipv6 | Format::Ip, JsonRef::Text(text)) => ip(format, text),
            (Format::Duration, JsonRef::Text(text)) => duration(text.parse()),
            (Format::Duration, JsonRef::Number(number)) => {
                duration(Duration::try_from_secs_f64(number.to_f64()))
            }
            (_, JsonRef::Text(text)) => moment(format, text),
            (_, JsonRef::Number(number)) if !self.is_strict(at) => {
                moment_from_number(format, number.to_f64())
            }
            _ => Err(type_error(format)),
        };
        match (read, seen) {
            (Ok(Some(new)), JsonRef::Text(text)) if new == text => {}
            (Ok(Some(new)), _) => self.replace(value, new.into()),
            (Ok(None), _) => {}
            (Err(error), _) => self.fail(id, value, at, out, || *error),
        }
    }
}

impl Walk<'_, '_> {
    /// Checks a file. In its place, a form holds a string that no client can send.
    pub(super) fn file(&mut self, id: Id, value: NodeId, at: At<'_>, out: &mut Errors) {
        let is_file = self
            .tape
            .text(value)
            .is_some_and(|text| text.starts_with(FILE_TEXT));
        if !is_file {
            self.fail(id, value, at, out, || {
                ErrorDetail::value_error(Vec::new(), NOT_A_FILE, None)
            });
        }
    }
}

/// Returns the error for the first limit that a string breaks.
fn broken(limits: &Limits, text: &str) -> Option<ErrorDetail> {
    if !limits.certainly_fits(text)
        && let Some(error) = broken_length(limits, text.chars().count(), &CHARACTERS)
    {
        return Some(error);
    }
    unmatched(limits.pattern.as_ref()?, text)
}

/// Returns the error for a string that does not match a pattern.
pub(super) fn unmatched(pattern: &Pattern, text: &str) -> Option<ErrorDetail> {
    if pattern.matches(text) {
        return None;
    }
    let msg = format!("String should match pattern '{}'", pattern.text);
    Some(new("string_pattern_mismatch", msg).ctx("pattern", pattern.text.as_str()))
}

/// Returns the error for the first limit that a length breaks.
fn broken_length(limits: &Limits, length: usize, of: &Measure) -> Option<ErrorDetail> {
    let (kind, key, words, bound) = match (limits.min_length, limits.max_length) {
        (Some(least), _) if length < least => (of.too_short, "min_length", "least", least),
        (_, Some(most)) if length > most => (of.too_long, "max_length", "most", most),
        _ => return None,
    };
    let (noun, unit, s) = (of.noun, of.unit, if bound == 1 { "" } else { "s" });
    let msg = format!("{noun} should have at {words} {bound} {unit}{s}");
    Some(new(kind, msg).ctx(key, bound))
}

fn email(text: &str) -> Read {
    match text.parse::<EmailStr>() {
        Ok(_) => Ok(None),
        Err(error) => {
            let detail = new("value_error", error.to_string());
            Err(Box::new(detail.ctx("reason", error.reason())))
        }
    }
}

fn uuid(text: &str) -> Read {
    match uuid_error(text) {
        None => Ok(None),
        Some(reason) => Err(parsing(
            "uuid_parsing",
            "Input should be a valid UUID",
            &reason,
        )),
    }
}

fn base64(text: &str, at: At<'_>) -> Read {
    match text.parse::<Base64Bytes>() {
        Ok(bytes) => match at.find(|limits| broken_length(limits, bytes.len(), &BYTES)) {
            Some(error) => Err(Box::new(error)),
            None => Ok(None),
        },
        Err(error) => {
            let detail = new("bytes_invalid_encoding", error.to_string());
            let detail = detail.ctx("encoding", "base64");
            Err(Box::new(detail.ctx("encoding_error", error.0)))
        }
    }
}

fn url(text: &str, http: bool) -> Read {
    let error = match text.parse::<Url>() {
        Ok(_) => return Ok(None),
        Err(UrlError::Scheme) if !http => return Ok(None),
        Err(error) => error,
    };
    let msg = error.to_string();
    Err(Box::new(match error {
        UrlError::Invalid(reason) => new("url_parsing", msg).ctx("error", reason),
        UrlError::Scheme => new("url_scheme", msg).ctx("expected_schemes", "'http' or 'https'"),
        UrlError::TooLong => new("url_too_long", msg).ctx("max_length", MAX_CHARACTERS),
    }))
}

fn ip(format: Format, text: &str) -> Read {
    let good = match format {
        Format::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
        Format::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
        _ => text.parse::<IpAddr>().is_ok(),
    };
    if good {
        Ok(None)
    } else {
        Err(type_error(format))
    }
}

fn duration(read: Result<Duration, crate::model::types::DurationError>) -> Read {
    match read {
        // The type reads strings and numbers itself.
        Ok(_) => Ok(None),
        Err(error) => {
            let begin = "Input should be a valid timedelta";
            Err(parsing("time_delta_parsing", begin, &error.to_string()))
        }
    }
}

fn moment(format: Format, text: &str) -> Read {
    match format {
        Format::Date => match parse_date(text) {
            Ok(date) => Ok(Some(date.to_string())),
            Err(error) => Err(date_error(error)),
        },
        Format::Time | Format::NaiveTime => time(format, Clock::parse(text.as_bytes())),
        _ => match DateTime::parse(text) {
            Ok(point) => {
                let read = zoned(format, point.clock.offset, point.to_string())?;
                point.in_range().map_err(datetime_error)?;
                Ok(read)
            }
            Err(error) => Err(datetime_error(error)),
        },
    }
}

fn moment_from_number(format: Format, number: f64) -> Read {
    match format {
        Format::Date => match date_from_unix(number) {
            Ok(date) => Ok(Some(date.to_string())),
            Err(error) => Err(date_error(error)),
        },
        Format::Time | Format::NaiveTime => time(format, Clock::from_seconds(number)),
        Format::DateTime | Format::NaiveDateTime => match DateTime::from_unix(number) {
            Ok(mut point) => {
                if format == Format::NaiveDateTime {
                    point.clock.offset = None;
                }
                Ok(Some(point.to_string()))
            }
            Err(reason) => Err(datetime_error(TimeError::Parsing(reason))),
        },
        _ => Err(type_error(format)),
    }
}

fn time(format: Format, read: Result<Clock, &'static str>) -> Read {
    match read {
        Ok(clock) if format == Format::NaiveTime => zoned(format, clock.offset, clock.to_string()),
        Ok(clock) => Ok(Some(clock.to_string())),
        Err(reason) => {
            let begin = "Input should be in a valid time format";
            Err(parsing("time_parsing", begin, reason))
        }
    }
}

/// Requires an offset from UTC, or forbids one, as the Rust type does.
fn zoned(format: Format, offset: Option<i16>, text: String) -> Read {
    let naive = matches!(format, Format::NaiveDateTime | Format::NaiveTime);
    match (naive, offset) {
        (true, Some(_)) => {
            let msg = "Input should not have timezone info";
            Err(Box::new(new("timezone_naive", msg)))
        }
        (false, None) => {
            let msg = "Input should have timezone info";
            Err(Box::new(new("timezone_aware", msg)))
        }
        _ => Ok(Some(text)),
    }
}

fn date_error(error: TimeError) -> Box<ErrorDetail> {
    match error {
        TimeError::Parsing(reason) => {
            let begin = "Input should be a valid date in the format YYYY-MM-DD";
            parsing("date_parsing", begin, reason)
        }
        TimeError::Neither(reason) => {
            let begin = "Input should be a valid date or datetime";
            parsing("date_from_datetime_parsing", begin, reason)
        }
        TimeError::Inexact => {
            let msg = "Datetimes provided to dates should have zero time - e.g. be exact dates";
            Box::new(new("date_from_datetime_inexact", msg))
        }
    }
}

fn datetime_error(error: TimeError) -> Box<ErrorDetail> {
    match error {
        TimeError::Neither(reason) => {
            let begin = "Input should be a valid datetime or date";
            parsing("datetime_from_date_parsing", begin, reason)
        }
        TimeError::Parsing(reason) => parsing(
            "datetime_parsing",
            "Input should be a valid datetime",
            reason,
        ),
        TimeError::Inexact => type_error(Format::DateTime),
    }
}

fn type_error(format: Format) -> Box<ErrorDetail> {
    let (kind, msg) = match format {
        Format::Unspecified | Format::Email => ("string_type", "Input should be a valid string"),
        Format::DateTime | Format::NaiveDateTime => {
            ("datetime_type", "Input should be a valid datetime")
        }
        Format::Date => ("date_type", "Input should be a valid date"),
        Format::Time | Format::NaiveTime => ("time_type", "Input should be a valid time"),
        Format::Duration => ("time_delta_type", "Input should be a valid timedelta"),
        Format::Base64 => ("bytes_type", "Input should be a valid bytes"),
        Format::Uuid => (
            "uuid_type",
            "UUID input should be a string, bytes or UUID object",
        ),
        Format::Url { .. } => ("url_type", "URL input should be a string or URL"),
        Format::Ipv4 => ("ip_v4_address", "Input is not a valid IPv4 address"),
        Format::Ipv6 => ("ip_v6_address", "Input is not a valid IPv6 address"),
        Format::Ip => (
            "ip_any_address",
            "value is not a valid IPv4 or IPv6 address",
        ),
    };
    Box::new(new(kind, msg))
}

fn parsing(kind: &'static str, begin: &str, reason: &str) -> Box<ErrorDetail> {
    let reason = clipped(reason);
    let detail = new(kind, format!("{begin}, {reason}"));
    Box::new(detail.ctx("error", reason.into_owned()))
}

fn new(kind: &'static str, msg: impl Into<String>) -> ErrorDetail {
    ErrorDetail::new(kind, Vec::new(), msg)
}
