//! What a route says about its form.

use crate::body::FormLimits;

/// What a route says about its form.
#[derive(Debug, Default)]
pub(crate) struct FormInfo {
    pub(crate) limits: FormLimits,
    #[cfg(feature = "multipart")]
    pub(crate) files: Vec<crate::multipart::FileRule>,
}
