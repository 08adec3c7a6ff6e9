//! `#[body]` and `#[form]`: what stands in the body.

use http::{HeaderMap, header::CONTENT_TYPE};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Arg, BodyKind, In, ParamSpec, Unread,
    form::{describe_form, is_absent, read_form},
    input::{Input, InputError, is_nullable, none},
};
use crate::{
    error::HttpError,
    model::{
        Compiled, ErrorDetail, Errors, LocItem, Mode, Report, ValidationError, json_from_slice,
        json_syntax_error,
    },
    openapi::{BodyMedia, Operation, ResponseDoc, TypeSchema},
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
        describe_json(spec, op, default, TypeSchema::of::<T>(), is_nullable::<T>);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
        let read = read_json::<T>(spec, cx, |_, _| {});
        match read {
            Arg::Missing if !spec.is_required() => none().map_or(Arg::Missing, Arg::Value),
            read => read,
        }
    }

    fn is_absent(spec: &ParamSpec, cx: &mut Context<'r>) -> bool {
        is_unsent(spec, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<'r, T: DeserializeOwned + JsonSchema + Send + 'static> In<'r, Form> for T {
    const BODY: BodyKind = BodyKind::Form;

    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
        describe_form(spec, op, default, TypeSchema::of::<T>(), is_nullable::<T>);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T> {
        read_form::<T>(spec, cx)
    }

    fn is_absent(spec: &ParamSpec, cx: &mut Context<'r>) -> bool {
        is_absent(spec, TypeSchema::of::<T>(), cx)
    }
}

/// Whether there is no body, or no key of it for an argument.
fn is_unsent(spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
    let lacks_key = is_embedded(spec, cx)
        && is_json(cx.request().headers())
        && cx.parsed_body().is_ok_and(|body| {
            body.as_object()
                .is_some_and(|keys| !keys.contains_key(spec.name()))
        });
    lacks_key || cx.body_slice().is_empty()
}

/// Whether an argument is one key of the body.
fn is_embedded(spec: &ParamSpec, cx: &Context<'_>) -> bool {
    spec.is_embedded() || cx.route().is_some_and(|route| route.embed)
}

/// Where an argument stands that is the body, or a key of it.
fn place(spec: &ParamSpec, cx: &Context<'_>) -> Vec<LocItem> {
    match is_embedded(spec, cx) {
        true => vec!["body".into(), spec.name().into()],
        false => vec!["body".into()],
    }
}

/// Documents a JSON body and what reading it may answer.
pub(super) fn describe_json(
    spec: &ParamSpec,
    op: &mut Operation<'_>,
    default: Option<Value>,
    of: TypeSchema,
    is_nullable: fn() -> bool,
) {
    let schema = op.input_of(of);
    let nullable = spec.is_optional() || is_nullable();
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
    let message = match sent(spec, cx) {
        Ok(Sent::Whole(bytes)) => match json_from_slice::<T>(bytes) {
            Ok(value) => return judge(value, spec, validate, cx),
            Err(error) => error.to_string(),
        },
        Ok(Sent::Key(value)) => match T::deserialize(Input::Json(value)) {
            Ok(value) => return judge(value, spec, validate, cx),
            Err(error) => error.message,
        },
        Err(unread) => return unread.into(),
    };
    explain(spec, message, validate, cx)
}

/// What there is to read.
enum Sent<'r> {
    /// The whole body.
    Whole(&'r [u8]),
    /// One key of a body that several arguments share.
    Key(Value),
}

#[inline]
fn sent<'r>(spec: &ParamSpec, cx: &mut Context<'r>) -> Result<Sent<'r>, Unread> {
    let bytes = cx.body_slice();
    if bytes.is_empty() {
        return Err(blank(spec, cx));
    }
    if !is_json(cx.request().headers()) {
        return Err(no_json());
    }
    match is_embedded(spec, cx) {
        true => key(spec, cx).map(Sent::Key),
        false => Ok(Sent::Whole(bytes)),
    }
}

#[cold]
fn blank(spec: &ParamSpec, cx: &mut Context<'_>) -> Unread {
    let missing = ErrorDetail::missing(place(spec, cx));
    cx.set_blank(vec![missing]);
    Unread::Missing
}

#[cold]
fn no_json() -> Unread {
    let detail = "Unsupported Media Type: send `application/json`";
    Unread::Answer(Failure::of(HttpError::new(415, detail)))
}

/// One key of a body that several arguments share.
fn key(spec: &ParamSpec, cx: &mut Context<'_>) -> Result<Value, Unread> {
    let value = match cx.parsed_body() {
        Ok(Value::Object(keys)) => keys.get(spec.name()).cloned(),
        // No default stands in for a key of what can have none.
        Ok(_) => {
            let missing = ErrorDetail::missing(place(spec, cx));
            cx.reject(missing);
            return Err(Unread::Invalid);
        }
        Err(error) => return Err(Unread::Answer(broken(cx.body_slice(), &error))),
    };
    value.ok_or_else(|| blank(spec, cx))
}

/// A value of the right type: whether it is valid.
fn judge<T: JsonSchema>(
    value: T,
    spec: &ParamSpec,
    validate: fn(&T, &mut Report<'_>),
    cx: &mut Context<'_>,
) -> Arg<T> {
    let mut report = Report::new();
    validate(&value, &mut report);
    if report.is_valid() {
        return Arg::Value(value);
    }
    invalid(report, TypeSchema::of::<T>(), spec, cx);
    Arg::Invalid
}

#[cold]
fn invalid(report: Report<'_>, of: TypeSchema, spec: &ParamSpec, cx: &mut Context<'_>) {
    let (custom, at) = (report.into_custom(), place(spec, cx));
    let value = whole_or_key(spec, cx).unwrap_or_default();
    refuse(spec, spec.compiled(of), &value, &at, custom, cx);
}

/// The JSON of an argument, if there is any.
fn whole_or_key(spec: &ParamSpec, cx: &mut Context<'_>) -> Option<Value> {
    match is_embedded(spec, cx) {
        true => cx.parsed_body().ok()?.get(spec.name()).cloned(),
        false => serde_json::from_slice(cx.body_slice()).ok(),
    }
}

/// The cold path: every error of a body that its type refused.
#[cold]
fn explain<T>(
    spec: &ParamSpec,
    message: String,
    validate: fn(&T, &mut Report<'_>),
    cx: &mut Context<'_>,
) -> Arg<T>
where
    T: DeserializeOwned + JsonSchema + 'static,
{
    let again = match look_again(spec, TypeSchema::of::<T>(), message, cx) {
        Ok(again) => again,
        Err(unread) => return unread.into(),
    };
    match T::deserialize(again.input) {
        Ok(value) => judge(value, spec, validate, cx),
        Err(error) => misread(again.said, error, TypeSchema::of::<T>(), spec, cx).into(),
    }
}

/// What is to be read once more, since no error was found in it: as lax coercion mended it, or to see where its type
/// refuses it.
struct Again {
    input: Input<'static, 'static>,
    said: Said,
}

/// What the type has said, if that is to be told.
enum Said {
    /// That a field came twice.
    Twice(String),
    Unmended(String),
    Mended,
}

fn look_again(
    spec: &ParamSpec,
    of: TypeSchema,
    message: String,
    cx: &mut Context<'_>,
) -> Result<Again, Unread> {
    let (embedded, bytes) = (is_embedded(spec, cx), cx.body_slice());
    let value = match embedded {
        true => whole_or_key(spec, cx).unwrap_or_default(),
        false => match serde_json::from_slice(bytes) {
            Ok(value) => value,
            Err(error) => return Err(Unread::Answer(broken(bytes, &error))),
        },
    };
    // A map keeps one of two equal keys, so that the walk below cannot see this.
    if !embedded && message.starts_with("duplicate field") {
        let input = serde_json::from_slice(bytes).unwrap_or(Input::Nothing);
        let said = Said::Twice(message);
        return Ok(Again { input, said });
    }
    let (compiled, at) = (spec.compiled(of), place(spec, cx));
    if value.is_null() && is_blank(spec, compiled, &at, cx) {
        return Err(Unread::Missing);
    }
    let mut errors = Errors::new();
    let mended = compiled.diagnose(&value, spec.limits(), Mode::Json, &at, &mut errors);
    if !errors.is_empty() {
        cx.reject_all(errors.into_vec());
        return Err(Unread::Invalid);
    }
    let (value, said) = match mended {
        Some(mended) => (mended, Said::Mended),
        None => (value, Said::Unmended(message)),
    };
    let input = Input::Json(value);
    Ok(Again { input, said })
}

/// Says where and why a type refuses a value in which there is no error.
fn misread(
    said: Said,
    error: InputError,
    of: TypeSchema,
    spec: &ParamSpec,
    cx: &mut Context<'_>,
) -> Unread {
    let mut loc = place(spec, cx);
    let own = loc.len();
    loc.extend(error.loc());
    let (message, input) = match said {
        Said::Twice(message) => {
            let field = message.split('`').nth(1).unwrap_or_default();
            loc.push(field.to_owned().into());
            (message, None)
        }
        Said::Unmended(message) => (message, echo(spec, of, &loc[own..], cx)),
        Said::Mended => (error.message, echo(spec, of, &loc[own..], cx)),
    };
    let message = text_of(&message);
    cx.reject(ErrorDetail::value_error(loc, message, input));
    Unread::Invalid
}

/// What was sent there.
fn echo(spec: &ParamSpec, of: TypeSchema, way: &[LocItem], cx: &mut Context<'_>) -> Option<Value> {
    let value = whole_or_key(spec, cx).unwrap_or_default();
    spec.compiled(of).echo(&value, way)
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

/// Reports broken constraints, and what custom validators said.
#[cold]
pub(super) fn refuse(
    spec: &ParamSpec,
    compiled: &Compiled,
    value: &Value,
    at: &[LocItem],
    custom: Vec<(Vec<LocItem>, String)>,
    cx: &mut Context<'_>,
) {
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
