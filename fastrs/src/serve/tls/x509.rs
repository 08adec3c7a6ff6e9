//! The parts of a certificate that the server itself reads (RFC 5280, 4.1), in DER (X.690).

const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// The tag of the version, which is optional.
const VERSION: u8 = 0xa0;

/// The attribute `commonName`: 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// Returns the first and the last second of a certificate's validity, in seconds since 1970.
pub(super) fn validity(certificate: &[u8]) -> Option<(i64, i64)> {
    let (mut validity, _) = validity_and_subject(certificate)?;
    Some((validity.time()?, validity.time()?))
}

/// Returns the common name of a certificate's subject, if it has exactly one.
pub(super) fn common_name(certificate: &[u8]) -> Option<&str> {
    let (_, mut subject) = validity_and_subject(certificate)?;
    let mut found = None;
    while !subject.0.is_empty() {
        let mut set = Der(subject.take(SET)?);
        while !set.0.is_empty() {
            let mut attribute = Der(set.take(SEQUENCE)?);
            if attribute.take(OBJECT_IDENTIFIER)? != COMMON_NAME {
                continue;
            }
            let name = [UTF8_STRING, PRINTABLE_STRING]
                .into_iter()
                .find_map(|tag| attribute.take(tag));
            if found.replace(str::from_utf8(name?).ok()?).is_some() {
                return None;
            }
        }
    }
    found
}

fn validity_and_subject(certificate: &[u8]) -> Option<(Der<'_>, Der<'_>)> {
    let mut fields = Der(Der(Der(certificate).take(SEQUENCE)?).take(SEQUENCE)?);
    let _version = fields.take(VERSION);
    let _serial_number = fields.take(INTEGER)?;
    let _signature = fields.take(SEQUENCE)?;
    let _issuer = fields.take(SEQUENCE)?;
    Some((Der(fields.take(SEQUENCE)?), Der(fields.take(SEQUENCE)?)))
}

/// A sequence of elements, each with a tag and a length.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// Takes the content of the next element if it has this tag.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&first, rest) = self.0.split_first()?;
        let (&length, rest) = rest.split_first()?;
        let (length, rest) = match length {
            0..0x80 => (usize::from(length), rest),
            _ => {
                let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
                let add = |length: usize, byte: &u8| {
                    length.checked_mul(256)?.checked_add(usize::from(*byte))
                };
                (bytes.iter().try_fold(0, add)?, rest)
            }
        };
        let (content, rest) = rest.split_at_checked(length)?;
        if first != tag {
            return None;
        }
        self.0 = rest;
        Some(content)
    }

    /// Takes a time, in seconds since 1970.
    fn time(&mut self) -> Option<i64> {
        // A year with two digits is between 1950 and 2049 (RFC 5280, 4.1.2.5.1).
        let (year, rest) = match self.take(UTC_TIME) {
            Some(text) => {
                let (year, rest) = text.split_at_checked(2)?;
                let year = number(year)?;
                (year + if year < 50 { 2000 } else { 1900 }, rest)
            }
            None => {
                let (year, rest) = self.take(GENERALIZED_TIME)?.split_at_checked(4)?;
                (number(year)?, rest)
            }
        };
        let [month, day, hour, minute, second] = match rest {
            [digits @ .., b'Z'] if digits.len() == 10 => {
                [0, 2, 4, 6, 8].map(|at| number(&digits[at..at + 2]))
            }
            _ => return None,
        };
        let days = days_since_1970(year, month?, day?);
        Some(((days * 24 + hour?) * 60 + minute?) * 60 + second?)
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    str::from_utf8(digits).ok()?.parse().ok()
}

/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_since_1970() {
        let time = |tag: u8, text: &str| {
            let length = text.len() as u8;
            Der(&[&[tag, length], text.as_bytes()].concat()).time()
        };
        assert_eq!(time(UTC_TIME, "700101000000Z"), Some(0));
        assert_eq!(time(UTC_TIME, "500101000000Z"), Some(-631_152_000));
        assert_eq!(time(UTC_TIME, "491231235959Z"), Some(2_524_607_999));
        assert_eq!(time(UTC_TIME, "240229120000Z"), Some(1_709_208_000));
        assert_eq!(
            time(GENERALIZED_TIME, "20500101000000Z"),
            Some(2_524_608_000)
        );
        assert_eq!(
            time(GENERALIZED_TIME, "99991231235959Z"),
            Some(253_402_300_799)
        );
        for text in [
            "",
            "2402291200Z",
            "240229120000",
            "240229120000+0100",
            "24022912000xZ",
        ] {
            assert_eq!(time(UTC_TIME, text), None, "{text}");
        }
    }

    #[test]
    fn elements_that_are_cut_have_no_content() {
        assert_eq!(
            Der(&[SEQUENCE, 0x81, 2, 1, 2]).take(SEQUENCE),
            Some(&[1, 2][..])
        );
        for cut in [
            &[][..],
            &[SEQUENCE],
            &[SEQUENCE, 1],
            &[SEQUENCE, 0x81],
            &[SEQUENCE, 0x82, 0, 1],
        ] {
            assert_eq!(Der(cut).take(SEQUENCE), None, "{cut:?}");
        }
        let huge = [SEQUENCE, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(Der(&huge).take(SEQUENCE), None);
    }
}
