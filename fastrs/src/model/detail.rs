//! A single validation error, in FastAPI's format.

use std::borrow::Cow;
use std::fmt::{self, Display};

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::{Map, Value, json};

/// One step of the location of an invalid value: an object's key or a list's index.
///
/// ```
/// use fastrs::LocItem;
///
/// let loc: [LocItem; 3] = ["body".into(), "images".into(), 0.into()];
/// assert_eq!(serde_json::to_string(&loc).unwrap(), r#"["body","images",0]"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum LocItem {
    /// A key of an object, or the name of a source (`body`, `query`, ..).
    Key(Cow<'static, str>),
    /// An index of a list.
    Index(usize),
}

impl LocItem {
    /// Creates a step from a key that a client sent, shortened because it is echoed.
    pub(crate) fn sent_key(key: &str) -> Self {
        Self::Key(Cow::Owned(clipped(key).into_owned()))
    }
}

impl Display for LocItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => Display::fmt(index, f),
        }
    }
}

impl From<&'static str> for LocItem {
    fn from(key: &'static str) -> Self {
        Self::Key(Cow::Borrowed(key))
    }
}

impl From<String> for LocItem {
    fn from(key: String) -> Self {
        Self::Key(Cow::Owned(key))
    }
}

impl From<usize> for LocItem {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// One entry of a 422's `detail`: what is wrong, where, and with which value.
///
/// The field names on the wire are FastAPI's: `type`, `loc`, `msg`, `input`, `ctx`.
///
/// ```
/// use fastrs::ErrorDetail;
///
/// let error = ErrorDetail::missing(vec!["query".into(), "q".into()]);
/// assert_eq!(
///     serde_json::to_string(&error).unwrap(),
///     r#"{"type":"missing","loc":["query","q"],"msg":"Field required","input":null}"#,
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// The machine-readable kind, `type` on the wire: `missing`, `int_parsing`, ..
    pub kind: Cow<'static, str>,
    /// The location of the value, beginning with its source.
    pub loc: Vec<LocItem>,
    /// The human-readable message.
    pub msg: String,
    /// The rejected value; `None` if it is too long to be echoed.
    pub input: Option<Value>,
    /// The numbers and names in the message.
    pub ctx: Option<Map<String, Value>>,
}

impl ErrorDetail {
    /// Creates an error without `input` and `ctx`.
    pub fn new(
        kind: impl Into<Cow<'static, str>>,
        loc: Vec<LocItem>,
        msg: impl Into<String>,
    ) -> Self {
        Self {
            kind: kind.into(),
            loc,
            msg: msg.into(),
            input: None,
            ctx: None,
        }
    }

    /// Sets the rejected value.
    #[must_use]
    pub fn input(mut self, input: Value) -> Self {
        self.input = Some(input);
        self
    }

    /// Adds an entry to the context.
    #[must_use]
    pub fn ctx(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.add_ctx(key, value.into());
        self
    }

    fn add_ctx(&mut self, key: &str, value: Value) {
        let ctx = self.ctx.get_or_insert_with(Map::new);
        ctx.insert(key.to_owned(), value);
    }

    /// Creates the error for a required value that was not sent; its `input` is `null`.
    pub fn missing(loc: Vec<LocItem>) -> Self {
        Self::new("missing", loc, "Field required").input(Value::Null)
    }

    /// Creates the error for a field that a closed model does not declare.
    pub fn extra_forbidden(loc: Vec<LocItem>, input: Option<Value>) -> Self {
        let mut error = Self::new("extra_forbidden", loc, "Extra inputs are not permitted");
        error.input = input;
        error
    }

    /// Creates the error for a custom validator's message.
    pub fn value_error(loc: Vec<LocItem>, msg: impl Display, input: Option<Value>) -> Self {
        let mut error =
            Self::new("value_error", loc, format!("Value error, {msg}")).ctx("error", json!({}));
        error.input = input;
        error
    }

    /// Creates the error for a body that is not JSON; `offset` counts characters, and `msg` is the message that
    /// [`json_syntax_error`](super::json_syntax_error) returns.
    pub fn json_invalid(offset: usize, msg: &str) -> Self {
        Self::new(
            "json_invalid",
            vec!["body".into(), offset.into()],
            "JSON decode error",
        )
        .input(json!({}))
        .ctx("error", msg)
    }
}

impl ErrorDetail {
    /// Returns the location, which may contain keys that the client sent, and the kind: `body.items.0: missing`.
    pub(crate) fn place(&self) -> String {
        format!("{}: {}", clipped(&self.path()), self.kind)
    }

    /// Returns the location as one string: `body.items.0`.
    pub(crate) fn path(&self) -> String {
        let loc: Vec<_> = self.loc.iter().map(LocItem::to_string).collect();
        loc.join(".")
    }
}

impl Serialize for ErrorDetail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("ErrorDetail", 5)?;
        out.serialize_field("type", &self.kind)?;
        out.serialize_field("loc", &self.loc)?;
        out.serialize_field("msg", &self.msg)?;
        match &self.input {
            Some(input) => out.serialize_field("input", input)?,
            None => out.skip_field("input")?,
        }
        match &self.ctx {
            Some(ctx) => out.serialize_field("ctx", ctx)?,
            None => out.skip_field("ctx")?,
        }
        out.end()
    }
}

impl Display for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.loc.iter().enumerate() {
            write!(f, "{}{item}", if i == 0 { "" } else { "." })?;
        }
        write!(f, ": {} ({})", self.msg, self.kind)
    }
}

/// Returns the text, or its beginning if it is longer than a response may echo.
pub(super) fn clipped(text: &str) -> Cow<'_, str> {
    const MOST: usize = 128;
    if text.len() <= MOST {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(MOST);
    Cow::Owned(format!("{}...", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_keys_are_cut_between_characters() {
        let key = "é".repeat(500);
        let LocItem::Key(cut) = LocItem::sent_key(&key) else {
            panic!("a key stays a key")
        };
        assert_eq!(cut.len(), 128 + 3);
        assert!(cut.ends_with("..."));
    }

    #[test]
    fn an_omitted_input_is_not_a_key() {
        let error = ErrorDetail::value_error(vec!["body".into()], "too old", None);
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"type":"value_error","loc":["body"],"msg":"Value error, too old","ctx":{"error":{}}}"#
        );
        assert_eq!(
            error.to_string(),
            "body: Value error, too old (value_error)"
        );
    }
}
