//! The path at which the app that handles a request is mounted.

use std::{borrow::Cow, sync::Arc};

use super::Request;

/// The path at which an app is mounted, from the outermost app on. A mounted app finds it in its requests' extensions.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MountPath(Arc<str>);

impl MountPath {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path of a mount inside another one.
    pub(crate) fn within(outer: Option<&Self>, prefix: &Arc<str>) -> Self {
        match outer {
            None => Self(prefix.clone()),
            Some(outer) => Self(format!("{}{prefix}", outer.0).into()),
        }
    }
}

impl Request {
    /// Returns the path as the client sent it, percent-decoded: in a mounted app, with the prefix of the mount.
    pub(crate) fn full_path(&self) -> Cow<'_, str> {
        match self.extensions().get::<MountPath>() {
            None => Cow::Borrowed(self.path()),
            Some(mount) => Cow::Owned(format!("{}{}", mount.as_str(), self.path())),
        }
    }
}
