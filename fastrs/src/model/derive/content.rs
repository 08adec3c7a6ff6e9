//! The schema of the fields of a struct or a variant.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::properties::{NONE, Outer, Property};
use crate::schema::TypeSchema;

/// The content of a model or a variant.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// Nothing: `null`.
    Unit,
    /// One value, which is not wrapped.
    Value(&'a Property),
    /// A list of values.
    Tuple(&'a [Property]),
    /// An object.
    Struct(&'a [Property]),
}

impl Content<'_> {
    pub(super) const fn is_unit(&self) -> bool {
        matches!(self, Self::Unit)
    }

    /// Returns the schema. Unknown fields are an error if it `is_closed`.
    pub(super) fn write(
        &self,
        generator: &mut SchemaGenerator,
        is_closed: bool,
        outer: Outer<'_>,
    ) -> Schema {
        match self {
            Self::Unit => with(TypeSchema::of::<()>().within(generator), outer),
            Self::Value(property) => property.write(generator, outer),
            Self::Tuple(properties) => with(tuple(properties, generator), outer),
            Self::Struct(properties) => with(object(properties, generator, is_closed), outer),
        }
    }
}

/// Returns the schema with the keywords that `outer` adds.
pub(super) fn with(mut schema: Schema, outer: Outer<'_>) -> Schema {
    outer(&mut schema);
    schema
}

fn object(properties: &[Property], generator: &mut SchemaGenerator, is_closed: bool) -> Schema {
    let mut schema = match is_closed {
        true => json_schema!({"type": "object", "additionalProperties": false}),
        false => json_schema!({"type": "object"}),
    };
    for property in shown(properties, generator) {
        property.add_to(&mut schema, generator);
    }
    schema
}

fn tuple(properties: &[Property], generator: &mut SchemaGenerator) -> Schema {
    let properties = shown(properties, generator);
    let items: Vec<Value> = properties
        .into_iter()
        .map(|property| property.write(generator, NONE).into())
        .collect();
    let count = items.len();
    match count {
        0 => json_schema!({"type": "array", "maxItems": 0}),
        _ => json_schema!({
            "type": "array", "prefixItems": items, "minItems": count, "maxItems": count,
        }),
    }
}

/// Returns the fields that are part of the input, or of the output.
fn shown<'p>(properties: &'p [Property], generator: &SchemaGenerator) -> Vec<&'p Property> {
    let contract = generator.contract();
    let properties = properties.iter();
    properties
        .filter(|property| !property.is_hidden(contract))
        .collect()
}
