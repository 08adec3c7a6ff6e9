//! Reads a field of a form that holds JSON: `#[form] meta: Json<Meta>`.

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::{
    Arg, BodyKind, FromLocation, NoValue, ParamSpec,
    body::{JsonSource, Target, ValidatedTarget, deserialize_error, explain_findings},
    form::describe_reading,
    location::{Form, OptionalJson},
    source::Source,
};
use crate::{
    model::{
        ErrorDetail, Errors, InputError, Json as JsonInput, LocItem, Mode, Model, Report, Tape,
        TextSource, is_duplicate_field,
    },
    openapi::{BodyMedia, Operation},
    request::Context,
    response::Json,
    schema::TypeSchema,
};

#[diagnostic::do_not_recommend]
impl<T> FromLocation<'_, Form> for Json<T>
where
    T: DeserializeOwned + JsonSchema + Model + Send + 'static,
{
    const BODY: BodyKind = BodyKind::Form;

    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
        describe(spec, op, default, TypeSchema::of::<T>(), false);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        read(spec, cx)
    }

    fn is_absent(spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
        is_absent(spec, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<T> FromLocation<'_, OptionalJson> for Option<Json<T>>
where
    T: DeserializeOwned + JsonSchema + Model + Send + 'static,
{
    const BODY: BodyKind = BodyKind::Form;

    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, default: Option<Value>) {
        describe(spec, op, default, TypeSchema::of::<T>(), true);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        match read(spec, cx) {
            Arg::Missing => Arg::Value(None),
            found => found.map(Some),
        }
    }

    fn is_absent(spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
        is_absent(spec, cx)
    }
}

fn read<T>(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<Json<T>>
where
    T: DeserializeOwned + JsonSchema + Model + Send + 'static,
{
    let mut value = None;
    let mut target = ValidatedTarget {
        value: &mut value,
        validate: T::validate,
    };
    let read = read_text(spec, TypeSchema::of::<T>(), &mut target, cx);
    Arg::of(value, read).map(Json)
}

/// Returns whether the field was not sent. An empty one counts as not sent.
fn is_absent(spec: &ParamSpec, cx: &mut Context<'_>) -> bool {
    let form = cx.form();
    !Source::Form(&form.query, &form.raw).has(spec.name())
}

fn read_text(
    spec: &ParamSpec,
    of: TypeSchema,
    target: &mut dyn Target,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    let form = cx.form();
    let Some(text) = Source::Form(&form.query, &form.raw).last(spec.name()) else {
        return Err(NoValue::Missing);
    };
    // Duplicate keys are kept, so that a model can reject them.
    let Ok(written) = Tape::read_as_written(text.as_bytes()) else {
        cx.reject(invalid_json(spec, &text));
        return Err(NoValue::Invalid);
    };
    let mut report = Report::new();
    let error = match target.read(JsonSource::Key(JsonInput::whole(&written)), &mut report) {
        Ok(()) if report.is_valid() => return Ok(()),
        Ok(()) => None,
        Err(error) => Some(error),
    };
    explain(spec, of, &text, (error, report), target, cx)
}

/// Lists every error, or reads the value again if lax coercion makes it valid.
#[cold]
fn explain(
    spec: &ParamSpec,
    of: TypeSchema,
    text: &str,
    (error, report): (Option<InputError>, Report<'_>),
    target: &mut dyn Target,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    let (compiled, at) = (spec.compiled(of), spec.loc());
    let Ok(mut tape) = Tape::read(text.as_bytes()) else {
        cx.reject(invalid_json(spec, text));
        return Err(NoValue::Invalid);
    };
    let errors = match error {
        None => {
            let json = (&mut tape, Tape::ROOT);
            explain_findings(spec, compiled, json, &at, report.into_findings())
        }
        Some(error) if is_duplicate_field(&error.message) => one(error, at, None),
        Some(_) => {
            let mut errors = Errors::new();
            let json = (&mut tape, Tape::ROOT);
            let limits = spec.limits();
            let mut coerced = compiled.diagnose_json(json, limits, Mode::Json, &at, &mut errors);
            if !errors.is_empty() {
                errors
            } else {
                tape.replace(&mut coerced, 0);
                let mut report = Report::new();
                let read = target.read(JsonSource::Key(JsonInput::whole(&tape)), &mut report);
                tape.restore(&mut coerced, 0);
                let json = (&mut tape, Tape::ROOT);
                match read {
                    Ok(()) if report.is_valid() => return Ok(()),
                    Ok(()) => explain_findings(spec, compiled, json, &at, report.into_findings()),
                    Err(error) => {
                        let loc: Vec<_> = error.loc().collect();
                        let input = compiled.echo_json((&tape, Tape::ROOT), &loc);
                        one(error, at, input)
                    }
                }
            }
        }
    };
    // A default that violates a constraint is not an error.
    if errors.is_empty() {
        return Ok(());
    }
    cx.reject_all(errors.into_vec());
    Err(NoValue::Invalid)
}

fn one(error: InputError, mut loc: Vec<LocItem>, input: Option<Value>) -> Errors {
    loc.extend(error.loc());
    let mut errors = Errors::new();
    errors.push(deserialize_error(error, loc, input));
    errors
}

/// Returns Pydantic's error for a `Json` that is not JSON.
fn invalid_json(spec: &ParamSpec, text: &str) -> ErrorDetail {
    let error = serde_json::from_str::<IgnoredAny>(text).err();
    let error = error.map_or_else(String::new, |error| error.to_string());
    ErrorDetail::new("json_invalid", spec.loc(), format!("Invalid JSON: {error}"))
        .input(text.into())
        .ctx("error", error)
}

fn describe(
    spec: &ParamSpec,
    op: &mut Operation<'_>,
    default: Option<Value>,
    of: TypeSchema,
    nullable: bool,
) {
    let schema = op.input_of(of);
    let optional = nullable && !spec.is_required() || spec.is_optional() || default.is_some();
    let mut body = spec
        .annotate_body(BodyMedia::Form, schema, default)
        .required(!optional)
        .nullable(nullable)
        .embed(true);
    body.content_type = Some("application/json".to_owned());
    op.body(body);
    describe_reading(op);
}
