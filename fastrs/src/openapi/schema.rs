//! The schemas of a document's types, for input and for output.

use std::{borrow::Cow, collections::HashMap};

use schemars::{
    JsonSchema, Schema,
    generate::{SchemaGenerator, SchemaSettings},
    transform::{Transform, transform_subschemas},
};
use serde_json::Value;

use crate::schema::{TypeSchema, definition_name, hints};

/// Whether a schema describes input or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Side {
    Input,
    Output,
}

impl Side {
    fn path(self) -> &'static str {
        match self {
            Side::Input => "/input",
            Side::Output => "/output",
        }
    }
}

/// The key of a definition: the side of its generator, and its name in that generator.
pub(super) type DefinitionKey<'a> = (Side, Cow<'a, str>);

/// Collects the schemas of a document's types.
///
/// A named type yields a provisional reference, which the finished document resolves: only then is it known whether
/// the type's input and output differ, and whether another type has the same name.
///
/// ```
/// use fastrs::openapi::Schemas;
///
/// let mut schemas = Schemas::new();
/// assert_eq!(schemas.input::<bool>().get("type").unwrap(), "boolean");
/// ```
#[derive(Debug)]
pub struct Schemas {
    input: SchemaGenerator,
    output: SchemaGenerator,
    /// The full names of the types that were requested directly.
    ids: HashMap<DefinitionKey<'static>, String>,
    /// The types that were requested for output.
    written: Vec<TypeSchema>,
}

impl Default for Schemas {
    fn default() -> Self {
        Self::new()
    }
}

impl Schemas {
    /// Creates an empty collection.
    pub fn new() -> Self {
        let settings = |side: Side| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = side.path().into();
                settings.meta_schema = None;
            })
        };
        Self {
            input: settings(Side::Input).for_deserialize().into_generator(),
            output: settings(Side::Output).for_serialize().into_generator(),
            ids: HashMap::new(),
            written: Vec::new(),
        }
    }

    /// Returns the schema of a type for input.
    pub fn input<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        self.input_of(TypeSchema::of::<T>())
    }

    pub(super) fn input_of(&mut self, of: TypeSchema) -> Schema {
        let schema = of.within(&mut self.input);
        self.is_known(of, &schema);
        schema
    }

    /// Returns the schema of a type for output.
    pub fn output<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        self.output_of(TypeSchema::of::<T>())
    }

    pub(super) fn output_of(&mut self, of: TypeSchema) -> Schema {
        let schema = of.within(&mut self.output);
        if !self.is_known(of, &schema) {
            self.written.push(of);
        }
        schema
    }

    /// Returns the schemas for input of the types that were requested for output.
    pub(super) fn read(&self) -> Self {
        let mut read = Self::new();
        for of in &self.written {
            read.input_of(*of);
        }
        read
    }

    /// Returns whether a named type was requested before, and records the request.
    fn is_known(&mut self, of: TypeSchema, schema: &Schema) -> bool {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let Some((side, name)) = reference.and_then(target) else {
            return false;
        };
        if self.ids.contains_key(&(side, Cow::Borrowed(&name))) {
            return true;
        }
        let local = (side, Cow::Owned(name.into_owned()));
        self.ids.insert(local, of.id().into_owned());
        false
    }

    /// Returns the definitions of one side, in the order in which they were found.
    pub(super) fn definitions(&self, side: Side) -> &serde_json::Map<String, Value> {
        match side {
            Side::Input => self.input.definitions(),
            Side::Output => self.output.definitions(),
        }
    }

    /// Returns whether any type contains an uploaded file. Its schema leaves a definition that nothing refers to.
    pub(super) fn have_files(&self) -> bool {
        let mut sides = [Side::Input, Side::Output].into_iter();
        sides.any(|side| self.definitions(side).contains_key(hints::FILE))
    }

    /// Returns the schema behind a provisional reference.
    pub(super) fn definition(&self, (side, name): &DefinitionKey<'_>) -> Option<&Schema> {
        <&Schema>::try_from(self.definitions(*side).get(name.as_ref())?).ok()
    }

    /// Returns the schema behind a provisional reference, given as it is written.
    pub(super) fn behind(&self, reference: &str) -> Option<&Value> {
        self.definition(&target(reference)?).map(Schema::as_value)
    }

    /// Returns the full name of a definition: its model's, or the id of the type if it was requested directly. For
    /// other types, the generator provides only the short name.
    pub(super) fn id<'a>(&'a self, local: &DefinitionKey<'a>) -> Option<&'a str> {
        let declared = self
            .definition(local)?
            .get(hints::ID)
            .and_then(Value::as_str);
        declared.or_else(|| self.ids.get(local).map(String::as_str))
    }
}

/// Returns the definition behind a provisional reference.
pub(super) fn target(reference: &str) -> Option<DefinitionKey<'_>> {
    let path = reference.strip_prefix('#')?;
    let in_side = |side: Side| path.strip_prefix(side.path())?.strip_prefix('/');
    let (side, name) = match in_side(Side::Input) {
        Some(name) => (Side::Input, name),
        None => (Side::Output, in_side(Side::Output)?),
    };
    Some((side, definition_name(name)))
}

/// Calls `f` on a schema and on every schema in it, the inner ones first.
pub(super) fn walk(schema: &mut Schema, f: &mut dyn FnMut(&mut Schema)) {
    struct Walk<'f>(&'f mut dyn FnMut(&mut Schema));
    impl Transform for Walk<'_> {
        fn transform(&mut self, schema: &mut Schema) {
            transform_subschemas(self, schema);
            (self.0)(schema);
        }
    }
    Walk(f).transform(schema);
}

/// Calls `f` on each reference in a schema or a document.
pub(super) fn references<'v>(value: &'v Value, f: &mut dyn FnMut(&'v str)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(reference) if key == "$ref" => f(reference),
                    value => references(value, f),
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                references(value, f);
            }
        }
        _ => {}
    }
}

/// Removes the hints for fastrs.
pub(super) fn remove_hints(schema: &mut Schema) {
    if let Some(object) = schema.as_object_mut() {
        object.retain(|key, _| !key.starts_with(hints::PREFIX));
    }
}
