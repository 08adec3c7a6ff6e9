//! The requirements for an uploaded file.

use super::PartHead;
use crate::body::media_type;

/// The requirements of an argument, or of a field of a model, for its files.
#[derive(Debug, Clone)]
pub(crate) struct FileRule {
    pub(crate) name: String,
    pub(crate) max_size: Option<usize>,
    /// The maximum number of files with this name.
    pub(crate) max_items: Option<usize>,
    /// The media types; any if there are none.
    pub(crate) content_types: Vec<String>,
    /// Whether the argument or field takes several files.
    pub(crate) many: bool,
    /// Whether the argument is read as `Bytes`, so that the file stays in memory, and may be sent as text.
    pub(crate) in_memory: bool,
    /// Whether a field of a model takes the file.
    pub(crate) in_model: bool,
}

impl FileRule {
    /// Returns the rule that requires nothing.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            max_size: None,
            max_items: None,
            content_types: Vec::new(),
            many: false,
            in_memory: false,
            in_model: false,
        }
    }

    /// Returns whether a file may have its media type.
    pub(crate) fn allows(&self, head: &PartHead) -> bool {
        let essence = media_type(&head.headers);
        let matches = |allowed: &String| match allowed.strip_suffix('*') {
            Some(kind) => essence
                .get(..kind.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(kind.as_bytes())),
            None => essence.eq_ignore_ascii_case(allowed.as_bytes()),
        };
        self.content_types.is_empty() || self.content_types.iter().any(matches)
    }
}
