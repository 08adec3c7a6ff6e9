//! One part of an operation's request body.

use schemars::Schema;
use serde_json::Value;

/// The media type of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BodyMedia {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`, which is also the type of a form that contains a file.
    Multipart,
    /// `application/octet-stream`: arbitrary bytes.
    Raw,
}

impl BodyMedia {
    /// Returns the media type.
    pub const fn as_str(self) -> &'static str {
        match self {
            BodyMedia::Json => "application/json",
            BodyMedia::Form => "application/x-www-form-urlencoded",
            BodyMedia::Multipart => "multipart/form-data",
            BodyMedia::Raw => "application/octet-stream",
        }
    }

    /// Returns whether the body has fields, in either encoding.
    pub(super) const fn is_form(self) -> bool {
        matches!(self, BodyMedia::Form | BodyMedia::Multipart)
    }
}

/// Describes an argument that is read from the body.
///
/// A single JSON argument is the body itself; several arguments, or one with [`embed`](BodyParam::embed), are the
/// fields of an object. In a form, an embedded argument is one field, and any other argument is a struct whose fields
/// belong to the form.
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
    /// The name under which it is embedded.
    pub name: String,
    /// The media type.
    pub media: BodyMedia,
    /// The schema of the value.
    pub schema: Schema,
    /// Whether a request without it is rejected.
    pub required: bool,
    /// Whether it is embedded under its name even if it is the only one.
    pub embed: bool,
    /// Whether the type is an `Option`.
    pub nullable: bool,
    /// The description.
    pub description: Option<String>,
    /// A title to show instead of the name.
    pub title: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The default value.
    pub default: Option<Value>,
    /// Example values.
    pub examples: Vec<Value>,
    /// Named examples with summaries: OpenAPI's Example Objects.
    pub openapi_examples: Option<Value>,
    /// The media type of the field in a form, if it does not follow from its schema: `application/json`, or `image/png,
    /// image/jpeg`.
    pub content_type: Option<String>,
    /// The media types of the files in a struct, by the names of its fields.
    pub(crate) file_types: Vec<(String, String)>,
}

impl BodyParam {
    /// Creates the description of a required body.
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
            content_type: None,
            file_types: Vec::new(),
        }
    }

    /// Sets whether a request without it is rejected.
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    /// Sets whether it is embedded under its name even if it is the only one.
    pub fn embed(mut self, embed: bool) -> Self {
        self.embed = embed;
        self
    }

    /// Sets whether the type is an `Option`.
    pub fn nullable(mut self, nullable: bool) -> Self {
        self.nullable = nullable;
        self
    }

    /// Sets the description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets whether it is deprecated.
    pub fn deprecated(mut self, deprecated: bool) -> Self {
        self.deprecated = deprecated;
        self
    }

    /// Sets the default value.
    pub fn default(mut self, default: Value) -> Self {
        self.default = Some(default);
        self
    }

    /// Sets example values.
    pub fn examples(mut self, examples: Vec<Value>) -> Self {
        self.examples = examples;
        self
    }

    /// Sets the media type of the field in a form.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Sets named examples: `{"cheap": {"summary": "A cheap one", "value": 1.5}}`.
    pub fn openapi_examples(mut self, examples: Value) -> Self {
        self.openapi_examples = Some(examples);
        self
    }
}
