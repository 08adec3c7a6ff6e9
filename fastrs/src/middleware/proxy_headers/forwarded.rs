//! The header `Forwarded` (RFC 7239).

use std::borrow::Cow;

use crate::request::is_token;

/// What one proxy wrote about the request that it received.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Element<'a> {
    /// The parameter `for`.
    pub(super) client: Option<Cow<'a, str>>,
    /// The parameter `proto`.
    pub(super) scheme: Option<Cow<'a, str>>,
    pub(super) host: Option<Cow<'a, str>>,
}

impl<'a> Element<'a> {
    /// Reads a line; `None` if it is not valid. As most proxies do, it may contain addresses without quotes.
    pub(super) fn parse_list(line: &'a str) -> Option<Vec<Self>> {
        let mut elements = Vec::new();
        let (mut element, mut is_empty) = (Self::default(), true);
        let mut rest = line;
        loop {
            rest = rest.trim_start_matches(SPACE);
            if !rest.is_empty() && !rest.starts_with([',', ';']) {
                let (name, value) = rest.split_once('=').filter(|(name, _)| is_token(name))?;
                let (value, after) = read_value(value)?;
                element.set(name, value)?;
                is_empty = false;
                rest = after.trim_start_matches(SPACE);
            }
            let ends_element = !rest.starts_with(';');
            if ends_element && !std::mem::replace(&mut is_empty, true) {
                elements.push(std::mem::take(&mut element));
            }
            rest = match rest.chars().next() {
                None => return Some(elements),
                Some(',' | ';') => &rest[1..],
                Some(_) => return None,
            };
        }
    }

    /// Sets a parameter; `None` if it is there twice.
    fn set(&mut self, name: &str, value: Cow<'a, str>) -> Option<()> {
        let parameter = match &*name.to_ascii_lowercase() {
            "for" => &mut self.client,
            "proto" => &mut self.scheme,
            "host" => &mut self.host,
            _ => return Some(()),
        };
        parameter.replace(value).is_none().then_some(())
    }
}

const SPACE: [char; 2] = [' ', '\t'];

/// Reads a value, and returns it with what follows it.
fn read_value(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ';', '"', ' ', '\t']).unwrap_or(text.len());
        return (end > 0).then(|| (Cow::Borrowed(&text[..end]), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value.into(), &quoted[at + 1..])),
            '\\' => value.push(chars.next()?.1),
            _ => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Element;

    /// The elements of a line, each as `for proto host`.
    fn shown(line: &str) -> Option<Vec<String>> {
        let shown = |element: Element<'_>| {
            let parameters = [element.client, element.scheme, element.host];
            parameters.map(|it| it.unwrap_or("-".into())).join(" ")
        };
        let elements = Element::parse_list(line)?;
        Some(elements.into_iter().map(shown).collect())
    }

    #[test]
    fn a_line_is_a_list_of_elements() {
        for (line, expected) in [
            ("", &[][..]),
            (" , ;, ", &[]),
            (
                "for=192.0.2.60;proto=http;by=203.0.113.43",
                &["192.0.2.60 http -"],
            ),
            (
                "for=192.0.2.43, for=\"[2001:db8:cafe::17]:4711\" ; Host=\"a.example:80\"",
                &["192.0.2.43 - -", "[2001:db8:cafe::17]:4711 - a.example:80"],
            ),
            ("FOR=_gazonk;ext=\"a;b,c\\\"d=\"", &["_gazonk - -"]),
            ("for=unknown;;proto=https;", &["unknown https -"]),
            ("for=\"a\\\"b\"", &["a\"b - -"]),
            (
                "for=192.0.2.1:80,for=[::1]",
                &["192.0.2.1:80 - -", "[::1] - -"],
            ),
        ] {
            let expected = expected.iter().map(|&it| it.to_owned()).collect();
            assert_eq!(shown(line), Some(expected), "{line}");
        }
        for line in [
            "for",
            "for=",
            "for=;proto=https",
            "for=\"192.0.2.1",
            "for=\"192.0.2.1\\",
            "for=\"a\"b",
            "for=a b",
            "for =a",
            "=a",
            "for=a\"b\"",
            "for=a;for=b",
            // What a client left open, and a proxy went on with.
            "for=1.2.3.4;x=\", for=\"[2001:db8::1]\"",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }
}
