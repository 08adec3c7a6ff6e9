//! Reads a URL-encoded form.

use http::{HeaderMap, header::CONTENT_TYPE};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    NoValue, ParamSpec,
    body::describe_reading,
    scalar::{self, read_any},
    source::Source,
};
use crate::{
    error::HttpError,
    model::{Compiled, Shape},
    openapi::{BodyMedia, Operation},
    request::{Context, Failure},
    schema::TypeSchema,
};

const FORM: &str = "application/x-www-form-urlencoded";

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
    if !form.raw.is_empty() && !is_form(cx.request().headers()) {
        return Err(NoValue::Failed(unsupported_media_type()));
    }
    let source = Source::Form(&form.query, &form.raw);
    read_any(spec, source, TypeSchema::of::<T>(), value, cx)
}

#[cold]
fn unsupported_media_type() -> Failure {
    let detail = format!("Unsupported Media Type: send `{FORM}`");
    Failure::of(HttpError::new(415, detail))
}

/// Returns whether the form has nothing for an argument, or there is no body at all.
pub(super) fn is_absent(spec: &ParamSpec, of: TypeSchema, cx: &mut Context<'_>) -> bool {
    let compiled = spec.compiled(of);
    let form = cx.form();
    let source = Source::Form(&form.query, &form.raw);
    form.raw.is_empty()
        || is_form(cx.request().headers()) && scalar::is_absent(spec, compiled, source)
}

fn is_form(headers: &HeaderMap) -> bool {
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(FORM)
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
    let is_field = !matches!(compiled.shape(), Shape::Object(_) | Shape::Map);
    let body = spec
        .annotate_body(BodyMedia::Form, schema, default)
        .required(!optional)
        .nullable(nullable);
    op.body(body.embed(is_field));
    describe_reading(op);
}
