//! The text of a form: its names, fields and file names.

/// Decodes UTF-8, or else Latin-1, which cannot fail. FastAPI reads multipart forms in the same way.
pub(crate) fn form_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let bytes = error.as_bytes().iter();
        bytes.map(|byte| char::from(*byte)).collect()
    })
}
