//! What a route says about its form.

use crate::body::FormLimits;

/// What a route says about its form.
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
