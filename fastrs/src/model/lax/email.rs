//! Email addresses: the rules and the messages of Python's `email-validator`.

use std::borrow::Cow;

use super::url::mapped;

/// The message of the rule that is broken.
type Reason = Cow<'static, str>;

const MOST: usize = 2048;
const MAX_ADDRESS: usize = 254;
const MAX_DOMAIN: usize = 253;
const MAX_LABEL: usize = 63;

/// Returns the address, with its domain in lower case.
pub(in crate::model) fn parse(text: &str) -> Result<String, Reason> {
    if text.chars().count() > MOST {
        return refuse("Length must not exceed 2048 characters");
    }
    if text.contains(['\r', '\n']) {
        return refuse("Carriage return and line feed characters are not allowed");
    }
    let address = bare_address(text.trim());
    if let Some((name, rest)) = address.split_once('<')
        && !name.contains(['@', '"'])
    {
        return refuse(misplaced_name(name.trim_end(), rest));
    }
    let Some((local, domain)) = address.split_once('@') else {
        return refuse(without_at(address));
    };
    if let Some(unsafe_ones) = invisible_characters(address) {
        return refuse(format!(
            "The email address contains unsafe characters: {unsafe_ones}."
        ));
    }
    check_local(local)?;
    let domain: String = domain.chars().filter_map(mapped).collect();
    check_domain(&domain)?;
    let length = address.chars().count();
    if length > MAX_ADDRESS {
        let over = plural(length - MAX_ADDRESS);
        return refuse(format!("The email address is too long ({over} too many)."));
    }
    Ok(format!("{local}@{}", domain.to_lowercase()))
}

/// Returns whether an address is a simple one, as most are: [`parse`] would return it unchanged.
///
/// This takes one pass over the bytes, whereas checking every rule takes thirty.
pub(in crate::model) fn is_simple(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(at) = bytes.iter().position(|byte| *byte == b'@') else {
        return false;
    };
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    if bytes.len() > MAX_ADDRESS || domain.len() > MAX_LABEL {
        return false;
    }
    let Some(dot) = domain.iter().rposition(|byte| *byte == b'.') else {
        return false;
    };
    let top = &domain[dot + 1..];
    is_separated(local, LOCAL, |byte| byte == b'.')
        && is_separated(domain, DOMAIN, |byte| byte == b'.' || byte == b'-')
        && top.last().is_some_and(u8::is_ascii_lowercase)
        && !RESERVED.iter().any(|name| name.as_bytes() == top)
}

/// Returns whether every byte is in a class, and no separator is at the start, at the end, or next to another one.
fn is_separated(bytes: &[u8], class: u8, is_separator: impl Fn(u8) -> bool) -> bool {
    let mut after_separator = true;
    for byte in bytes {
        let separates = is_separator(*byte);
        if CLASSES[usize::from(*byte)] & class == 0 || (separates && after_separator) {
            return false;
        }
        after_separator = separates;
    }
    !after_separator
}

const LOCAL: u8 = 1;
const DOMAIN: u8 = 2;

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let (lower, other) = (
        b"abcdefghijklmnopqrstuvwxyz0123456789-.",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+/=?^_`{|}~",
    );
    let mut at = 0;
    while at < lower.len() {
        classes[lower[at] as usize] = LOCAL | DOMAIN;
        at += 1;
    }
    at = 0;
    while at < other.len() {
        classes[other[at] as usize] = LOCAL;
        at += 1;
    }
    classes
};

/// The special-use domains of RFC 6761 and related RFCs. `test` and `example` are not among them: the RFC says that
/// applications should not recognize them, app tests use them, and `format: email` accepts them.
const RESERVED: [&str; 5] = ["arpa", "invalid", "local", "localhost", "onion"];

/// Returns the address in `Name <address>`, where the name consists of words or is quoted.
fn bare_address(text: &str) -> &str {
    let bracketed = text.strip_suffix('>').and_then(|text| text.split_once('<'));
    let Some((name, address)) = bracketed else {
        return text;
    };
    let name = name.trim();
    let is_quoted = name.len() > 2 && name.starts_with('"') && name.ends_with('"');
    let is_word = |c: char| c.is_alphanumeric() || c.is_whitespace() || ATEXT_AND_DOT.contains(c);
    match is_quoted || name.chars().all(is_word) {
        true => address.trim(),
        false => text,
    }
}

const ATEXT_AND_DOT: &str = ".!#$%&'*+-/=?^_`{|}~";

/// Describes what is wrong with an address that follows an invalid display name.
fn misplaced_name(name: &str, rest: &str) -> Reason {
    let allowed =
        |c: char| c != '.' && (c == ' ' || c.is_ascii_alphanumeric() || ATEXT_AND_DOT.contains(c));
    if let Some(bad) = characters(name, &|c| !allowed(c)) {
        return format!("The display name contains invalid characters when not quoted: {bad}.")
            .into();
    }
    if !rest.contains('>') {
        return "An open angle bracket at the start of the email address has to be followed by a close angle bracket at the end.".into();
    }
    match rest.trim_end_matches(' ').strip_suffix('>') {
        None => "There can't be anything after the email address.".into(),
        Some(address) if !address.contains('@') => without_at(address),
        Some(_) => {
            "A display name and angle brackets around the email address are not permitted here."
                .into()
        }
    }
}

/// Returns the names of the invisible characters in a string.
fn invisible_characters(text: &str) -> Option<String> {
    let names = [
        ('\u{ad}', "SOFT HYPHEN"),
        ('\u{2060}', "WORD JOINER"),
        ('\u{200d}', "ZERO WIDTH JOINER"),
        ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE"),
        ('\u{200c}', "ZERO WIDTH NON-JOINER"),
        ('\u{200b}', "ZERO WIDTH SPACE"),
    ];
    let mut found = Vec::new();
    for (c, name) in names {
        if text.contains(c) {
            found.push(name.to_owned());
        }
    }
    (!found.is_empty()).then(|| found.join(", "))
}

fn without_at(text: &str) -> Reason {
    let signs = [
        ('\u{ff20}', "\"full-width\" at-sign (@)"),
        ('\u{fe6b}', "\"small commercial at\""),
    ];
    match signs.into_iter().find(|(sign, _)| text.contains(*sign)) {
        Some((_, name)) => {
            format!("The email address has the {name} character instead of a regular at-sign.")
                .into()
        }
        None => "An email address must have an @-sign.".into(),
    }
}

fn check_local(local: &str) -> Result<(), Reason> {
    if local.is_empty() {
        return refuse("There must be something before the @-sign.");
    }
    if local.starts_with('"') {
        return refuse("Quoting the part before the @-sign is not allowed here.");
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || ATEXT_AND_DOT.contains(c);
    if let Some(bad) = bad_characters(local, allowed) {
        return refuse(format!(
            "The email address contains invalid characters before the @-sign: {bad}."
        ));
    }
    if local.starts_with('.') {
        return refuse("An email address cannot start with a period.");
    }
    if local.ends_with('.') {
        return refuse("An email address cannot have a period immediately before the @-sign.");
    }
    if local.contains("..") {
        return refuse("An email address cannot have two periods in a row.");
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), Reason> {
    if domain.is_empty() {
        return refuse("There must be something after the @-sign.");
    }
    if domain.starts_with('[') {
        return refuse("A bracketed IP address after the @-sign is not allowed here.");
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if let Some(bad) = bad_characters(domain, allowed) {
        return refuse(format!(
            "The part after the @-sign contains invalid characters: {bad}."
        ));
    }
    let shape = [
        (
            domain.ends_with('.'),
            "An email address cannot end with a period.",
        ),
        (
            domain.starts_with('.'),
            "An email address cannot have a period immediately after the @-sign.",
        ),
        (
            domain.contains(".."),
            "An email address cannot have two periods in a row.",
        ),
        (
            domain.starts_with('-'),
            "An email address cannot have a hyphen immediately after the @-sign.",
        ),
        (
            domain.ends_with('-'),
            "An email address cannot end with a hyphen.",
        ),
        (
            domain.contains(".-") || domain.contains("-."),
            "An email address cannot have a period and a hyphen next to each other.",
        ),
        (
            domain.split('.').any(has_reserved_hyphens),
            "An email address cannot have two letters followed by two dashes immediately after the @-sign or after a period, except Punycode.",
        ),
    ];
    for (broken, reason) in shape {
        if broken {
            return refuse(reason);
        }
    }
    check_labels(domain)
}

fn check_labels(domain: &str) -> Result<(), Reason> {
    let length = domain.chars().count();
    if length > MAX_DOMAIN {
        let over = plural(length - MAX_DOMAIN);
        return refuse(format!(
            "The email address is too long after the @-sign ({over} too many)."
        ));
    }
    let longest = domain.split('.').map(|label| label.chars().count()).max();
    if let Some(over @ 1..) = longest.map(|longest| longest.saturating_sub(MAX_LABEL)) {
        let over = plural(over);
        return refuse(format!(
            "After the @-sign, periods cannot be separated by so many characters ({over} too many)."
        ));
    }
    let Some((_, top)) = domain.rsplit_once('.') else {
        return refuse("The part after the @-sign is not valid. It should have a period.");
    };
    // A letter may be followed by a combining accent.
    if !top.ends_with(|c: char| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c)) {
        return refuse(
            "The part after the @-sign is not valid. It is not within a valid top-level domain.",
        );
    }
    let top = top.to_ascii_lowercase();
    if RESERVED.contains(&top.as_str()) {
        return refuse(
            "The part after the @-sign is a special-use or reserved name that cannot be used with email.",
        );
    }
    Ok(())
}

/// Returns whether a label has two hyphens after its first two letters but is not Punycode (`xn--`), the only encoding
/// for which they are reserved.
fn has_reserved_hyphens(label: &str) -> bool {
    let bytes = label.as_bytes();
    bytes.get(2..4) == Some(b"--") && !bytes[..2].eq_ignore_ascii_case(b"xn")
}

/// Lists the ASCII characters that are not allowed, and control characters.
fn bad_characters(text: &str, allowed: fn(char) -> bool) -> Option<String> {
    characters(text, &|c| {
        (c.is_ascii() && !allowed(c)) || c.is_control() || c.is_whitespace()
    })
}

/// Lists the bad characters.
fn characters(text: &str, is_bad: &dyn Fn(char) -> bool) -> Option<String> {
    const MAX_NAMED: usize = 10;
    let bad = |c: &char| is_bad(*c);
    // Both lists are kept in order by insertion: a sort would add much code to compile for a few elements.
    let mut found: Vec<char> = Vec::new();
    for c in text.chars().filter(bad) {
        if let Err(place) = found.binary_search(&c) {
            found.insert(place, c);
            found.truncate(MAX_NAMED);
        }
    }
    let mut names: Vec<String> = Vec::new();
    for c in found {
        let name = match c {
            ' ' => "SPACE".to_owned(),
            '\'' => "\"'\"".to_owned(),
            '\\' => "\"\\\"".to_owned(),
            c if c.is_ascii_graphic() || (!c.is_control() && !c.is_whitespace()) => {
                format!("'{c}'")
            }
            c => format!("U+{:04X}", u32::from(c)),
        };
        names.insert(names.partition_point(|known| *known < name), name);
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn plural(count: usize) -> String {
    format!("{count} character{}", if count == 1 { "" } else { "s" })
}

fn refuse<T>(reason: impl Into<Reason>) -> Result<T, Reason> {
    Err(reason.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_patterns() {
        let cases = [
            ("a@b.co", "a@b.co"),
            ("A@B.COM", "A@b.com"),
            ("ü@b.com", "ü@b.com"),
            ("a@ü.de", "a@ü.de"),
            ("a+b'c@d.com", "a+b'c@d.com"),
            (" a@b.com ", "a@b.com"),
            ("Name <a@b.com>", "a@b.com"),
            ("a@b--c.com", "a@b--c.com"),
            ("a@b.1c", "a@b.1c"),
            ("a@example.com", "a@example.com"),
            ("a@b.test", "a@b.test"),
            ("a@b\u{3002}\u{ff23}om", "a@b.com"),
            ("\"Ann Lee\" <a@b.com>", "a@b.com"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn simple_addresses_are_not_changed() {
        for simple in ["a@b.co", "A.b+c'd@x-1.y.com", "x@1.2.a", "_@b.test"] {
            assert!(is_simple(simple), "{simple}");
            assert_eq!(parse(simple).as_deref(), Ok(simple));
        }
        let others = [
            "",
            "a",
            "@",
            "a@",
            "@b.co",
            "a@b",
            "a@B.co",
            "a@b..co",
            "a@.b.co",
            "a@b.co.",
            ".a@b.co",
            "a.@b.co",
            "a..b@b.co",
            "a@-b.co",
            "a@b-.co",
            "a@b.-co",
            "a@b--c.co",
            "a@b.c0",
            "a@b.local",
            "a@b@c.co",
            "ü@b.co",
            "a@ü.co",
            " a@b.co",
            "a <a@b.co>",
            "\"a\"@b.co",
            "a@[b.co",
        ];
        for other in others {
            assert!(!is_simple(other), "{other}");
        }
    }

    #[test]
    fn invalid_patterns() {
        let cases = [
            ("", "must have an @-sign."),
            ("a@", "something after the @-sign."),
            ("@b.co", "something before the @-sign."),
            ("a@b", "It should have a period."),
            ("a b@c.com", "before the @-sign: SPACE."),
            ("a@b c.com", "invalid characters: SPACE."),
            ("a@b@c.com", "invalid characters: '@'."),
            ("a(b)@c.com", "before the @-sign: '(', ')'."),
            (".a@c.com", "start with a period."),
            ("a.@c.com", "immediately before the @-sign."),
            ("a..b@c.com", "two periods in a row."),
            ("a@.com", "period immediately after the @-sign."),
            ("a@b.com.", "end with a period."),
            ("a@-b.com", "hyphen immediately after the @-sign."),
            ("a@b-.com", "next to each other."),
            ("a@bb--c.com", "except Punycode."),
            ("a@b.123", "within a valid top-level domain."),
            ("a@b.local", "cannot be used with email."),
            (
                "a@[1.2.3.4]",
                "bracketed IP address after the @-sign is not allowed here.",
            ),
            (
                "\"a b\"@c.com",
                "Quoting the part before the @-sign is not allowed here.",
            ),
            ("a\n@b.com", "line feed characters are not allowed"),
            ("a@\u{200b}b.com", "unsafe characters: ZERO WIDTH SPACE."),
            ("a\u{ff20}b.com", "character instead of a regular at-sign."),
            ("a\\b@c.com", "before the @-sign: \"\\\"."),
            ("<a@b.com", "followed by a close angle bracket at the end."),
            ("<a@b.com> x", "can't be anything after the email address."),
            ("a(b <c@d.com>", "when not quoted: '('."),
        ];
        for (text, expected) in cases {
            let error = parse(text).unwrap_err();
            assert!(error.ends_with(expected), "{text}: {error}");
        }
        let long = |text: String| parse(&text).unwrap_err();
        assert!(long(format!("a@{}.com", "b".repeat(64))).contains("(1 character too many)"));
        assert!(long(format!("{}@b.com", "x".repeat(300))).contains("(52 characters too many)"));
        assert!(long(format!("a@{}com", "b.".repeat(130))).contains("(10 characters too many)"));
        assert!(long("x".repeat(100_000)).contains("2048"));
    }
}
