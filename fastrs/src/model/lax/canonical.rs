//! The canonical form of dates and times, which every reader accepts. chrono accepts more than Pydantic (`2024-1-1`,
//! leap seconds), so the error walk checks any other form.

use super::duration::count_digits;

/// Returns whether a string may be a date or a time but is not in RFC 3339's form.
#[inline]
pub(crate) fn is_loose_moment(text: &str) -> bool {
    // Most strings that reach this check are UUIDs and addresses, which an early byte usually rules out.
    let may_be =
        |byte: u8| matches!(byte, b'0'..=b'9' | 0x80..) || b":-+., _TtZzUC\t\n".contains(&byte);
    let bytes = text.as_bytes();
    bytes.iter().copied().all(may_be)
        && bytes.iter().any(|byte| matches!(byte, b':' | b'-'))
        && !is_moment(bytes)
}

fn is_moment(text: &[u8]) -> bool {
    if is_time(text) {
        return true;
    }
    let Some((date, rest)) = text.split_at_checked(10) else {
        return false;
    };
    is_date(date)
        && match rest {
            [] => true,
            [b'T' | b't' | b' ', time @ ..] => is_time(time),
            _ => false,
        }
}

/// Returns whether a string is `YYYY-MM-DD` and not in the year 0.
fn is_date(text: &[u8]) -> bool {
    has_form(text, b"0000-00-00") && !text.starts_with(b"0000")
}

/// Returns whether a string is `HH:MM`, optionally with seconds, a fraction and an offset.
fn is_time(text: &[u8]) -> bool {
    let Some((minutes, mut rest)) = text.split_at_checked(5) else {
        return false;
    };
    if !has_form(minutes, b"00:00") {
        return false;
    }
    if let [b':', b'0'..=b'5', b'0'..=b'9', after @ ..] = rest {
        rest = after;
        if let [b'.', after @ ..] = rest {
            let digits = count_digits(after);
            if digits == 0 {
                return false;
            }
            rest = &after[digits..];
        }
    }
    match rest {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', offset @ ..] => has_form(offset, b"00:00") || has_form(offset, b"0000"),
        _ => false,
    }
}

/// Returns whether a string has a digit wherever the form has a zero, and otherwise the form's own characters.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    text.len() == form.len()
        && text.iter().zip(form).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            form => byte == form,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_to_the_walk() {
        let canonical = [
            "2024-01-02",
            "03:04",
            "03:04:05",
            "03:04:05.123456789",
            "2024-01-02T03:04:05Z",
            "2024-01-02 03:04+02:00",
            "2024-01-02t03:04:05.5-0230",
        ];
        let other = [
            "",
            "x",
            "20240102",
            "1.5",
            "127.0.0.1",
            "936da01f-9abd-4d9d-80c7-02af85c822a8",
            "a:b",
        ];
        let loose = [
            "2024-1-1",
            "24-05-01",
            "+2024-01-01",
            "-2024-01-01",
            "0000-01-01",
            " 2024-01-01",
            "2024-01-01 ",
            "1:30",
            "03:04:60",
            "03:04:5",
            "03:04:05.",
            "03:04:05,5",
            "2024-01-02  03:04",
            "2024-01-02_03:04",
            "2024-01-02T03:04:05UTC",
            "2024-01-02T03:04:05\u{2212}02:00",
            "2024-01-02T03:04:05+2",
        ];
        for text in canonical.iter().chain(&other) {
            assert!(!is_loose_moment(text), "{text:?}");
        }
        for text in loose {
            assert!(is_loose_moment(text), "{text:?}");
        }
    }
}
