//! The settings of a route's form.

use crate::body::FormLimits;

/// The settings of a route's form.
#[derive(Debug)]
pub(crate) struct FormInfo {
    pub(crate) limits: FormLimits,
    #[cfg(feature = "multipart")]
    pub(crate) files: Vec<crate::multipart::FileRule>,
}

impl FormInfo {
    pub(crate) fn new(limits: FormLimits) -> Self {
        Self {
            limits,
            #[cfg(feature = "multipart")]
            files: Vec::new(),
        }
    }
}
