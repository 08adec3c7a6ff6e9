//! Describes what serde expected in terms that a client understands.

/// Replaces the names of Rust types, such as `i64` and `struct Item`, which mean nothing to a client.
pub(super) fn without_rust_names(expected: &str) -> &str {
    const KINDS: [(&str, &[&str]); 5] = [
        ("an object", &["a map", "map", "struct "]),
        ("a list", &["a sequence", "sequence", "a tuple", "tuple "]),
        ("null", &["unit"]),
        ("a value or null", &["option"]),
        (
            "one of the allowed forms",
            &[
                "enum ",
                "variant ",
                "internally tagged ",
                "adjacently tagged ",
            ],
        ),
    ];
    match expected.trim_start_matches("a nonzero ") {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128"
        | "usize" => return "an integer",
        "f32" | "f64" => return "a number",
        "a borrowed string" | "str" => return "a string",
        _ => {}
    }
    let kind = KINDS
        .iter()
        .find(|(_, names)| names.iter().any(|name| expected.starts_with(name)));
    kind.map_or(expected, |(words, _)| words)
}

/// Joins names as `'a', 'b' or 'c'`.
pub(super) fn choice(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    match &quoted[..] {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [some @ .., last] => format!("{} or {last}", some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{choice, without_rust_names};
    use crate::model::read::InputError;
    use serde::de::{Error, Unexpected};

    #[test]
    fn rust_names_are_replaced() {
        for (expected, words) in [
            ("i64", "an integer"),
            ("a nonzero u8", "an integer"),
            ("f32", "a number"),
            ("a borrowed string", "a string"),
            ("struct Secret with 2 elements", "an object"),
            ("a tuple of size 2", "a list"),
            ("variant index 0 <= i < 3", "one of the allowed forms"),
            ("a semantic version", "a semantic version"),
        ] {
            assert_eq!(without_rust_names(expected), words);
        }
        assert_eq!(choice(&["a", "b", "c"]), "'a', 'b' or 'c'");
    }

    #[test]
    fn a_message_of_the_type_itself_is_passed_on() {
        let message = |error: InputError| error.message;
        assert_eq!(message(InputError::custom("not a prime")), "not a prime");
        let error = InputError::invalid_type(Unexpected::Str("x"), &"struct Inner");
        assert_eq!(message(error), "expected an object");
        let error = InputError::custom("data did not match any variant of untagged enum Inner");
        assert_eq!(message(error), "expected one of the allowed forms");
        let error = InputError::unknown_variant("c", &["a", "b"]);
        assert_eq!(message(error), "expected 'a' or 'b'");
    }
}
