//! The specification of an argument: a static written by a macro, used to read and to describe the argument.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use http::HeaderName;
use schemars::Schema;
use serde_json::Value;

use crate::{
    model::{Compiled, Constraints, LocItem},
    openapi::{BodyMedia, BodyParam, Parameter},
    schema::TypeSchema,
};

/// Where an argument comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Location {
    /// A placeholder in the path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The JSON body.
    Body,
    /// A form in the body.
    Form,
    /// A file in a form.
    File,
    /// Determined by the type: the path or the query for a scalar, the body for a model.
    Bare,
}

/// The name, location, documentation and constraints of an argument.
pub struct ParamSpec {
    data: Data,
    compiled: OnceLock<Arc<Compiled>>,
    header: OnceLock<HeaderName>,
}

#[derive(Clone, Copy)]
struct Data {
    name: &'static str,
    location: Location,
    alias: Option<&'static str>,
    title: Option<&'static str>,
    description: Option<&'static str>,
    constraints: Constraints,
    examples: Option<fn() -> Vec<Value>>,
    openapi_examples: Option<fn() -> Value>,
    deprecated: bool,
    hidden: bool,
    embed: bool,
    required: bool,
    optional: bool,
    literal_name: bool,
    keys: Option<fn(&mut Schema)>,
    max_size: Option<usize>,
    content_types: &'static [&'static str],
}

impl ParamSpec {
    /// Creates the specification of the argument `name`, read from `location`.
    pub const fn new(name: &'static str, location: Location) -> Self {
        let data = Data {
            name,
            location,
            alias: None,
            title: None,
            description: None,
            constraints: Constraints::NONE,
            examples: None,
            openapi_examples: None,
            deprecated: false,
            hidden: false,
            embed: false,
            required: false,
            optional: false,
            literal_name: false,
            keys: None,
            max_size: None,
            content_types: &[],
        };
        Self::of(data)
    }

    const fn of(data: Data) -> Self {
        Self {
            data,
            compiled: OnceLock::new(),
            header: OnceLock::new(),
        }
    }

    /// Sets the constraints on its value.
    pub const fn constraints(mut self, constraints: Constraints) -> Self {
        self.data.constraints = constraints;
        self
    }

    /// Sets the function that describes the keys of maps in its type, if it may contain any.
    pub const fn keys(mut self, keys: Option<fn(&mut Schema)>) -> Self {
        self.data.keys = keys;
        self
    }

    /// Sets the maximum size of a file, in bytes.
    pub const fn max_size(mut self, bytes: usize) -> Self {
        self.data.max_size = Some(bytes);
        self
    }

    /// Sets the media types that a file may have.
    pub const fn content_types(mut self, types: &'static [&'static str]) -> Self {
        self.data.content_types = types;
        self
    }

    /// Sets its name on the wire.
    pub const fn alias(mut self, alias: &'static str) -> Self {
        self.data.alias = Some(alias);
        self
    }

    /// Sets its header name: the argument's name in kebab case.
    pub const fn header_name(self, name: &'static str) -> Self {
        self.alias(name)
    }

    /// Sets its title in the document.
    pub const fn title(mut self, title: &'static str) -> Self {
        self.data.title = Some(title);
        self
    }

    /// Sets its description in the document.
    pub const fn description(mut self, description: &'static str) -> Self {
        self.data.description = Some(description);
        self
    }

    /// Sets its examples in the document.
    pub const fn examples(mut self, examples: fn() -> Vec<Value>) -> Self {
        self.data.examples = Some(examples);
        self
    }

    /// Sets its named examples, which OpenAPI keeps outside the schema.
    pub const fn openapi_examples(mut self, examples: fn() -> Value) -> Self {
        self.data.openapi_examples = Some(examples);
        self
    }

    /// Marks it as deprecated.
    pub const fn deprecated(mut self) -> Self {
        self.data.deprecated = true;
        self
    }

    /// Leaves it out of the document.
    pub const fn hidden(mut self) -> Self {
        self.data.hidden = true;
        self
    }

    /// Reads it from the key of its name in the body, even if it is the only body argument.
    pub const fn embed(mut self) -> Self {
        self.data.embed = true;
        self
    }

    /// Makes an `Option` required: it may be null, but not absent.
    pub const fn required(mut self) -> Self {
        self.data.required = true;
        self
    }

    /// Keeps the underscores of a header's name.
    pub const fn literal_name(mut self) -> Self {
        self.data.literal_name = true;
        self
    }

    /// Returns the same argument made optional, by an `Option` or a default.
    pub(crate) fn optional(&self) -> Self {
        Self::of(Data {
            optional: true,
            ..self.data
        })
    }

    /// Returns its name on the wire.
    pub fn name(&self) -> &'static str {
        self.data.alias.unwrap_or(self.data.name)
    }

    /// Returns its name in the code.
    pub fn argument(&self) -> &'static str {
        self.data.name
    }

    /// Returns where it comes from.
    pub fn location(&self) -> Location {
        self.data.location
    }

    /// Returns whether it may be absent: it is an `Option` or has a default.
    pub fn is_optional(&self) -> bool {
        self.data.optional
    }

    pub(crate) fn is_required(&self) -> bool {
        self.data.required
    }

    pub(crate) fn is_embedded(&self) -> bool {
        self.data.embed
    }

    #[cfg(feature = "multipart")]
    pub(crate) fn file_size(&self) -> Option<usize> {
        self.data.max_size
    }

    #[cfg(feature = "multipart")]
    pub(crate) fn file_types(&self) -> &'static [&'static str] {
        self.data.content_types
    }

    pub(crate) fn limits(&self) -> &Constraints {
        &self.data.constraints
    }

    /// Returns the wire name of a field of a parameter model.
    pub(crate) fn field_name<'a>(&self, field: &'a str) -> Cow<'a, str> {
        match self.data.location {
            Location::Header if !self.data.literal_name => Cow::Owned(field.replace('_', "-")),
            _ => Cow::Borrowed(field),
        }
    }

    pub(crate) fn header(&self) -> Option<&HeaderName> {
        if let Some(name) = self.header.get() {
            return Some(name);
        }
        let name = HeaderName::try_from(self.name()).ok()?;
        Some(self.header.get_or_init(|| name))
    }

    /// Returns the location as FastAPI names it in a `loc`.
    pub(crate) fn location_name(&self) -> &'static str {
        match self.data.location {
            Location::Path => "path",
            Location::Query | Location::Bare => "query",
            Location::Header => "header",
            Location::Cookie => "cookie",
            Location::Body | Location::Form | Location::File => "body",
        }
    }

    /// Returns the argument's `loc`, such as `["query", "q"]`.
    pub(crate) fn loc(&self) -> Vec<LocItem> {
        vec![self.location_name().into(), self.name().into()]
    }

    /// Returns the schema of its type, which is compiled on first use.
    pub(crate) fn compiled(&self, of: TypeSchema) -> &Arc<Compiled> {
        self.compiled
            .get_or_init(|| Arc::new(Compiled::of_argument(of, self.data.keys)))
    }

    fn apply(&self, schema: &mut Schema) {
        if let Some(describe_keys) = self.data.keys {
            describe_keys(schema);
        }
        self.data.constraints.apply(schema);
    }

    /// Adds the argument's own documentation and constraints to a parameter.
    pub(crate) fn annotate(&self, mut parameter: Parameter, default: Option<Value>) -> Parameter {
        self.apply(&mut parameter.schema);
        parameter.title = self.data.title.map(str::to_owned).or(parameter.title);
        parameter.description = self
            .data
            .description
            .map(str::to_owned)
            .or(parameter.description);
        parameter.deprecated |= self.data.deprecated;
        parameter.include_in_schema &= !self.data.hidden;
        parameter.default = default.or(parameter.default);
        if let Some(examples) = self.data.examples {
            parameter.examples = examples();
        }
        parameter.openapi_examples = self.data.openapi_examples.map(|examples| examples());
        parameter
    }

    /// Adds the argument's own documentation and constraints to a body.
    pub(crate) fn annotate_body(
        &self,
        media: BodyMedia,
        schema: Schema,
        default: Option<Value>,
    ) -> BodyParam {
        let mut body = BodyParam::new(self.name(), media, schema).embed(self.data.embed);
        self.apply(&mut body.schema);
        body.title = self.data.title.map(str::to_owned);
        body.description = self.data.description.map(str::to_owned);
        body.deprecated = self.data.deprecated;
        body.default = default;
        body.examples = self
            .data
            .examples
            .map_or_else(Vec::new, |examples| examples());
        body.openapi_examples = self.data.openapi_examples.map(|examples| examples());
        body
    }
}

impl fmt::Debug for ParamSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParamSpec")
            .field("name", &self.name())
            .field("location", &self.location())
            .finish_non_exhaustive()
    }
}
