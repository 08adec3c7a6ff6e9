//! A flattened `Option` of a struct, whose required fields are required only if any of its fields is sent.

use std::{borrow::Cow, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::schema::hints;

/// The type of a flattened `Option`.
pub trait OptionalPart {
    /// What describes it.
    type Described: JsonSchema;
}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema> OptionalPart for Option<T> {
    type Described = Option<Part<T>>;
}

/// Describes a `T`, and marks its fields as belonging together: schemars only removes `required`.
#[derive(Debug)]
pub struct Part<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Part<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        if generator.contract().is_deserialize() {
            mark(&mut schema, &T::schema_id());
        }
        schema
    }
}

/// Marks the fields with the name of their struct, and with whether it requires them.
fn mark(schema: &mut Schema, id: &str) {
    let required = schema.get("required").and_then(Value::as_array);
    let required = required.cloned().unwrap_or_default();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let is_required = required.iter().any(|required| required == name);
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        // An optional part of the struct has marked its own fields.
        let parts = property
            .entry(hints::PARTS)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(parts) = parts {
            parts.push(json!([id, is_required]));
        }
    }
}
