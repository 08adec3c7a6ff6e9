//! One parameter of an operation.

use schemars::Schema;
use serde_json::Value;

/// Where a parameter is sent.
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
    /// The place as OpenAPI and an error's `loc` name it.
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
    /// Where it is sent.
    pub place: ParameterLocation,
    /// Whether a request without it is refused.
    pub required: bool,
    /// What its value looks like when it is sent, so without `null`.
    pub schema: Schema,
    /// Whether the type is an `Option`. Only FastAPI's dialect tells: no parameter is ever sent as `null`.
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
    /// Whether it is documented at all.
    pub include_in_schema: bool,
    /// The field of the struct it is one of, as the struct's schema names it.
    pub(super) field: Option<String>,
}

impl Parameter {
    /// Describes a parameter that may be left out, unless it is part of the path.
    pub fn new(name: impl Into<String>, place: ParameterLocation, schema: Schema) -> Self {
        Self {
            name: name.into(),
            place,
            required: place == ParameterLocation::Path,
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

    /// Says whether a request without it is refused.
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
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

    /// Says whether it is documented at all.
    pub fn include_in_schema(mut self, include: bool) -> Self {
        self.include_in_schema = include;
        self
    }
}
