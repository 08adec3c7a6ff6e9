//! Operations: the metadata of a route, and the descriptions that its arguments and responses add.

use std::fmt;

use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::{
    BodyMedia, BodyParam, Origin, Parameter, ParameterLocation, ResponseDoc, Schemas, fields,
    inputs::Inputs,
    requirements::{Requirements, Security},
    response::Statuses,
};
#[cfg(feature = "multipart")]
use crate::multipart::FileRule;
use crate::{body::BodyKind, schema::TypeSchema};

/// The metadata of a route.
///
/// ```
/// use fastrs::openapi::OperationMeta;
///
/// let mut meta = OperationMeta::new("POST", "/items", "create_item");
/// meta.status = 201;
/// meta.doc = Some("Create an item.\n\nIts name has to be new.".into());
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OperationMeta {
    /// The method, `GET`.
    pub method: String,
    /// The path, `/items/{id}`.
    pub path: String,
    /// The name of the function.
    pub name: String,
    /// The location of the function: `src/items.rs:12`.
    pub source_location: String,
    /// The success status.
    pub status: u16,
    /// An id that replaces the function's name.
    pub operation_id: Option<String>,
    /// The tags, in order.
    pub tags: Vec<String>,
    /// A summary that replaces the comment's first paragraph.
    pub summary: Option<String>,
    /// A description that replaces the comment's.
    pub description: Option<String>,
    /// The whole doc comment of the function.
    pub doc: Option<String>,
    /// The description of the success response.
    pub response_description: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Any other keys, merged into the operation last.
    pub extra: Option<Value>,
}

impl OperationMeta {
    /// Creates the metadata that every route has; the status is 200.
    pub fn new(
        method: impl Into<String>,
        path: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            name: name.into(),
            status: 200,
            ..Self::default()
        }
    }

    /// Returns the doc comment up to a form feed. As in FastAPI, the rest is only for readers of the code.
    pub(super) fn comment(&self) -> Option<&str> {
        let doc = self.doc.as_deref()?.split('\u{c}').next()?.trim();
        (!doc.is_empty()).then_some(doc)
    }
}

/// All data about an operation, before a dialect renders it.
#[derive(Debug)]
pub(super) struct OperationDoc {
    pub(super) meta: OperationMeta,
    pub(super) parameters: Vec<Parameter>,
    pub(super) bodies: Vec<BodyParam>,
    /// Sorted by status and then by origin.
    pub(super) responses: Vec<(Statuses, ResponseDoc)>,
    pub(super) rejects: bool,
    pub(super) security: Vec<Security>,
    /// The messages that a WebSocket receives and sends.
    #[cfg(feature = "websocket")]
    pub(super) messages: Option<Messages>,
}

/// The schemas of the messages that a WebSocket receives and sends; `None` for text and bytes.
#[cfg(feature = "websocket")]
pub(super) type Messages = (Option<Schema>, Option<Schema>);

impl OperationDoc {
    pub(super) fn new(meta: OperationMeta) -> Self {
        Self {
            meta,
            parameters: Vec::new(),
            bodies: Vec::new(),
            responses: Vec::new(),
            rejects: false,
            security: Vec::new(),
            #[cfg(feature = "websocket")]
            messages: None,
        }
    }

    /// Adds every schema that appears in the operation.
    pub(super) fn add_shown<'d>(&'d self, shown: &mut Vec<&'d Schema>) {
        for parameter in &self.parameters {
            if parameter.include_in_schema {
                shown.push(&parameter.schema);
            }
        }
        for body in &self.bodies {
            shown.push(&body.schema);
        }
        #[cfg(feature = "websocket")]
        if let Some((received, sent)) = &self.messages {
            shown.extend(received.iter().chain(sent));
        }
        for (_, response) in &self.responses {
            if let Some(schema) = &response.schema {
                shown.push(schema);
            }
        }
    }
}

/// An argument that reads the body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyReader {
    argument: &'static str,
    /// The dependency that takes the argument, if it is not the handler.
    dependency: Option<&'static str>,
    pub(crate) kind: BodyKind,
}

impl fmt::Display for BodyReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.argument)?;
        if let Some(dependency) = self.dependency {
            write!(f, " of the dependency `{dependency}`")?;
        }
        write!(f, " ({})", self.kind.taken())
    }
}

/// The operation to which arguments, dependencies and responses add their descriptions.
///
/// ```
/// use fastrs::openapi::{Document, Info, OperationMeta, Parameter, ParameterLocation};
///
/// let mut document = Document::new(Info::new("Shop", "1.0.0"));
/// document.operation(OperationMeta::new("GET", "/items", "list_items"), |op| {
///     let schema = op.input_schema::<u32>();
///     op.parameter(Parameter::new("limit", ParameterLocation::Query, schema));
///     op.may_reject();
/// });
/// let written = document.finish();
/// assert_eq!(written["paths"]["/items"]["get"]["parameters"][0]["name"], "limit");
/// ```
#[derive(Debug)]
pub struct Operation<'a> {
    pub(super) doc: &'a mut OperationDoc,
    pub(super) schemas: &'a mut Schemas,
    pub(super) requirements: Requirements,
    bare: Vec<&'static str>,
    /// The arguments that read the body.
    readers: Vec<BodyReader>,
    /// The dependency whose arguments are being described.
    pub(super) dependency: Option<&'static str>,
    #[cfg(feature = "multipart")]
    file_rules: Vec<FileRule>,
    /// The fields of forms whose types cannot be expressed as text.
    pub(super) inexpressible_fields: Vec<String>,
    optional: bool,
    any_status: bool,
    pub(super) inputs: Inputs,
}

impl<'a> Operation<'a> {
    pub(super) fn new(doc: &'a mut OperationDoc, schemas: &'a mut Schemas) -> Self {
        Self {
            doc,
            schemas,
            requirements: Requirements::default(),
            bare: Vec::new(),
            readers: Vec::new(),
            dependency: None,
            #[cfg(feature = "multipart")]
            file_rules: Vec::new(),
            inexpressible_fields: Vec::new(),
            optional: false,
            any_status: false,
            inputs: Inputs::default(),
        }
    }
}

/// Data for the checks at startup and for handling requests.
impl Operation<'_> {
    /// Runs `describe` with another success status.
    pub(crate) fn with_status(&mut self, status: u16, describe: impl FnOnce(&mut Self)) {
        let own = std::mem::replace(&mut self.doc.meta.status, status);
        let any = std::mem::replace(&mut self.any_status, false);
        describe(self);
        self.any_status = any;
        self.doc.meta.status = own;
    }

    /// Runs `describe` for a success response whose status is chosen at run time.
    pub(crate) fn with_any_status(&mut self, describe: impl FnOnce(&mut Self)) {
        let own = std::mem::replace(&mut self.any_status, true);
        describe(self);
        self.any_status = own;
    }

    /// Runs `describe` for an argument that may be missing, so that none of its parts is required.
    pub(crate) fn optional(&mut self, describe: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.optional, true);
        describe(self);
        self.optional = outer;
    }

    /// Records a bare scalar argument, which must not have the name of a placeholder in a router's prefix.
    pub(crate) fn bare(&mut self, name: &'static str) {
        self.bare.push(name);
    }

    pub(crate) fn bare_names(&self) -> Vec<String> {
        let mut names = Vec::with_capacity(self.bare.len());
        for name in &self.bare {
            names.push((*name).to_owned());
        }
        names
    }

    /// Records how an argument reads the body, whether or not the argument describes a body.
    pub(crate) fn reads(&mut self, argument: &'static str, kind: BodyKind) {
        if kind != BodyKind::None {
            self.readers.push(BodyReader {
                argument,
                dependency: self.dependency,
                kind,
            });
        }
    }

    /// Records the messages of a WebSocket.
    #[cfg(feature = "websocket")]
    pub(crate) fn messages(&mut self, messages: (Option<Schema>, Option<Schema>)) {
        self.doc.messages = Some(messages);
    }

    pub(crate) fn body_kind(&self) -> BodyKind {
        let kinds = self.readers.iter().map(|reader| reader.kind);
        kinds.fold(BodyKind::None, BodyKind::or)
    }

    /// Returns two arguments that cannot read the same body.
    pub(crate) fn conflicting_readers(&self) -> Option<(BodyReader, BodyReader)> {
        for (index, second) in self.readers.iter().enumerate() {
            let mut before = self.readers[..index].iter();
            if let Some(first) = before.find(|first| first.kind.excludes(second.kind)) {
                return Some((*first, *second));
            }
        }
        None
    }

    /// Returns whether an argument takes the body as bytes, whatever else reads it.
    #[cfg(feature = "multipart")]
    pub(crate) fn reads_bytes(&self) -> bool {
        let mut readers = self.readers.iter();
        readers.any(|reader| reader.kind == BodyKind::Bytes)
    }

    /// Records an argument's requirements for its file.
    #[cfg(feature = "multipart")]
    pub(crate) fn file(&mut self, rule: FileRule) {
        self.file_rules.push(rule);
    }

    #[cfg(feature = "multipart")]
    pub(crate) fn file_rules(&self) -> Vec<FileRule> {
        self.file_rules.clone()
    }

    /// Returns the names of the fields of a form that hold JSON.
    #[cfg(feature = "multipart")]
    pub(crate) fn json_fields(&self) -> Vec<String> {
        let is_json = |body: &&BodyParam| {
            let content_type = body.content_type.as_deref();
            body.media == BodyMedia::Form && content_type == Some("application/json")
        };
        let json = self.doc.bodies.iter().filter(is_json);
        json.map(|body| body.name.clone()).collect()
    }

    /// Returns whether a multipart body is read.
    pub(crate) fn reads_files(&self) -> bool {
        self.doc
            .bodies
            .iter()
            .any(|body| body.media == BodyMedia::Multipart)
    }

    /// Returns the names of the parameters in one location.
    pub(crate) fn names_in(&self, location: ParameterLocation) -> Vec<String> {
        let mut names = Vec::new();
        for parameter in &self.doc.parameters {
            if parameter.location == location {
                names.push(parameter.name.clone());
            }
        }
        names
    }

    /// Returns the fields of a form.
    pub(crate) fn names_in_form(&self) -> Vec<String> {
        let mut names = Vec::new();
        for form in &self.doc.bodies {
            if !form.media.is_form() {
                continue;
            }
            match fields::parameters(self.schemas, &form.schema, ParameterLocation::Query) {
                Some(fields) if !form.embed => {
                    for field in fields {
                        names.push(field.name);
                    }
                }
                _ => names.push(form.name.clone()),
            }
        }
        names
    }

    /// Returns whether several arguments share one JSON object.
    pub(crate) fn embeds(&self) -> bool {
        self.doc
            .bodies
            .iter()
            .filter(|body| body.media == BodyMedia::Json)
            .count()
            > 1
    }
}

impl Operation<'_> {
    /// Returns the metadata of the route.
    pub fn meta(&self) -> &OperationMeta {
        &self.doc.meta
    }

    /// Returns the success status.
    pub fn status(&self) -> u16 {
        self.doc.meta.status
    }

    /// Returns the input schema of a type, as a reference if the type has a name.
    pub fn input_schema<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        self.schemas.input::<T>()
    }

    pub(crate) fn input_of(&mut self, of: TypeSchema) -> Schema {
        self.schemas.input_of(of)
    }

    /// Returns the output schema of a type, as a reference if the type has a name.
    pub fn output_schema<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        self.schemas.output::<T>()
    }

    pub(crate) fn output_of(&mut self, of: TypeSchema) -> Schema {
        self.schemas.output_of(of)
    }

    /// Returns the fields of a struct, or of an enum of structs, as parameters, with their names in the schema.
    /// Returns `None` for any other type.
    pub fn fields_of<T: JsonSchema + ?Sized>(
        &mut self,
        location: ParameterLocation,
    ) -> Option<Vec<Parameter>> {
        self.fields_in(TypeSchema::of::<T>(), location)
    }

    pub(crate) fn fields_in(
        &mut self,
        of: TypeSchema,
        location: ParameterLocation,
    ) -> Option<Vec<Parameter>> {
        let schema = self.schemas.input_of(of);
        fields::parameters(self.schemas, &schema, location)
    }

    /// Adds a parameter. If the operation already has it, the result is required if either of the two is.
    pub fn parameter(&mut self, mut parameter: Parameter) {
        self.inputs.described();
        parameter.required &= !self.optional || parameter.location == ParameterLocation::Path;
        let same = |known: &&mut Parameter| {
            known.location == parameter.location
                && match parameter.location {
                    ParameterLocation::Header => known.name.eq_ignore_ascii_case(&parameter.name),
                    _ => known.name == parameter.name,
                }
        };
        match self.doc.parameters.iter_mut().find(same) {
            Some(known) => {
                known.required |= parameter.required;
                known.include_in_schema |= parameter.include_in_schema;
            }
            None => self.doc.parameters.push(parameter),
        }
    }

    /// Adds an argument that is read from the body. If the operation already has it, the result is required if either
    /// of the two is. Raw bytes are not described beside JSON or a form, since they are the same body.
    pub fn body(&mut self, mut body: BodyParam) {
        self.inputs.described();
        body.required &= !self.optional;
        match body.media {
            BodyMedia::Raw if !self.doc.bodies.is_empty() => return,
            BodyMedia::Raw => {}
            _ => self
                .doc
                .bodies
                .retain(|known| known.media != BodyMedia::Raw),
        }
        match self.doc.bodies.iter_mut().find(|b| b.name == body.name) {
            Some(known) => known.required |= body.required,
            None => self.doc.bodies.push(body),
        }
    }

    /// Adds a response. Responses with the same status are merged.
    pub fn response(&mut self, status: u16, response: ResponseDoc) {
        let statuses = match response.origin {
            Origin::Success if self.any_status => Statuses::Any,
            _ => Statuses::One(status),
        };
        self.add_response(statuses, response);
    }

    fn add_response(&mut self, statuses: Statuses, response: ResponseDoc) {
        let known = &mut self.doc.responses;
        let position =
            known.partition_point(|(other, r)| (*other, r.origin) <= (statuses, response.origin));
        known.insert(position, (statuses, response));
    }

    /// Records that input can fail validation, which leads to a 422.
    pub fn may_reject(&mut self) {
        self.doc.rejects = true;
    }
}
