//! Reading an urlencoded form.

use http::header::CONTENT_TYPE;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Arg, ParamSpec, body::describe_reading, scalar::read_any, source::Source};
use crate::{
    error::HttpError,
    model::{Compiled, Shape},
    openapi::{BodyMedia, Operation},
    request::{Context, Failure},
};

const FORM: &str = "application/x-www-form-urlencoded";

/// Reads a struct from the fields of a form, or one field by the argument's name. An empty field is not sent.
pub(super) fn read_form<T>(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<T>
where
    T: DeserializeOwned + JsonSchema + Send + 'static,
{
    let form = cx.form();
    let media = cx
        .request()
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = media.map(|media| media.split(';').next().unwrap_or_default().trim());
    if !form.raw.is_empty() && !essence.is_some_and(|media| media.eq_ignore_ascii_case(FORM)) {
        let detail = format!("Unsupported Media Type: send `{FORM}`");
        return Arg::Answer(Failure::of(HttpError::new(415, detail)));
    }
    read_any(spec, Source::Form(&form.query, &form.raw), cx)
}

pub(super) fn describe_form<T: JsonSchema + ?Sized>(
    spec: &ParamSpec,
    op: &mut Operation<'_>,
    default: Option<Value>,
) {
    let schema = op.input_schema::<T>();
    let compiled = Compiled::of::<T>();
    let optional =
        spec.is_optional() || default.is_some() || (compiled.is_nullable() && !spec.is_required());
    let is_field = !matches!(compiled.shape(), Shape::Object(_));
    let body = spec
        .adorn_body(BodyMedia::Form, schema, default)
        .required(!optional)
        .nullable(compiled.is_nullable());
    op.body(body.embed(is_field));
    describe_reading(op);
}
