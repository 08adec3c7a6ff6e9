//! The text of names and fields.

/// Decodes UTF-8, or else Latin-1, which cannot fail. FastAPI does the same.
pub(crate) fn decoded(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        error
            .as_bytes()
            .iter()
            .map(|byte| char::from(*byte))
            .collect()
    })
}
