//! What all parts of lists have in common.

use schemars::{JsonSchema, Schema, generate::SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::links::Links;
use crate::{
    body::Sizes,
    model::Model,
    openapi::{Operation, ResponseDoc},
    response::{ResponseResult, write_json},
    schema::TypeSchema,
};

/// A part of a list: a response with links to other parts.
pub(super) trait Part: Serialize + JsonSchema {
    /// The relations of the links, for the document.
    const RELATIONS: &'static str;

    fn links(&self) -> Links;
}

pub(super) fn describe<P: Part>(op: &mut Operation<'_>) {
    let schema = op.output_of(TypeSchema::of::<P>());
    let links = Links::describe(P::RELATIONS);
    op.response(op.status(), ResponseDoc::json(schema).header(links));
}

pub(super) fn respond<P: Part>(part: &P, sizes: &Sizes) -> ResponseResult {
    let response = write_json(part, sizes)?;
    Ok(part.links().add_to(response))
}

/// Returns the schema of a part with items of type `T`, and with the schemas of its other fields by their names.
pub(super) fn schema<T: Model + JsonSchema>(
    generator: &mut SchemaGenerator,
    others: Value,
) -> Schema {
    let mut items = generator.subschema_for::<Vec<T>>();
    Vec::<T>::describe_keys(&mut items);
    items.insert("description".to_owned(), "The items of this part.".into());
    let mut properties = Map::from_iter([("items".to_owned(), json!(items))]);
    if let Value::Object(others) = others {
        properties.extend(others);
    }
    let required: Vec<_> = properties.keys().cloned().collect();
    json_schema!({
        "type": "object",
        "description": "A part of a list.",
        "properties": properties,
        "required": required,
    })
}
