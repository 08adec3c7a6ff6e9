//! The fields of a struct, where they are not the properties of a body but parameters or parts of a form.

use schemars::Schema;
use serde_json::{Map, Value};

use super::{
    Parameter, ParameterLocation, Schemas, nullable,
    schema::{Side, target},
};

/// The fields of a struct as parameters; `None` if the schema is no object with known fields.
pub(super) fn parameters(
    schemas: &Schemas,
    schema: &Schema,
    place: ParameterLocation,
) -> Option<Vec<Parameter>> {
    let mut schema = schema.clone();
    let optional = nullable::remove(&mut schema);
    let object = definition(schemas, &schema)?.as_object()?;
    let mut parameters = Vec::new();
    gather(schemas, object, place, &mut parameters);
    if object.get("properties").is_none() && parameters.is_empty() {
        return None;
    }
    if optional {
        parameters
            .iter_mut()
            .for_each(|parameter| parameter.required = false);
    }
    Some(parameters)
}

fn definition<'s>(schemas: &'s Schemas, schema: &'s Schema) -> Option<&'s Schema> {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            let local = target(reference)?;
            debug_assert_eq!(local.0, Side::Input, "a parameter is read");
            schemas.definition(&local)
        }
        None => Some(schema),
    }
}

fn gather(
    schemas: &Schemas,
    object: &Map<String, Value>,
    place: ParameterLocation,
    into: &mut Vec<Parameter>,
) {
    let required = object.get("required").and_then(Value::as_array);
    let properties = object.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let Ok(property) = Schema::try_from(property.clone()) else {
            continue;
        };
        let required = required.is_some_and(|required| required.iter().any(|r| r == name));
        into.push(parameter(name, property, place).required(required));
    }
    // Where one struct is flattened into another, schemars may leave the parts apart.
    for part in object
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let part = <&Schema>::try_from(part).ok();
        let part = part.and_then(|part| definition(schemas, part));
        if let Some(part) = part.and_then(Schema::as_object) {
            gather(schemas, part, place, into);
        }
    }
}

/// Moves what a property says about its meaning from its schema to the parameter.
fn parameter(name: &str, mut schema: Schema, place: ParameterLocation) -> Parameter {
    let text = |value: Option<Value>| match value {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let description = text(schema.remove("description"));
    let title = text(schema.remove("title"));
    let deprecated = schema.remove("deprecated") == Some(Value::Bool(true));
    let default = schema
        .remove("default")
        .filter(|default| !default.is_null());
    let examples = match schema.remove("examples") {
        Some(Value::Array(examples)) => examples,
        _ => Vec::new(),
    };
    let nullable = nullable::remove(&mut schema);
    Parameter {
        nullable,
        description,
        title,
        deprecated,
        default,
        examples,
        field: Some(name.to_owned()),
        ..Parameter::new(name, place, schema)
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;

    use super::*;

    /// A page of a list.
    #[derive(JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // only its schema is wanted
    struct Page {
        /// How many to list.
        #[serde(default = "ten")]
        limit: u8,
        after: Option<String>,
        #[serde(flatten)]
        order: Order,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)] // only its schema is wanted
    struct Order {
        #[serde(rename = "order-by")]
        by: String,
    }

    fn ten() -> u8 {
        10
    }

    #[test]
    fn the_fields_of_a_struct_are_parameters() {
        let mut schemas = Schemas::new();
        let schema = schemas.input::<Page>();
        let page = parameters(&schemas, &schema, ParameterLocation::Query).unwrap();
        let facts: Vec<_> = page
            .iter()
            .map(|p| (p.name.as_str(), p.required, p.nullable))
            .collect();
        assert_eq!(
            facts,
            [
                ("limit", false, false),
                ("after", false, true),
                ("order-by", true, false)
            ]
        );
        assert_eq!(page[0].description.as_deref(), Some("How many to list."));
        assert_eq!(page[0].default, Some(10.into()));
        assert_eq!(page[1].schema.get("type").unwrap(), "string");
    }

    #[test]
    fn no_field_of_an_optional_struct_is_required() {
        let mut schemas = Schemas::new();
        let schema = schemas.input::<Option<Page>>();
        let page = parameters(&schemas, &schema, ParameterLocation::Query).unwrap();
        assert!(page.iter().all(|parameter| !parameter.required));
    }

    #[test]
    fn a_scalar_has_no_fields() {
        let mut schemas = Schemas::new();
        let schema = schemas.input::<Vec<u8>>();
        assert!(parameters(&schemas, &schema, ParameterLocation::Query).is_none());
    }
}
