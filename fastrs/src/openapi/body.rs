//! One part of an operation's request body.

use schemars::Schema;
use serde_json::Value;

/// How a request body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BodyMedia {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`; also what a form with a file in it becomes.
    Multipart,
    /// `application/octet-stream`: any bytes.
    Raw,
}

impl BodyMedia {
    /// The media type.
    pub const fn as_str(self) -> &'static str {
        match self {
            BodyMedia::Json => "application/json",
            BodyMedia::Form => "application/x-www-form-urlencoded",
            BodyMedia::Multipart => "multipart/form-data",
            BodyMedia::Raw => "application/octet-stream",
        }
    }
}

/// Describes an argument that is read from the body.
///
/// One JSON argument is the body itself; several, or one with [`embed`](BodyParam::embed), are the fields of an object.
/// In a form, an embedded argument is one field, and any other is a struct whose fields are the form's.
///
/// ```
/// use fastrs::openapi::{BodyMedia, BodyParam};
/// use schemars::json_schema;
///
/// let body = BodyParam::new("importance", BodyMedia::Json, json_schema!({"type": "integer"})).embed(true);
/// assert!(body.required);
/// ```
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct BodyParam {
    /// The name that embeds it.
    pub name: String,
    /// How the body is written.
    pub media: BodyMedia,
    /// What the value looks like.
    pub schema: Schema,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Whether it stands under its name even when it is alone.
    pub embed: bool,
    /// Whether the type is an `Option`.
    pub nullable: bool,
    /// What it means.
    pub description: Option<String>,
    /// A title to show in place of the name.
    pub title: Option<String>,
    /// Whether clients should stop sending it.
    pub deprecated: bool,
    /// What is taken when it is not sent.
    pub default: Option<Value>,
    /// Values to try.
    pub examples: Vec<Value>,
    /// Values to try, each under a name and with a summary: OpenAPI's Example Objects.
    pub openapi_examples: Option<Value>,
}

impl BodyParam {
    /// Describes a required body.
    pub fn new(name: impl Into<String>, media: BodyMedia, schema: Schema) -> Self {
        Self {
            name: name.into(),
            media,
            schema,
            required: true,
            embed: false,
            nullable: false,
            description: None,
            title: None,
            deprecated: false,
            default: None,
            examples: Vec::new(),
            openapi_examples: None,
        }
    }

    /// Says whether a request without it is refused.
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    /// Says whether it stands under its name even when it is alone.
    pub fn embed(mut self, embed: bool) -> Self {
        self.embed = embed;
        self
    }

    /// Says whether the type is an `Option`.
    pub fn nullable(mut self, nullable: bool) -> Self {
        self.nullable = nullable;
        self
    }

    /// Says what it means.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Gives it a title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Says whether clients should stop sending it.
    pub fn deprecated(mut self, deprecated: bool) -> Self {
        self.deprecated = deprecated;
        self
    }

    /// Says what is taken when it is not sent.
    pub fn default(mut self, default: Value) -> Self {
        self.default = Some(default);
        self
    }

    /// Gives values to try.
    pub fn examples(mut self, examples: Vec<Value>) -> Self {
        self.examples = examples;
        self
    }

    /// Gives values to try, each under a name: `{"cheap": {"summary": "A cheap one", "value": 1.5}}`.
    pub fn openapi_examples(mut self, examples: Value) -> Self {
        self.openapi_examples = Some(examples);
        self
    }
}
