//! The parameters of a header: `form-data; name="avatar"; filename="me.png"`.

use crate::body::form_text;

/// The parameters of a `Content-Disposition` that a form uses.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Disposition {
    pub(super) name: Option<String>,
    pub(super) filename: Option<String>,
}

impl Disposition {
    /// Parses the header. Of several parameters with the same name, the last is used; `filename*` does not exist in
    /// forms (RFC 7578, 4.2).
    pub(super) fn parse(value: &[u8]) -> Self {
        let mut disposition = Self::default();
        for (name, value) in parameters(value) {
            match name.to_ascii_lowercase().as_slice() {
                b"name" => disposition.name = Some(form_text(value)),
                b"filename" => disposition.filename = Some(file_name(form_text(value))),
                _ => {}
            }
        }
        disposition
    }
}

/// Removes the folder from a Windows path, which old browsers send. Any other name is left as it is.
fn file_name(name: String) -> String {
    let is_path = name.starts_with("\\\\") || name.get(1..3) == Some(":\\");
    match name.rsplit_once('\\') {
        Some((_, file)) if is_path => file.to_owned(),
        _ => name,
    }
}

/// Returns the parameters after the first `;`, with quotes and escapes removed. What is not a parameter is skipped.
pub(super) fn parameters(header: &[u8]) -> impl Iterator<Item = (&[u8], Vec<u8>)> {
    let mut rest = after_semicolon(header);
    std::iter::from_fn(move || {
        loop {
            let part = rest?.trim_ascii_start();
            let end = part.iter().position(|byte| matches!(byte, b'=' | b';'));
            let Some(end) = end.filter(|end| part[*end] == b'=') else {
                rest = after_semicolon(part);
                continue;
            };
            let (name, value) = (part[..end].trim_ascii(), part[end + 1..].trim_ascii_start());
            let (value, after) = match value.strip_prefix(b"\"") {
                Some(quoted) => unquoted(quoted),
                None => {
                    let end = memchr::memchr(b';', value).unwrap_or(value.len());
                    (value[..end].trim_ascii().to_vec(), &value[end..])
                }
            };
            rest = after_semicolon(after);
            return Some((name, value));
        }
    })
}

fn after_semicolon(text: &[u8]) -> Option<&[u8]> {
    memchr::memchr(b';', text).map(|at| &text[at + 1..])
}

/// Returns a quoted string, and what follows its closing quote. A backslash escapes only quotes and backslashes.
fn unquoted(quoted: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::with_capacity(quoted.len());
    let mut at = 0;
    while at < quoted.len() {
        match (quoted[at], quoted.get(at + 1)) {
            (b'"', _) => return (value, &quoted[at + 1..]),
            (b'\\', Some(&escaped @ (b'"' | b'\\'))) => {
                value.push(escaped);
                at += 1;
            }
            (byte, _) => value.push(byte),
        }
        at += 1;
    }
    (value, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_browsers_send_them() {
        let cases = [
            ("form-data; name=\"a\"", Some("a"), None),
            (
                "form-data; name=a; filename=b.txt",
                Some("a"),
                Some("b.txt"),
            ),
            (
                "FORM-DATA ;NAME = \"a\" ; FileName=\"b\"",
                Some("a"),
                Some("b"),
            ),
            (
                "form-data; name=\"a;b\"; filename=\"c=d;e\"",
                Some("a;b"),
                Some("c=d;e"),
            ),
            (
                r#"form-data; name="a\"b"; filename="c\\d""#,
                Some("a\"b"),
                Some(r"c\d"),
            ),
            (
                "form-data; name=\"a%22\"; filename=\"b%22\"",
                Some("a%22"),
                Some("b%22"),
            ),
            (
                r#"form-data; name="a"; filename="C:\dir\b.txt""#,
                Some("a"),
                Some("b.txt"),
            ),
            (
                r#"form-data; name="a"; filename="\\\\server\b.txt""#,
                Some("a"),
                Some("b.txt"),
            ),
            (
                "form-data; name=\"a\"; filename=\"../../b\"",
                Some("a"),
                Some("../../b"),
            ),
            ("form-data; name=\"a\"; filename*=UTF-8''b", Some("a"), None),
            ("form-data; name=\"a\"; filename=\"\"", Some("a"), Some("")),
            ("form-data; name=\"a\"; name=\"b\"", Some("b"), None),
            ("form-data; ; x; name=\"é\"", Some("é"), None),
            ("form-data; name=\"open", Some("open"), None),
            ("form-data", None, None),
            ("name=\"a\"", None, None),
        ];
        for (header, name, filename) in cases {
            let found = Disposition::parse(header.as_bytes());
            let found = (found.name.as_deref(), found.filename.as_deref());
            assert_eq!(found, (name, filename), "{header}");
        }
        let latin = Disposition::parse(b"form-data; name=\"\xe9\"");
        assert_eq!(latin.name.as_deref(), Some("é"));
    }
}
