//! The errors of UUIDs, with the messages of the `uuid` crate, which Pydantic also uses.

/// The offsets at which the groups of a hyphenated UUID begin.
const STARTS: [usize; 5] = [0, 9, 14, 19, 24];
const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];

/// Returns the error, or `None` for a UUID: hyphenated, without hyphens, in braces or as a URN.
pub(in crate::model) fn uuid_error(text: &str) -> Option<String> {
    if text.is_empty() || text.len() > 45 {
        return Some(wrong_length(text));
    }
    let (inner, start) = unwrapped(text);
    // If the total length is right, the crate counts offsets from the start of the inner part.
    let before = if [38, 45].contains(&text.len()) {
        0
    } else {
        start
    };
    let mut hyphens = Vec::new();
    for (index, character) in inner.char_indices() {
        match character {
            '-' => hyphens.push(index),
            c if c.is_ascii_hexdigit() => {}
            _ => {
                let at = index + before;
                return Some(format!("invalid character: found `{character}` at {at}"));
            }
        }
    }
    if hyphens.is_empty() && start == 0 {
        return (text.len() != 32).then(|| wrong_length(text));
    }
    if hyphens.len() != 4 {
        let groups = hyphens.len() + 1;
        return Some(format!("invalid group count: expected 5, found {groups}"));
    }
    for (group, hyphen) in hyphens.into_iter().enumerate() {
        if hyphen + 1 != STARTS[group + 1] {
            return Some(wrong_group(group, hyphen - STARTS[group]));
        }
    }
    (inner.len() != 36).then(|| wrong_group(4, text.len() - STARTS[4]))
}

/// Returns the text without braces or `urn:uuid:`, and the offset at which it begins.
fn unwrapped(text: &str) -> (&str, usize) {
    if [32, 36].contains(&text.len()) {
        return (text, 0);
    }
    if let Some(inner) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
        return (inner, 1);
    }
    match text.split_at_checked(9) {
        // The crate also accepts the prefix in upper case, but does not recognize it when it describes an error.
        Some(("urn:uuid:", inner)) => (inner, 9),
        Some(("URN:UUID:", inner)) if uuid_error(inner).is_none() && inner.len() == 36 => {
            (inner, 9)
        }
        _ => (text, 0),
    }
}

fn wrong_length(text: &str) -> String {
    format!("invalid length: found {}", text.len())
}

fn wrong_group(group: usize, length: usize) -> String {
    let expected = LENGTHS[group];
    format!("invalid group length in group {group}: expected {expected}, found {length}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_patterns() {
        for text in [
            "00000000-0000-0000-0000-000000000000",
            "936DA01f9abd4d9d80c702af85c822a8",
            "urn:uuid:936da01f-9abd-4d9d-80c7-02af85c822a8",
            "{936da01f-9abd-4d9d-80c7-02af85c822a8}",
        ] {
            assert_eq!(uuid_error(text), None, "{text}");
        }
    }

    #[test]
    fn invalid_patterns() {
        let cases = [
            ("", "invalid length: found 0"),
            ("abc", "invalid length: found 3"),
            ("not-a-uuid", "invalid character: found `n` at 0"),
            ("é", "invalid character: found `é` at 0"),
            (
                "0000000000000000000000000000000",
                "invalid length: found 31",
            ),
            (
                "0000000000000000000000000000000g",
                "invalid character: found `g` at 31",
            ),
            (
                "00000000-0000-0000-0000-00000000000",
                "invalid group length in group 4: expected 12, found 11",
            ),
            (
                "0000000000-000-0000-0000-000000000000",
                "invalid group length in group 0: expected 8, found 10",
            ),
            (
                "00000000-0000-0000-0000",
                "invalid group count: expected 5, found 4",
            ),
            ("{0000}", "invalid group count: expected 5, found 1"),
            ("urn:uuid:abc", "invalid group count: expected 5, found 1"),
            ("urn:uuid", "invalid character: found `u` at 0"),
            (
                "urn:uuid:936da01f-9abd-4d9d-80c7-02af85c822ag",
                "invalid character: found `g` at 35",
            ),
            (
                "{897c201-EBcB-54f9-E3C-3EF6FD73C137}",
                "invalid character: found `{` at 0",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(uuid_error(text).as_deref(), Some(expected), "{text}");
        }
    }
}
