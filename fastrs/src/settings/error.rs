//! The error of settings that cannot be read.

use std::fmt;

/// Everything that is missing or wrong in the settings.
///
/// It names each variable, its type, its documentation and where its value came from, but never the value. Its `Debug`
/// output equals its `Display` output, so that `main` prints it readably.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[settings]
/// struct Settings {
///     /// How many items a user may have.
///     #[field(ge = 1)]
///     items_per_user: u32,
/// }
///
/// let error = Settings::from_vars([("ITEMS_PER_USER", "0")]).err().unwrap();
/// assert_eq!(
///     error.problems(),
///     ["`ITEMS_PER_USER` is not valid: Input should be greater than or equal to 1. It is an integer, at least 1. \
///       How many items a user may have."]
/// );
/// ```
pub struct SettingsError {
    problems: Vec<String>,
}

impl SettingsError {
    pub(super) fn new(problems: Vec<String>) -> Self {
        Self { problems }
    }

    /// Returns the problems, each as one message.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problems[..] {
            [only] => f.write_str(only),
            all => {
                write!(f, "the settings are not valid, for {} reasons:", all.len())?;
                all.iter()
                    .try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

impl fmt::Debug for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for SettingsError {}
