//! What a handler requires of a file.

use super::PartHead;
use crate::body::media_type;

/// What an argument requires of its file.
#[derive(Debug, Clone)]
pub(crate) struct FileRule {
    pub(crate) name: &'static str,
    pub(crate) max_size: Option<usize>,
    /// The media types; any if there are none.
    pub(crate) content_types: &'static [&'static str],
    /// Whether the argument is read as `Bytes`, so that the file stays in memory.
    pub(crate) in_memory: bool,
    /// Whether the argument is a field, not a file: scripts send JSON as a `Blob`, which has a file name.
    pub(crate) is_field: bool,
}

impl FileRule {
    /// Returns the rule for a field that may have a file name.
    pub(crate) fn field(name: &'static str) -> Self {
        Self {
            name,
            max_size: None,
            content_types: &[],
            in_memory: true,
            is_field: true,
        }
    }

    /// Returns whether a file may have its media type.
    pub(crate) fn allows(&self, head: &PartHead) -> bool {
        // A browser sends a type even for an input in which no file was chosen.
        let is_unchosen = head.filename.as_deref() == Some("");
        let essence = media_type(&head.headers);
        let matches = |allowed: &&str| match allowed.strip_suffix('*') {
            Some(kind) => essence
                .get(..kind.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(kind.as_bytes())),
            None => essence.eq_ignore_ascii_case(allowed.as_bytes()),
        };
        is_unchosen || self.content_types.is_empty() || self.content_types.iter().any(matches)
    }
}
