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
    /// Combines the kinds of two arguments. If both read the whole body, either kind will do.
    pub(crate) fn or(self, other: Self) -> Self {
        match self {
            Self::None => other,
            kind => kind,
        }
    }

    /// Returns whether one body cannot serve both kinds: only one argument can take the stream, or the connection.
    pub(crate) fn excludes(self, other: Self) -> bool {
        let none = self == Self::None || other == Self::None;
        let is_whole = |kind| kind == Self::Stream || kind == Self::Upgrade;
        !none && (is_whole(self) || is_whole(other))
    }
}
