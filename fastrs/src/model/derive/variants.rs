//! The schema of an enum, in each of serde's representations.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::{
    content::Content,
    docs::{Docs, documented},
    flatten::{is_closed, open_alternatives},
    properties::{NONE, Name, Outer, Property, add_property},
};

/// The description of a variant.
#[derive(Clone, Copy, Debug)]
pub struct VariantSchema<'a> {
    name: Name,
    docs: Docs,
    content: Content<'a>,
    is_untagged: bool,
    is_read: bool,
    is_written: bool,
}

documented!(VariantSchema<'a>);

/// How variants are distinguished.
#[derive(Clone, Copy, Debug)]
pub enum Tagging {
    /// By the only key of an object; a variant without content is its name.
    External,
    /// By this field, which is among the variant's fields.
    Internal(&'static str),
    /// By the first field; the second contains the value.
    Adjacent(&'static str, &'static str),
    /// By their content.
    Untagged,
}

impl<'a> VariantSchema<'a> {
    /// Describes a variant with this name.
    pub const fn new(name: &'static str, content: Content<'a>) -> Self {
        Self {
            name: Name::new(name),
            docs: Docs::NONE,
            content,
            is_untagged: false,
            is_read: true,
            is_written: true,
        }
    }

    /// Sets the variant's name in the output, if it is another one.
    #[must_use]
    pub const fn written(mut self, name: &'static str) -> Self {
        self.name.written = name;
        self
    }

    /// Leaves the tag out: serde's `untagged` on a variant.
    #[must_use]
    pub const fn untagged(mut self) -> Self {
        self.is_untagged = true;
        self
    }

    /// Leaves the variant out of the output: serde's `skip_serializing`.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.is_written = false;
        self
    }

    /// Leaves the variant out of the input: serde's `skip_deserializing`.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.is_read = false;
        self
    }

    fn is_shown(&self, generator: &SchemaGenerator) -> bool {
        match generator.contract().is_serialize() {
            true => self.is_written,
            false => self.is_read,
        }
    }

    /// Returns whether it is nothing but a name.
    fn is_name(&self) -> bool {
        self.content.is_unit() && self.docs.is_empty() && !self.is_untagged
    }

    fn write(&self, tagging: Tagging, generator: &mut SchemaGenerator, is_closed: bool) -> Schema {
        let name = self.name.on(generator.contract());
        let tagging = if self.is_untagged {
            Tagging::Untagged
        } else {
            tagging
        };
        let mut schema = match tagging {
            Tagging::Untagged => self.write_untagged(name, generator, is_closed),
            Tagging::Internal(tag) => {
                let outer = |schema: &mut Schema| {
                    add_tag(schema, tag, name, is_closed);
                    self.docs.write(schema);
                };
                match &self.content {
                    Content::Value(value) => tagged_value(value, generator, &outer),
                    content => content.write(generator, is_closed, &outer),
                }
            }
            Tagging::External => self.write_named(name, generator, is_closed),
            Tagging::Adjacent(tag, content) => {
                self.write_adjacent(name, [tag, content], generator, is_closed)
            }
        };
        self.docs.write_schemars_attr(&mut schema);
        schema
    }

    fn write_untagged(
        &self,
        name: &str,
        generator: &mut SchemaGenerator,
        is_closed: bool,
    ) -> Schema {
        let has_title = generator.settings().untagged_enum_variant_titles;
        let outer = |schema: &mut Schema| {
            if has_title {
                schema.insert("title".to_owned(), name.into());
            }
            self.docs.write(schema);
        };
        self.content.write(generator, is_closed, &outer)
    }

    fn write_named(&self, name: &str, generator: &mut SchemaGenerator, is_closed: bool) -> Schema {
        let mut schema = match self.content {
            Content::Unit => json_schema!({"type": "string", "const": name}),
            content => json_schema!({
                "type": "object",
                "properties": {name: content.write(generator, is_closed, NONE)},
                "required": [name],
                "additionalProperties": false,
            }),
        };
        self.docs.write(&mut schema);
        schema
    }

    fn write_adjacent(
        &self,
        name: &str,
        [tag, content]: [&str; 2],
        generator: &mut SchemaGenerator,
        is_closed: bool,
    ) -> Schema {
        let mut schema = json_schema!({"type": "object", "properties": {}, "required": []});
        let name = json!({"type": "string", "const": name});
        add_property(&mut schema, tag, name, true);
        if !self.content.is_unit() {
            let value = self.content.write(generator, is_closed, NONE);
            add_property(&mut schema, content, json!(value), true);
        }
        if is_closed {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
        self.docs.write(&mut schema);
        schema
    }
}

/// Returns the schema of an enum with these variants.
pub(super) fn write(
    tagging: Tagging,
    variants: &[VariantSchema<'_>],
    generator: &mut SchemaGenerator,
    is_closed: bool,
) -> Schema {
    if variants.is_empty() {
        return false.into();
    }
    let shown = variants
        .iter()
        .filter(|variant| variant.is_shown(generator));
    let is_external = matches!(tagging, Tagging::External);
    let is_name = |variant: &&VariantSchema<'_>| is_external && variant.is_name();
    type Variants<'v> = Vec<&'v VariantSchema<'v>>;
    let (names, others): (Variants<'_>, Variants<'_>) = shown.partition(is_name);
    let mut all: Vec<Value> = Vec::new();
    let contract = generator.contract();
    let names = names.iter().map(|variant| variant.name.on(contract));
    let names: Vec<&str> = names.collect();
    if !names.is_empty() || others.is_empty() && is_external {
        all.push(json!({"type": "string", "enum": names}));
    }
    if let ([names], true) = (&mut *all, others.is_empty()) {
        return Schema::try_from(names.take()).unwrap_or_default();
    }
    for variant in others {
        all.push(variant.write(tagging, generator, is_closed).into());
    }
    let overlap = |variant: &VariantSchema<'_>| variant.is_untagged;
    match matches!(tagging, Tagging::Untagged) || variants.iter().any(overlap) {
        true => json_schema!({"anyOf": all}),
        false => json_schema!({"oneOf": all}),
    }
}

/// Adds an internal tag to the schema of a variant's content, in front of its fields.
fn add_tag(schema: &mut Schema, tag: &str, name: &str, is_closed: bool) {
    let object = schema.ensure_object();
    let is_unit = object.get("type").is_some_and(|name| name == "null");
    object.insert("type".to_owned(), "object".into());
    let properties = object.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        let mut all = Map::new();
        all.insert(tag.to_owned(), json!({"type": "string", "const": name}));
        let fields = std::mem::take(properties).into_iter();
        all.extend(fields.filter(|(name, _)| name != tag));
        *properties = all;
    }
    let required = object.entry("required").or_insert_with(|| json!([]));
    if let Value::Array(required) = required {
        required.insert(0, tag.into());
    }
    if is_closed && is_unit {
        let closed = object.entry("additionalProperties");
        closed.or_insert(false.into());
    }
}

/// Returns the schema of an internally tagged variant with one value: a reference, unless the tag would not be allowed
/// beside it.
fn tagged_value(value: &Property, generator: &mut SchemaGenerator, outer: Outer<'_>) -> Schema {
    let mut schema = value.of.in_place(generator);
    let is_changed = open_alternatives(&mut schema);
    let is_unit = schema.get("type").is_some_and(|name| name == "null");
    let inlines = value.of.is_inline() || generator.settings().inline_subschemas;
    match inlines || is_unit || is_closed(&schema) || is_changed {
        true => value.complete(schema, outer),
        false => value.write(generator, outer),
    }
}
