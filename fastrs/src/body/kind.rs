//! How a request's body is read.

/// How an argument reads the request's body, which decides what happens to the body before any argument is read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// It does not read the body.
    #[default]
    None,
    /// It reads the whole body as JSON; several arguments share one object.
    Json,
    /// It reads the whole body as a form, URL-encoded or multipart.
    Form,
    /// It takes the whole body, unparsed.
    Bytes,
    /// It takes the body as a stream, before it is read.
    Stream,
    /// It takes the connection, over which no body was sent: a `WebSocket`.
    Upgrade,
}

impl BodyKind {
    /// Combines the kinds of two arguments. If only one takes bytes, they are the bytes of the body that the other
    /// parses.
    pub(crate) fn or(self, other: Self) -> Self {
        match self {
            Self::None | Self::Bytes if other != Self::None => other,
            kind => kind,
        }
    }

    /// Returns whether one body cannot serve both kinds: only one argument can take the stream, or the connection, and
    /// a body is either JSON or a form.
    pub(crate) fn excludes(self, other: Self) -> bool {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => false,
            (Self::Stream | Self::Upgrade, _) | (_, Self::Stream | Self::Upgrade) => true,
            (Self::Json, Self::Form) | (Self::Form, Self::Json) => true,
            _ => false,
        }
    }

    /// Returns what an argument of this kind takes, for an error.
    pub(crate) fn taken(self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::Json => "JSON",
            Self::Form => "a form",
            Self::Bytes => "bytes",
            Self::Stream => "an unread body",
            Self::Upgrade => "a WebSocket",
        }
    }
}
