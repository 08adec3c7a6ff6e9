//! How a request's body is taken.

/// How an argument takes the request's body, and so what is done with the body before any argument is read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// Not at all.
    #[default]
    None,
    /// Whole, as JSON; several arguments share one object.
    Json,
    /// Whole, as a form.
    Form,
    /// Whole, as it came.
    Bytes,
    /// Unread: the argument reads it as it comes.
    Stream,
}

impl BodyKind {
    /// What both ask for: of two that are read whole, either will do.
    pub(crate) fn or(self, other: Self) -> Self {
        match self {
            Self::None => other,
            kind => kind,
        }
    }

    /// Whether one body cannot be taken as both: one that is handed over unread is there for nobody else.
    pub(crate) fn excludes(self, other: Self) -> bool {
        let none = self == Self::None || other == Self::None;
        !none && (self == Self::Stream || other == Self::Stream)
    }
}
