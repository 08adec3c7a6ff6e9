//! The wire names of a parameter model's fields.

use std::borrow::Cow;

use super::{ParamSpec, source::Source};
use crate::model::FieldShape;

/// Returns all wire names of a field, its own name first.
pub(super) fn wire_names<'a>(
    spec: &ParamSpec,
    field: &'a FieldShape,
) -> impl Iterator<Item = Cow<'a, str>> {
    let names = std::iter::once(&field.name).chain(&field.aliases);
    names.map(|name| spec.field_name(name))
}

/// Returns the name under which a field was sent: the first of its names that is present, or else its own.
pub(super) fn wire_name<'a>(
    spec: &ParamSpec,
    field: &'a FieldShape,
    source: Source<'_>,
) -> Cow<'a, str> {
    if !field.aliases.is_empty()
        && let Some(sent) = wire_names(spec, field).find(|name| source.has(name))
    {
        return sent;
    }
    spec.field_name(&field.name)
}

/// Returns whether a field of a struct was sent.
pub(super) fn has_field(spec: &ParamSpec, source: Source<'_>, field: &FieldShape) -> bool {
    let source = match field.list {
        true => source.for_lists(),
        false => source,
    };
    source.has(&wire_name(spec, field, source))
}
