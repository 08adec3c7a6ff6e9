//! The error for an app that did not start, or did not stop cleanly.

use std::{fmt, io};

use crate::settings::SettingsError;

/// The error of an app that did not start: all mistakes in its wiring, or the failure to open its port. It also reports
/// what was cut off or failed when the app stopped.
///
/// Its `Debug` output equals its `Display` output, so that `main` prints it readably.
pub struct StartError {
    problems: Vec<String>,
    source: Option<io::Error>,
    /// Whether the app did start, but did not stop cleanly.
    has_started: bool,
}

impl StartError {
    pub(super) fn wiring(problems: Vec<String>) -> Self {
        Self {
            problems,
            source: None,
            has_started: false,
        }
    }

    /// Creates an error from the problems at shutdown.
    pub(super) fn stop(problems: Vec<String>) -> Self {
        Self {
            has_started: true,
            ..Self::wiring(problems)
        }
    }

    pub(crate) fn io(error: io::Error) -> Self {
        let problems = vec![error.to_string()];
        Self {
            source: Some(error),
            ..Self::wiring(problems)
        }
    }

    #[cfg(feature = "tls")]
    pub(crate) fn tls(problem: String) -> Self {
        Self::wiring(vec![problem])
    }

    /// Returns the problems, each as one message.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

/// Allows `?` for settings that `main` loads itself.
impl From<SettingsError> for StartError {
    fn from(error: SettingsError) -> Self {
        Self::wiring(error.problems().to_vec())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.has_started {
            true => "the app did not stop cleanly",
            false => "the app cannot start",
        };
        match &self.problems[..] {
            [only] => write!(f, "{what}: {only}"),
            all => {
                write!(f, "{what}, for {} reasons:", all.len())?;
                all.iter()
                    .try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
