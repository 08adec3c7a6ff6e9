//! Reads the fields of a form, URL-encoded or multipart.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    NoValue, ParamSpec,
    scalar::{self, read_any},
    source::Source,
};
use crate::{
    model::{Compiled, Shape},
    openapi::{BodyMedia, Operation, ResponseDoc},
    request::Context,
    schema::TypeSchema,
};

/// Reads a struct from the fields of a form, or one field by the argument's name. An empty field counts as not
/// sent.
pub(super) fn read_form<T>(
    value: &mut Option<T>,
    spec: &ParamSpec,
    cx: &mut Context<'_>,
) -> Result<(), NoValue>
where
    T: DeserializeOwned + JsonSchema + Send + 'static,
{
    let form = cx.form();
    #[cfg(feature = "multipart")]
    if is_field(spec.compiled(TypeSchema::of::<T>()))
        && super::form_files::reject_file(spec, &form, cx)
    {
        return Err(NoValue::Invalid);
    }
    // Models can find the form's files until this value is dropped.
    #[cfg(feature = "multipart")]
    let _files = super::file_field::lend(spec.compiled(TypeSchema::of::<T>()), &form);
    let source = Source::Form(&form.query, &form.raw);
    read_any(spec, source, TypeSchema::of::<T>(), value, cx)
}

/// Returns whether the form has nothing for an argument.
pub(super) fn is_absent(spec: &ParamSpec, of: TypeSchema, cx: &mut Context<'_>) -> bool {
    let compiled = spec.compiled(of);
    let form = cx.form();
    scalar::is_absent(spec, compiled, Source::Form(&form.query, &form.raw))
}

/// Documents the errors of reading a form: beyond a limit or malformed, too large, invalid.
pub(super) fn describe_reading(op: &mut Operation<'_>) {
    op.response(400, ResponseDoc::error());
    op.response(413, ResponseDoc::error());
    op.may_reject();
}

pub(super) fn describe_form(
    spec: &ParamSpec,
    op: &mut Operation<'_>,
    default: Option<Value>,
    of: TypeSchema,
    is_nullable: fn() -> bool,
) {
    let schema = op.input_of(of);
    let compiled = Compiled::of_type(of);
    let nullable = is_nullable();
    let optional = spec.is_optional() || default.is_some() || (nullable && !spec.is_required());
    let body = spec
        .annotate_body(BodyMedia::Form, schema, default)
        .required(!optional)
        .nullable(nullable);
    let body = body.embed(is_field(&compiled));
    #[cfg(feature = "multipart")]
    let body = super::file_field::describe(&compiled, body, op);
    op.check_fields(&body);
    op.body(body);
    describe_reading(op);
}

/// Returns whether an argument is one field of the form; otherwise, each of its fields is one.
fn is_field(compiled: &Compiled) -> bool {
    !matches!(compiled.shape(), Shape::Object(_) | Shape::Map)
}
