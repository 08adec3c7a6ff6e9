//! Reads a JSON body, or one key of it.

use http::{HeaderMap, header::CONTENT_TYPE};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{NoValue, ParamSpec};
use crate::{
    error::HttpError,
    model::{
        Compiled, ErrorDetail, Errors, Fault, Finding, Input, InputError, Json, JsonRef, JsonText,
        LocItem, Mode, NodeId, Replacements, Report, Tape, ValidationError, is_duplicate_field,
        json_from, json_from_slice,
    },
    openapi::{BodyMedia, Operation, ResponseDoc},
    request::{Context, Failure},
    schema::TypeSchema,
};

/// Returns whether there is no body, or no key for the argument in it.
pub(super) fn is_absent(spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
    let lacks_key = is_embedded(spec, cx)
        && is_read_as_json(cx)
        && cx.json().is_ok_and(|tape| {
            let keys = matches!(tape.at(Tape::ROOT), JsonRef::Object(_));
            keys && tape.get(Tape::ROOT, spec.name()).is_none()
        });
    lacks_key || cx.body_slice().is_empty()
}

/// Returns whether an argument is one key of the body.
fn is_embedded(spec: &ParamSpec, cx: &Context<'_>) -> bool {
    spec.is_embedded() || cx.route().is_some_and(|route| route.embed)
}

/// Returns the `loc` of an argument that is the body or one key of it.
fn location(spec: &ParamSpec, cx: &Context<'_>) -> Vec<LocItem> {
    match is_embedded(spec, cx) {
        true => vec!["body".into(), spec.name().into()],
        false => vec!["body".into()],
    }
}

/// Documents a JSON body and the error responses of reading it.
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
        .annotate_body(BodyMedia::Json, schema, default)
        .required(required)
        .nullable(nullable);
    op.body(body);
    describe_reading(op);
}

/// Documents the errors that every body can cause: too large, wrong media type, invalid.
pub(super) fn describe_reading(op: &mut Operation<'_>) {
    op.response(413, ResponseDoc::error());
    op.response(415, ResponseDoc::error());
    op.may_reject();
}

/// Deserializes a JSON body directly into its type. Only if that fails is the body examined again.
pub(crate) fn read_json<T>(
    value: &mut Option<T>,
    spec: &ParamSpec,
    cx: &mut Context<'_>,
    validate: fn(&T, &mut Report<'_>),
) -> Result<(), NoValue>
where
    T: DeserializeOwned + JsonSchema,
{
    let mut target = ValidatedTarget { value, validate };
    json(spec, TypeSchema::of::<T>(), &mut target, cx)
}

/// A place for the value that is read. It lets code that does not depend on the type deserialize and store the value.
pub(super) trait Target {
    fn read(&mut self, sent: JsonSource<'_, '_>, report: &mut Report<'_>)
    -> Result<(), InputError>;
}

/// A place for a value that is also validated.
pub(super) struct ValidatedTarget<'v, T> {
    pub(super) value: &'v mut Option<T>,
    pub(super) validate: fn(&T, &mut Report<'_>),
}

impl<T: DeserializeOwned> Target for ValidatedTarget<'_, T> {
    #[allow(clippy::question_mark)] // `?` would be compiled again for each type
    fn read(
        &mut self,
        sent: JsonSource<'_, '_>,
        report: &mut Report<'_>,
    ) -> Result<(), InputError> {
        let value = match sent {
            JsonSource::Whole(json) => match json_from::<T>(json) {
                Ok(value) => value,
                Err(error) => return Err(input_error(error)),
            },
            JsonSource::Key(json) => match T::deserialize(Input::Json(json)) {
                Ok(value) => value,
                Err(error) => return Err(error),
            },
        };
        (self.validate)(&value, report);
        *self.value = Some(value);
        Ok(())
    }
}

#[cold]
fn input_error(error: serde_json::Error) -> InputError {
    InputError::new(error.to_string())
}

/// The JSON to read.
pub(super) enum JsonSource<'x, 's> {
    /// The whole body.
    Whole(&'x mut JsonText<'s>),
    /// Parsed JSON: one key of a body that several arguments share, or a value that is read again.
    Key(Json<'s>),
}

/// Reads a JSON argument of any type: only the deserialization itself is compiled for each type.
fn json(
    spec: &ParamSpec,
    of: TypeSchema,
    target: &mut dyn Target,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    let mut report = Report::new();
    let bytes = cx.body_slice();
    if bytes.is_empty() {
        return Err(missing(spec, cx));
    }
    if !is_read_as_json(cx) {
        return Err(unsupported_media_type());
    }
    let read = match is_embedded(spec, cx) {
        true => target.read(JsonSource::Key(key(spec, cx)?), &mut report),
        false => json_from_slice(bytes, |json| {
            target.read(JsonSource::Whole(json), &mut report)
        }),
    };
    match read {
        Ok(()) if report.is_valid() => Ok(()),
        Ok(()) => reject_report(report, of, spec, cx),
        Err(error) => explain(spec, of, error.message, target, cx),
    }
}

#[cold]
fn missing(spec: &ParamSpec, cx: &mut Context<'_>) -> NoValue {
    let missing = ErrorDetail::missing(location(spec, cx));
    cx.set_blank(vec![missing]);
    NoValue::Missing
}

#[cold]
fn unsupported_media_type() -> NoValue {
    let detail = "Unsupported Media Type: send `application/json`";
    NoValue::Failed(Failure::of(HttpError::new(415, detail)))
}

/// Returns one key of a body that several arguments share.
fn key<'c>(spec: &ParamSpec, cx: &'c mut Context<'_>) -> Result<Json<'c>, NoValue> {
    let found = match cx.json() {
        Ok(tape) => match tape.at(Tape::ROOT) {
            JsonRef::Object(_) => tape.get(Tape::ROOT, spec.name()),
            // Only an object can have keys: a default does not apply to a body that is not an object.
            _ => {
                let missing = ErrorDetail::missing(location(spec, cx));
                cx.reject(missing);
                return Err(NoValue::Invalid);
            }
        },
        Err(error) => return Err(NoValue::Failed(invalid_json(error))),
    };
    let Some(id) = found else {
        return Err(missing(spec, cx));
    };
    match cx.json() {
        Ok(tape) => Ok(Json { tape, id }),
        Err(error) => Err(NoValue::Failed(invalid_json(error))),
    }
}

/// Handles a value of the right type that is not valid; accepts it if nothing is wrong with what was sent.
#[cold]
fn reject_report(
    report: Report<'_>,
    of: TypeSchema,
    spec: &ParamSpec,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    match reject_findings(spec, of, report.into_findings(), cx) {
        true => Err(NoValue::Invalid),
        false => Ok(()),
    }
}

/// Calls `read` with the JSON of an argument, or with `null` if there is none.
fn with_json<'r, T>(
    spec: &ParamSpec,
    cx: &mut Context<'r>,
    read: impl FnOnce(&mut Tape<'r>, NodeId) -> T,
) -> T {
    let is_embedded = is_embedded(spec, cx);
    if let Ok(tape) = cx.json()
        && let Some(id) = node_of(spec, is_embedded, tape)
    {
        return read(tape, id);
    }
    read(&mut Tape::null(), Tape::ROOT)
}

/// Returns the node of an argument in the body.
fn node_of(spec: &ParamSpec, is_embedded: bool, body: &Tape<'_>) -> Option<NodeId> {
    match is_embedded {
        true => body.get(Tape::ROOT, spec.name()),
        false => Some(Tape::ROOT),
    }
}

/// Collects every error of a body that its type rejected. This is the cold path.
#[cold]
fn explain(
    spec: &ParamSpec,
    of: TypeSchema,
    message: String,
    target: &mut dyn Target,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    let reread = diagnose_again(spec, of, &message, cx)?;
    let mut report = Report::new();
    if let Err(error) = target.read(JsonSource::Key(reread.json()), &mut report) {
        return Err(reject_unreadable(reread, error, of, spec, cx));
    }
    reread.restore(cx);
    match report.is_valid() {
        true => Ok(()),
        false => reject_report(report, of, spec, cx),
    }
}

/// A value that is read again because no error was found in it: either lax coercion fixed it, or the second reading
/// shows where the type rejects it.
struct Reread<'r> {
    tape: Tape<'r>,
    id: NodeId,
    replacements: Replacements,
    /// Whether it still contains all duplicate keys.
    as_written: bool,
}

impl<'r> Reread<'r> {
    fn json(&self) -> Json<'_> {
        let (tape, id) = (&self.tape, self.id);
        Json { tape, id }
    }

    /// Keeps the body as it was sent, for the arguments that are read next.
    fn restore(mut self, cx: &mut Context<'r>) {
        if !self.as_written {
            self.tape.restore(&mut self.replacements, 0);
            cx.keep_json(self.tape);
        }
    }
}

fn diagnose_again<'r>(
    spec: &ParamSpec,
    of: TypeSchema,
    message: &str,
    cx: &mut Context<'r>,
) -> Result<Reread<'r>, NoValue> {
    let is_embedded = is_embedded(spec, cx);
    let mut tape = match cx.take_json() {
        Ok(tape) => tape,
        Err(error) => return Err(NoValue::Failed(invalid_json(error))),
    };
    let Some(id) = node_of(spec, is_embedded, &tape) else {
        return Err(missing(spec, cx));
    };
    let (compiled, at) = (spec.compiled(of), location(spec, cx));
    if matches!(tape.at(id), JsonRef::Null) && is_blank(spec, compiled, &at, cx) {
        cx.keep_json(tape);
        return Err(NoValue::Missing);
    }
    let mut errors = Errors::new();
    let json = (&mut tape, id);
    let mut replacements =
        compiled.diagnose_json(json, spec.limits(), Mode::Json, &at, &mut errors);
    if !errors.is_empty() {
        cx.keep_json(tape);
        cx.reject_all(errors.into_vec());
        return Err(NoValue::Invalid);
    }
    // The tape has only one of two duplicate keys, so the walk does not find this error.
    if !is_embedded && is_duplicate_field(message) {
        cx.keep_json(tape);
        return match Tape::read_as_written(cx.body_slice()) {
            Ok(tape) => Ok(Reread {
                tape,
                id: Tape::ROOT,
                replacements: Replacements::default(),
                as_written: true,
            }),
            Err(error) => Err(NoValue::Failed(invalid_json(error))),
        };
    }
    tape.replace(&mut replacements, 0);
    Ok(Reread {
        tape,
        id,
        replacements,
        as_written: false,
    })
}

/// Reports where and why a type rejects a value in which no error was found.
fn reject_unreadable(
    mut reread: Reread<'_>,
    error: InputError,
    of: TypeSchema,
    spec: &ParamSpec,
    cx: &mut Context<'_>,
) -> NoValue {
    let mut loc = location(spec, cx);
    let own = loc.len();
    loc.extend(error.loc());
    // The error shows what was sent, not what lax coercion made of it.
    reread.tape.restore(&mut reread.replacements, 0);
    let echo = |way| {
        let json = (&reread.tape, reread.id);
        spec.compiled(of).echo_json(json, way)
    };
    let input = echo(&loc[own..]);
    cx.reject(deserialize_error(error, loc, input));
    NoValue::Invalid
}

/// Turns the error of a type's own `Deserialize` into an error detail, in Pydantic's wording where the error is
/// serde's.
pub(crate) fn deserialize_error(
    error: InputError,
    mut loc: Vec<LocItem>,
    input: Option<Value>,
) -> ErrorDetail {
    if let Some(mut detail) = error.detail {
        detail.loc = loc;
        return *detail;
    }
    match error.fault {
        Fault::Missing(field) => {
            loc.push(field.into());
            let mut missing = ErrorDetail::missing(loc);
            missing.input = input;
            missing
        }
        Fault::Duplicate(field) => {
            loc.push(field.into());
            let message = format!("the key '{field}' appears twice");
            ErrorDetail::value_error(loc, message, None)
        }
        Fault::Other => ErrorDetail::value_error(loc, error.message, input),
    }
}

/// Returns whether a `null` means that nothing was sent, which is an error only if a value is required.
fn is_blank(spec: &ParamSpec, compiled: &Compiled, at: &[LocItem], cx: &mut Context<'_>) -> bool {
    let mut errors = Errors::new();
    let diagnosed = compiled.diagnose(&Value::Null, spec.limits(), Mode::Json, at, &mut errors);
    if diagnosed.is_some() || errors.is_empty() {
        return false;
    }
    cx.set_blank(errors.into_vec());
    true
}

/// Reports violated constraints and the errors of custom validators, and returns whether there are any.
#[cold]
pub(super) fn reject_findings(
    spec: &ParamSpec,
    of: TypeSchema,
    findings: Vec<(Vec<LocItem>, Finding)>,
    cx: &mut Context<'_>,
) -> bool {
    let (compiled, at) = (spec.compiled(of), location(spec, cx));
    let errors = with_json(spec, cx, |tape, id| {
        explain_findings(spec, compiled, (tape, id), &at, findings)
    });
    let is_refused = !errors.is_empty();
    cx.reject_all(errors.into_vec());
    is_refused
}

/// Returns the errors of a value that violates constraints or fails custom validators. If there are none, a default
/// violates a constraint; as in Pydantic, defaults are not validated.
pub(super) fn explain_findings(
    spec: &ParamSpec,
    compiled: &Compiled,
    (tape, id): (&mut Tape<'_>, NodeId),
    at: &[LocItem],
    findings: Vec<(Vec<LocItem>, Finding)>,
) -> Errors {
    let mut errors = Errors::new();
    let limits = spec.limits();
    let found = compiled.diagnose_json((&mut *tape, id), limits, Mode::Json, at, &mut errors);
    for (loc, finding) in findings {
        if errors.is_full() {
            break;
        }
        let whole = [at, &loc].concat();
        match finding {
            Finding::Custom(message) => {
                let input = compiled.echo_json((&*tape, id), &loc);
                errors.push(ErrorDetail::value_error(whole, message, input));
            }
            Finding::Key(mut detail) => {
                detail.loc = whole;
                errors.push_once(*detail);
            }
        }
    }
    if errors.is_empty() && !found.has_defaults {
        let message = "a constraint is violated";
        errors.push(ErrorDetail::value_error(at.to_vec(), message, None));
    }
    errors
}

/// Reports the error of an argument's own validator.
pub(super) fn custom_error(
    spec: &ParamSpec,
    of: TypeSchema,
    message: String,
    cx: &mut Context<'_>,
) {
    let compiled = spec.compiled(of);
    let input = with_json(spec, cx, |tape, id| compiled.echo_json((tape, id), &[]));
    let error = ErrorDetail::value_error(location(spec, cx), message, input);
    cx.reject(error);
}

/// Returns the failure for a body that is not JSON.
#[cold]
fn invalid_json((offset, message): (usize, &'static str)) -> Failure {
    let detail = ErrorDetail::json_invalid(offset, message);
    Failure::of(ValidationError::from(detail))
}

/// Returns whether the body is read as JSON. An app can allow a body without a content type.
fn is_read_as_json(cx: &Context<'_>) -> bool {
    let headers = cx.request().headers();
    is_json(headers) || cx.state().allows_untyped_json && !headers.contains_key(CONTENT_TYPE)
}

/// Returns whether the content type is `application/json` or `application/*+json` (RFC 6839).
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
