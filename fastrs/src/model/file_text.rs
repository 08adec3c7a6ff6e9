//! The files of a form, as a model reads them.

/// The first character of the string that stands for a file in a model's field. The file's index among the form's files
/// follows it. No client can send such a string in a multipart form (`request/form/multipart.rs`), and other forms have
/// no files.
pub(crate) const FILE_TEXT: char = '\0';

/// The message for text in place of a file.
pub(crate) const NOT_A_FILE: &str = "Expected a file, received text";
