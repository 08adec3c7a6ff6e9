//! One parameter of an operation.

use schemars::Schema;
use serde_json::Value;

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ParameterLocation {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl ParameterLocation {
    /// Returns the name of the location in OpenAPI and in an error's `loc`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ParameterLocation::Path => "path",
            ParameterLocation::Query => "query",
            ParameterLocation::Header => "header",
            ParameterLocation::Cookie => "cookie",
        }
    }
}

/// Describes one parameter of an operation.
///
/// ```
/// use fastrs::openapi::{Parameter, ParameterLocation};
/// use schemars::json_schema;
///
/// let limit = Parameter::new("limit", ParameterLocation::Query, json_schema!({"type": "integer"}))
///     .description("How many to list")
///     .default(10.into());
/// assert!(!limit.required);
/// ```
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The location.
    pub location: ParameterLocation,
    /// Whether a request without it is rejected.
    pub required: bool,
    /// The schema of a value that is sent, so without `null`.
    pub schema: Schema,
    /// Whether the type is an `Option`. Only FastAPI's dialect shows it: no parameter is ever sent as `null`.
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
    /// Whether it is part of the document.
    pub include_in_schema: bool,
    /// The name of the struct field from which it comes, as in the struct's schema.
    pub(super) field: Option<String>,
}

impl Parameter {
    /// Creates the description of a parameter, which is optional unless it is part of the path.
    pub fn new(name: impl Into<String>, location: ParameterLocation, schema: Schema) -> Self {
        Self {
            name: name.into(),
            location,
            required: location == ParameterLocation::Path,
            schema,
            nullable: false,
            description: None,
            title: None,
            deprecated: false,
            default: None,
            examples: Vec::new(),
            openapi_examples: None,
            include_in_schema: true,
            field: None,
        }
    }

    /// Sets whether a request without it is rejected.
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
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

    /// Sets named examples: `{"cheap": {"summary": "A cheap one", "value": 1.5}}`.
    pub fn openapi_examples(mut self, examples: Value) -> Self {
        self.openapi_examples = Some(examples);
        self
    }

    /// Sets whether it is part of the document.
    pub fn include_in_schema(mut self, include: bool) -> Self {
        self.include_in_schema = include;
        self
    }
}
