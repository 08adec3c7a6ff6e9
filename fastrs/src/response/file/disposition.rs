//! The header that names a download.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All characters except those that an encoded name may contain unchanged (RFC 8187, 3.2.1).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Returns a `Content-Disposition` (RFC 6266). A name that is not plain ASCII is given twice: encoded, and, for old
/// clients, with `_` in place of the other characters.
pub(super) fn disposition(kind: &str, name: &str) -> HeaderValue {
    let ascii = name.replace(|c| !is_kept(c), "_");
    let value = match ascii == name {
        true => format!("{kind}; filename=\"{ascii}\""),
        false => {
            let encoded = utf8_percent_encode(name, ENCODED);
            format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
        }
    };
    HeaderValue::try_from(value).expect("the value consists of printable ASCII")
}

/// Returns whether a quoted name may contain a character unchanged. Some browsers decode `%`.
fn is_kept(c: char) -> bool {
    matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let table = [
            ("a.txt", r#"attachment; filename="a.txt""#),
            ("two words;.txt", r#"attachment; filename="two words;.txt""#),
            (
                "naïve €.txt",
                r#"attachment; filename="na_ve _.txt"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt"#,
            ),
            (
                "\"quoted\"\\",
                r#"attachment; filename="_quoted__"; filename*=UTF-8''%22quoted%22%5C"#,
            ),
            (
                "100%25.txt",
                r#"attachment; filename="100_25.txt"; filename*=UTF-8''100%2525.txt"#,
            ),
            (
                "a\r\nset-cookie: b=1",
                r#"attachment; filename="a__set-cookie: b=1"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20b%3D1"#,
            ),
            ("", r#"attachment; filename="""#),
        ];
        for (name, header) in table {
            assert_eq!(disposition("attachment", name), header, "{name:?}");
        }
    }
}
