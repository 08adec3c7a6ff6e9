//! The limit of a request's body.

use http::Extensions;
use http_body::Body as _;
use http_body_util::Limited;

use super::Body;

/// The default maximum size of a request's body, in bytes.
const DEFAULT: usize = 2 * 1024 * 1024;

/// The maximum size of a request's body, in bytes. In the extensions of a request, it is the limit of a mount.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit {
    pub(crate) bytes: usize,
    /// Whether it is the default, so that the limit of a mount applies as well.
    pub(crate) is_default: bool,
}

/// The default for a route that takes files.
const DEFAULT_WITH_FILES: usize = 16 * 1024 * 1024;

impl BodyLimit {
    /// Returns the limit that was set, or the default.
    pub(crate) fn of(bytes: Option<usize>) -> Self {
        Self {
            bytes: bytes.unwrap_or(DEFAULT),
            is_default: bytes.is_none(),
        }
    }

    /// Returns the limit of a route that takes files.
    pub(crate) fn for_files(mut self) -> Self {
        if self.is_default {
            self.bytes = DEFAULT_WITH_FILES;
        }
        self
    }

    /// Returns the limit of the mount that a request came through, if it applies instead of this one.
    #[cold]
    pub(crate) fn of_mount(self, extensions: &Extensions) -> Option<Self> {
        let mount = *extensions.get::<Self>()?;
        (self.is_default && mount.bytes < self.bytes).then_some(mount)
    }

    /// Returns whether a body announces a greater length.
    #[inline]
    pub(crate) fn is_exceeded_by(self, body: &Body) -> bool {
        body.size_hint().lower() > self.bytes as u64
    }

    /// Returns the same body, which fails once it exceeds the limit, with an error that other frameworks recognize.
    pub(crate) fn hold(self, body: Body) -> Body {
        match body.is_end_stream() {
            true => body,
            false => Body::new(Limited::new(body, self.bytes)),
        }
    }
}
