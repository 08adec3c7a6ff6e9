//! What an operation says about itself: the facts of its route, and what its arguments and answers describe.

use std::{any::TypeId, borrow::Cow};

use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::{
    BodyMedia, BodyParam, HeaderDoc, Origin, Parameter, ParameterLocation, ResponseDoc, Schemas,
    fields, response::Statuses,
};
use crate::schema::TypeSchema;

/// The facts of a route.
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
    /// Where the function stands, `src/items.rs:12`.
    pub place: String,
    /// The status of success.
    pub status: u16,
    /// An id in place of the function's name.
    pub operation_id: Option<String>,
    /// The tags, in order.
    pub tags: Vec<String>,
    /// A summary in place of the comment's first paragraph.
    pub summary: Option<String>,
    /// A description in place of the comment's.
    pub description: Option<String>,
    /// The whole doc comment of the function.
    pub doc: Option<String>,
    /// What the answer of success means.
    pub response_description: Option<String>,
    /// Whether clients should stop calling it.
    pub deprecated: bool,
    /// Anything else, merged into the operation last.
    pub extra: Option<Value>,
}

impl OperationMeta {
    /// Takes the facts without which there is no route; the status is 200.
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

    /// The doc comment, up to a form feed: as in FastAPI, what follows it is for the readers of the code.
    pub(super) fn comment(&self) -> Option<&str> {
        let doc = self.doc.as_deref()?.split('\u{c}').next()?.trim();
        (!doc.is_empty()).then_some(doc)
    }
}

/// All that is known about one operation, before it is written in one dialect or another.
#[derive(Debug)]
pub(super) struct OperationDoc {
    pub(super) meta: OperationMeta,
    pub(super) parameters: Vec<Parameter>,
    pub(super) bodies: Vec<BodyParam>,
    /// By status, those of one status by their origins.
    pub(super) responses: Vec<(Statuses, ResponseDoc)>,
    pub(super) rejects: bool,
    pub(super) security: Vec<Security>,
}

impl OperationDoc {
    pub(super) fn new(meta: OperationMeta) -> Self {
        Self {
            meta,
            parameters: Vec::new(),
            bodies: Vec::new(),
            responses: Vec::new(),
            rejects: false,
            security: Vec::new(),
        }
    }

    /// Adds every schema that the operation shows.
    pub(super) fn add_shown<'d>(&'d self, shown: &mut Vec<&'d Schema>) {
        for parameter in &self.parameters {
            if parameter.include_in_schema {
                shown.push(&parameter.schema);
            }
        }
        for body in &self.bodies {
            shown.push(&body.schema);
        }
        for (_, response) in &self.responses {
            if let Some(schema) = &response.schema {
                shown.push(schema);
            }
        }
    }
}

/// One security scheme that an operation asks for.
#[derive(Debug)]
pub(super) struct Security {
    pub(super) name: String,
    pub(super) scheme: Value,
    pub(super) scopes: Vec<String>,
}

/// What arguments, dependencies and answers describe themselves to.
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
    visited: Vec<TypeId>,
    bare: Vec<&'static str>,
    reads_body: bool,
    optional: bool,
    any_status: bool,
}

impl<'a> Operation<'a> {
    pub(super) fn new(doc: &'a mut OperationDoc, schemas: &'a mut Schemas) -> Self {
        Self {
            doc,
            schemas,
            visited: Vec::new(),
            bare: Vec::new(),
            reads_body: false,
            optional: false,
            any_status: false,
        }
    }
}

/// What the app checks of an operation, and what its requests need to know.
impl Operation<'_> {
    /// Runs `describe` as if this were the status of success.
    pub(crate) fn with_status(&mut self, status: u16, describe: impl FnOnce(&mut Self)) {
        let own = std::mem::replace(&mut self.doc.meta.status, status);
        let any = std::mem::replace(&mut self.any_status, false);
        describe(self);
        self.any_status = any;
        self.doc.meta.status = own;
    }

    /// Runs `describe` for an answer of success whose status is known at run time alone.
    pub(crate) fn with_any_status(&mut self, describe: impl FnOnce(&mut Self)) {
        let own = std::mem::replace(&mut self.any_status, true);
        describe(self);
        self.any_status = own;
    }

    /// Runs `describe` for an argument that may be missing: nothing of it is required.
    pub(crate) fn optional(&mut self, describe: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.optional, true);
        describe(self);
        self.optional = outer;
    }

    /// Notes a bare scalar argument, which may not be named like a placeholder of a router's prefix.
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

    /// Notes that an argument is read from the body, whether or not it describes one.
    pub(crate) fn reads(&mut self, body: bool) {
        self.reads_body |= body;
    }

    pub(crate) fn reads_body(&self) -> bool {
        self.reads_body
    }

    /// The parameters of one place.
    pub(crate) fn names_in(&self, place: ParameterLocation) -> Vec<String> {
        let mut names = Vec::new();
        for parameter in &self.doc.parameters {
            if parameter.place == place {
                names.push(parameter.name.clone());
            }
        }
        names
    }

    /// The fields of a form.
    pub(crate) fn names_in_form(&self) -> Vec<String> {
        let mut names = Vec::new();
        for form in &self.doc.bodies {
            if !matches!(form.media, BodyMedia::Form | BodyMedia::Multipart) {
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

    /// Whether several arguments share one JSON object.
    pub(crate) fn embeds(&self) -> bool {
        self.doc
            .bodies
            .iter()
            .filter(|body| body.media == BodyMedia::Json)
            .count()
            > 1
    }

    pub(crate) fn has_json_and_form(&self) -> bool {
        let has = |media| self.doc.bodies.iter().any(|body| body.media == media);
        has(BodyMedia::Json) && (has(BodyMedia::Form) || has(BodyMedia::Multipart))
    }
}

impl Operation<'_> {
    /// The facts of the route.
    pub fn meta(&self) -> &OperationMeta {
        &self.doc.meta
    }

    /// The status of success.
    pub fn status(&self) -> u16 {
        self.doc.meta.status
    }

    /// The schema of a type that is read; a reference where the type has a name.
    pub fn input_schema<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        self.schemas.input::<T>()
    }

    pub(crate) fn input_of(&mut self, of: TypeSchema) -> Schema {
        self.schemas.input_of(of)
    }

    /// The schema of a type that is written; a reference where the type has a name.
    pub fn output_schema<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        self.schemas.output::<T>()
    }

    pub(crate) fn output_of(&mut self, of: TypeSchema) -> Schema {
        self.schemas.output_of(of)
    }

    /// The fields of a struct as parameters, with the names that its schema gives them; `None` if it is no struct.
    pub fn fields_of<T: JsonSchema + ?Sized>(
        &mut self,
        place: ParameterLocation,
    ) -> Option<Vec<Parameter>> {
        self.fields_in(TypeSchema::of::<T>(), place)
    }

    pub(crate) fn fields_in(
        &mut self,
        of: TypeSchema,
        place: ParameterLocation,
    ) -> Option<Vec<Parameter>> {
        let schema = self.schemas.input_of(of);
        fields::parameters(self.schemas, &schema, place)
    }

    /// Adds a parameter. The same one again changes nothing, but that it is required if either says so.
    pub fn parameter(&mut self, mut parameter: Parameter) {
        parameter.required &= !self.optional || parameter.place == ParameterLocation::Path;
        let same = |known: &&mut Parameter| {
            known.place == parameter.place
                && match parameter.place {
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

    /// Adds an argument that is read from the body. The same one again changes nothing, but that it is required if either says so.
    pub fn body(&mut self, mut body: BodyParam) {
        body.required &= !self.optional;
        match self.doc.bodies.iter_mut().find(|b| b.name == body.name) {
            Some(known) => known.required |= body.required,
            None => self.doc.bodies.push(body),
        }
    }

    /// Adds an answer; several of one status are merged.
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

    /// Says that an input can fail validation, which is a 422.
    pub fn may_reject(&mut self) {
        self.doc.rejects = true;
    }

    /// True the first time that it is asked for this type: a dependency is described once.
    pub fn visit(&mut self, id: TypeId) -> bool {
        let new = !self.visited.contains(&id);
        if new {
            self.visited.push(id);
        }
        new
    }

    /// Says that a security scheme is asked for, by its name and its object in the document, with these scopes.
    pub fn security(&mut self, name: &str, scheme: Value, scopes: &[&str]) {
        let known = self.doc.security.iter().position(|s| s.name == name);
        let index = known.unwrap_or_else(|| {
            self.doc.security.push(Security {
                name: name.to_owned(),
                scheme,
                scopes: Vec::new(),
            });
            self.doc.security.len() - 1
        });
        let security = &mut self.doc.security[index];
        for scope in scopes {
            if !security.scopes.iter().any(|known| known == scope) {
                security.scopes.push((*scope).to_owned());
            }
        }
    }
}

/// Answers by status.
#[derive(Debug, Default)]
pub(super) struct Answers<'d>(pub(super) Vec<(Statuses, Vec<&'d ResponseDoc>)>);

impl<'d> Answers<'d> {
    /// Adds one, after those of the same status.
    pub(super) fn add(&mut self, statuses: Statuses, response: &'d ResponseDoc) {
        match self.0.binary_search_by_key(&statuses, |(known, _)| *known) {
            Ok(place) => self.0[place].1.push(response),
            Err(place) => self.0.insert(place, (statuses, vec![response])),
        }
    }
}

/// What the answers of one status say together, but for their bodies.
#[derive(Debug)]
pub(super) struct Merged<'d> {
    pub(super) description: Option<Cow<'d, str>>,
    pub(super) headers: Vec<&'d HeaderDoc>,
    /// The strongest.
    pub(super) origin: Origin,
}

/// The answers of a status that the dialect shows, merged into one.
pub(super) fn merged<'d>(responses: &[&'d ResponseDoc]) -> Option<Merged<'d>> {
    let (first, rest) = responses.split_first()?;
    let mut merged = Merged {
        description: first.description.as_deref().map(Cow::Borrowed),
        headers: first.headers.iter().collect(),
        origin: first.origin,
    };
    for response in rest {
        merged.describe(response);
        for header in &response.headers {
            if !merged.headers.iter().any(|known| known.name == header.name) {
                merged.headers.push(header);
            }
        }
    }
    Some(merged)
}

impl<'d> Merged<'d> {
    /// The strongest origin's word counts; among derived answers each one's.
    fn describe(&mut self, response: &'d ResponseDoc) {
        let Some(more) = &response.description else {
            return;
        };
        match &mut self.description {
            None => self.description = Some(Cow::Borrowed(more)),
            Some(known)
                if self.origin == Origin::Derived && !known.split("; ").any(|k| k == more) =>
            {
                let known = known.to_mut();
                known.push_str("; ");
                known.push_str(more);
            }
            Some(_) => {}
        }
    }
}
