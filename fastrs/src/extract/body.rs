//! `#[body]` and `#[form]`: what stands in the body.

use http::{HeaderMap, header::CONTENT_TYPE};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Arg, BodyKind, In, ParamSpec,
    form::{describe_form, is_absent, read_form},
    text::none,
};
use crate::{
    error::HttpError,
    model::{
        Compiled, ErrorDetail, Errors, LocItem, Mode, Report, ValidationError, json_from_slice,
        json_from_value, json_syntax_error,
    },
    openapi::{BodyMedia, Operation, ResponseDoc},
    request::{Context, Failure},
};

/// `#[body]`: the JSON body, or a key of it.
#[derive(Debug)]
pub struct Body;

/// `#[form]`: an urlencoded form.
#[derive(Debug)]
pub struct Form;

#[diagnostic::do_not_recommend]
impl<'r, T: DeserializeOwned + JsonSchema + Send + 'static> In<'r, Body> for T {
    const BODY: BodyKind = BodyKind::Json;

    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
        describe_json::<T>(spec, op, default);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
        let read = read_json::<T>(spec, cx, |_, _| {});
        match read {
            Arg::Missing if !spec.is_required() => none().map_or(Arg::Missing, Arg::Value),
            read => read,
        }
    }

    fn is_absent(spec: &ParamSpec, cx: &mut Context<'r>) -> bool {
        let embedded = spec.is_embedded() || cx.route().is_some_and(|route| route.embed);
        let lacks_key = embedded
            && is_json(cx.request().headers())
            && cx.parsed_body().is_ok_and(|body| {
                body.as_object()
                    .is_some_and(|keys| !keys.contains_key(spec.name()))
            });
        lacks_key || cx.body_slice().is_empty()
    }
}

#[diagnostic::do_not_recommend]
impl<'r, T: DeserializeOwned + JsonSchema + Send + 'static> In<'r, Form> for T {
    const BODY: BodyKind = BodyKind::Form;

    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
        describe_form::<T>(spec, op, default);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
        read_form::<T>(spec, cx)
    }

    fn is_absent(spec: &ParamSpec, cx: &mut Context<'r>) -> bool {
        is_absent(spec, spec.compiled::<T>(), cx)
    }
}

/// Documents a JSON body and what reading it may answer.
pub(super) fn describe_json<T: DeserializeOwned + JsonSchema>(
    spec: &ParamSpec,
    op: &mut Operation<'_>,
    default: Option<Value>,
) {
    let schema = op.input_schema::<T>();
    let nullable = spec.is_optional() || none::<T>().is_some();
    let required = !spec.is_optional() && default.is_none() && (!nullable || spec.is_required());
    let body = spec
        .adorn_body(BodyMedia::Json, schema, default)
        .required(required)
        .nullable(nullable);
    op.body(body);
    describe_reading(op);
}

/// What every body may be answered with: too large, of another type, invalid.
pub(super) fn describe_reading(op: &mut Operation<'_>) {
    op.response(413, ResponseDoc::error());
    op.response(415, ResponseDoc::error());
    op.may_reject();
}

/// Reads a JSON body straight into its type. Only if that fails is it looked at again.
pub(super) fn read_json<T>(
    spec: &ParamSpec,
    cx: &mut Context<'_>,
    validate: fn(&T, &mut Report<'_>),
) -> Arg<T>
where
    T: DeserializeOwned + JsonSchema + Send + 'static,
{
    let bytes = cx.body_slice();
    let embedded = spec.is_embedded() || cx.route().is_some_and(|route| route.embed);
    let place = ["body".into(), LocItem::from(spec.name())];
    let at = if embedded { &place[..] } else { &place[..1] };
    if bytes.is_empty() {
        cx.set_blank(vec![ErrorDetail::missing(at.to_vec())]);
        return Arg::Missing;
    }
    if !is_json(cx.request().headers()) {
        return Arg::Answer(Failure::of(HttpError::new(
            415,
            "Unsupported Media Type: send `application/json`",
        )));
    }
    if embedded {
        return read_embedded(spec, at, cx, validate);
    }
    match json_from_slice::<T>(bytes) {
        Ok(value) => {
            let mut report = Report::new();
            validate(&value, &mut report);
            if report.is_valid() {
                return Arg::Value(value);
            }
            let custom = report.into_custom();
            let compiled = spec.compiled::<T>();
            let document = serde_json::from_slice(bytes).unwrap_or_default();
            refuse(spec, compiled, &document, at, custom, cx)
        }
        Err(error) => explain(spec, bytes, &error, validate, cx),
    }
}

/// One key of a body that several arguments share.
fn read_embedded<T>(
    spec: &ParamSpec,
    at: &[LocItem],
    cx: &mut Context<'_>,
    validate: fn(&T, &mut Report<'_>),
) -> Arg<T>
where
    T: DeserializeOwned + JsonSchema + 'static,
{
    let value = match cx.parsed_body() {
        Ok(Value::Object(keys)) => keys.get(spec.name()).cloned(),
        // No default stands in for a key of what can have none.
        Ok(_) => {
            cx.reject(ErrorDetail::missing(at.to_vec()));
            return Arg::Invalid;
        }
        Err(error) => return Arg::Answer(broken(cx.body_slice(), &error)),
    };
    let Some(value) = value else {
        cx.set_blank(vec![ErrorDetail::missing(at.to_vec())]);
        return Arg::Missing;
    };
    match json_from_value::<T>(&value) {
        Ok(read) => judge(spec, read, &value, at, validate, cx),
        Err(_) if value.is_null() && is_blank(spec, spec.compiled::<T>(), at, cx) => Arg::Missing,
        Err(error) => walk(spec, &value, at, error.to_string(), validate, cx),
    }
}

/// The cold path: every error of a body that its type refused.
#[cold]
fn explain<T>(
    spec: &ParamSpec,
    bytes: &[u8],
    error: &serde_json::Error,
    validate: fn(&T, &mut Report<'_>),
    cx: &mut Context<'_>,
) -> Arg<T>
where
    T: DeserializeOwned + JsonSchema + 'static,
{
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return Arg::Answer(broken(bytes, &error)),
    };
    let at = ["body".into()];
    let message = error.to_string();
    // A map keeps one of two equal keys, so that the walk below cannot see this.
    if message.starts_with("duplicate field") {
        let mut loc: Vec<LocItem> = at.into();
        loc.extend(place_of::<T>(bytes));
        let field = message.split('`').nth(1).unwrap_or_default();
        loc.push(field.to_owned().into());
        cx.reject(ErrorDetail::value_error(loc, text_of(&message), None));
        return Arg::Invalid;
    }
    if value.is_null() && is_blank(spec, spec.compiled::<T>(), &at, cx) {
        return Arg::Missing;
    }
    walk(spec, &value, &at, message, validate, cx)
}

/// Whether a `null` means that nothing was sent, which is wrong only where something has to be.
fn is_blank(spec: &ParamSpec, compiled: &Compiled, at: &[LocItem], cx: &mut Context<'_>) -> bool {
    let mut errors = Errors::new();
    let mended = compiled.diagnose(&Value::Null, spec.limits(), Mode::Json, at, &mut errors);
    if mended.is_some() || errors.is_empty() {
        return false;
    }
    cx.set_blank(errors.into_vec());
    true
}

/// Lists the errors of a value; reads it once more if lax coercion mends it.
fn walk<T>(
    spec: &ParamSpec,
    value: &Value,
    at: &[LocItem],
    message: String,
    validate: fn(&T, &mut Report<'_>),
    cx: &mut Context<'_>,
) -> Arg<T>
where
    T: DeserializeOwned + JsonSchema + 'static,
{
    let compiled = spec.compiled::<T>();
    let mut errors = Errors::new();
    let mended = compiled.diagnose(value, spec.limits(), Mode::Json, at, &mut errors);
    if errors.is_empty() {
        let again = serde_path_to_error::deserialize(mended.as_ref().unwrap_or(value));
        let error = match again {
            Ok(read) => return judge(spec, read, value, at, validate, cx),
            Err(error) => error,
        };
        let mut loc = at.to_vec();
        loc.extend(loc_of(error.path()));
        let input = compiled.echo(value, &loc[at.len()..]);
        let message = if mended.is_some() {
            error.inner().to_string()
        } else {
            message
        };
        errors.push(ErrorDetail::value_error(loc, text_of(&message), input));
    }
    cx.reject_all(errors.into_vec());
    Arg::Invalid
}

/// A value of the right type: whether it is valid.
fn judge<T>(
    spec: &ParamSpec,
    read: T,
    value: &Value,
    at: &[LocItem],
    validate: fn(&T, &mut Report<'_>),
    cx: &mut Context<'_>,
) -> Arg<T>
where
    T: JsonSchema + 'static,
{
    let mut report = Report::new();
    validate(&read, &mut report);
    if report.is_valid() {
        return Arg::Value(read);
    }
    let custom = report.into_custom();
    refuse(spec, spec.compiled::<T>(), value, at, custom, cx)
}

/// Reports broken constraints, and what custom validators said.
#[cold]
pub(super) fn refuse<T>(
    spec: &ParamSpec,
    compiled: &Compiled,
    value: &Value,
    at: &[LocItem],
    custom: Vec<(Vec<LocItem>, String)>,
    cx: &mut Context<'_>,
) -> Arg<T> {
    let mut errors = Errors::new();
    compiled.diagnose(value, spec.limits(), Mode::Json, at, &mut errors);
    for (loc, message) in custom {
        let input = compiled.echo(value, &loc);
        errors.push(ErrorDetail::value_error(
            [at, &loc].concat(),
            message,
            input,
        ));
    }
    if errors.is_empty() {
        errors.push(ErrorDetail::value_error(
            at.to_vec(),
            "a constraint is not satisfied",
            None,
        ));
    }
    cx.reject_all(errors.into_vec());
    Arg::Invalid
}

/// A body that is no JSON.
#[cold]
fn broken(bytes: &[u8], error: &serde_json::Error) -> Failure {
    let detail = match json_syntax_error(bytes) {
        Some((offset, message)) => ErrorDetail::json_invalid(offset, message),
        None => ErrorDetail::json_invalid(
            error.column().saturating_sub(1),
            &text_of(&error.to_string()),
        ),
    };
    Failure::of(ValidationError::from(detail))
}

fn place_of<T: DeserializeOwned>(bytes: &[u8]) -> Vec<LocItem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => Vec::new(),
        Err(error) => loc_of(error.path()),
    }
}

fn loc_of(path: &serde_path_to_error::Path) -> Vec<LocItem> {
    use serde_path_to_error::Segment;
    let mut loc = Vec::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => loc.push((*index).into()),
            Segment::Map { key } => loc.push(key.clone().into()),
            Segment::Enum { variant } => loc.push(variant.clone().into()),
            Segment::Unknown => {}
        }
    }
    loc
}

/// serde_json's message without the place, which the `loc` says.
fn text_of(message: &str) -> String {
    message
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// `application/json` or `application/*+json` (RFC 6839).
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return false;
    };
    if value.as_bytes() == b"application/json" {
        return true;
    }
    let Ok(value) = value.to_str() else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    let Some((kind, subtype)) = essence.split_once('/') else {
        return false;
    };
    let json = |text: &str| text.eq_ignore_ascii_case("json");
    kind.eq_ignore_ascii_case("application")
        && (json(subtype) || subtype.rsplit_once('+').is_some_and(|(_, end)| json(end)))
}
