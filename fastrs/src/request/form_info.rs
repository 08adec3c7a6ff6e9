//! The settings of a route's form.

use crate::body::FormLimits;

/// The settings of a route's form.
#[derive(Debug)]
pub(crate) struct FormInfo {
    pub(crate) limits: FormLimits,
    #[cfg(feature = "multipart")]
    pub(crate) files: Vec<crate::multipart::FileRule>,
    /// The names of the fields that hold JSON.
    #[cfg(feature = "multipart")]
    pub(crate) json_fields: Vec<String>,
    /// Whether an argument also takes the form as bytes.
    #[cfg(feature = "multipart")]
    pub(crate) keeps_bytes: bool,
}

impl FormInfo {
    pub(crate) fn new(limits: FormLimits) -> Self {
        Self {
            limits,
            #[cfg(feature = "multipart")]
            files: Vec::new(),
            #[cfg(feature = "multipart")]
            json_fields: Vec::new(),
            #[cfg(feature = "multipart")]
            keeps_bytes: false,
        }
    }
}
