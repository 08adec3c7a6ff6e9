//! Reads a value from text in the path, the query, a header, a cookie or a form: a fast path, and a cold path that
//! reports every error.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Location, NoValue, ParamSpec,
    body::deserialize_error,
    names::{has_field, wire_name, wire_names},
    nullable::strip_null,
    source::Source,
};
use crate::{
    model::{
        Compiled, ErrorDetail, Errors, FieldName, FieldShape, Input, InputError, Json, LocItem,
        Mode, Replacements, Shape, Tape, TextFields, TextSource, Texts,
    },
    openapi::{Operation, Parameter, ParameterLocation},
    request::Context,
    schema::TypeSchema,
};

/// A place for the value that is read. It lets code that does not depend on the type deserialize and store the value.
pub(super) trait Target<'r> {
    fn read(&mut self, input: Input<'r, '_>) -> Result<(), InputError>;
}

impl<'r, T: Deserialize<'r>> Target<'r> for Option<T> {
    fn read(&mut self, input: Input<'r, '_>) -> Result<(), InputError> {
        match T::deserialize(input) {
            Ok(value) => {
                *self = Some(value);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

/// Returns what was sent under the argument's own name.
#[inline]
fn texts_of<'r, 's>(
    spec: &'s ParamSpec,
    source: &'s Source<'r>,
    cx: &mut Context<'_>,
) -> Result<Texts<'r, 's>, NoValue> {
    let last = match spec.location() {
        Location::Header => spec.header().and_then(|name| source.first_header(name)),
        _ => source.last(spec.name()),
    };
    let Some(last) = last else {
        return Err(NoValue::Missing);
    };
    if source.may_be_invalid_utf8() && is_invalid_utf8(spec, *source, &last) {
        invalid_utf8(spec, cx);
        return Err(NoValue::Invalid);
    }
    let name = spec.name();
    Ok(Texts { source, name, last })
}

/// Returns whether invalid UTF-8 was sent for the argument. Of several headers with one name, the first counts.
fn is_invalid_utf8(spec: &ParamSpec, source: Source<'_>, last: &str) -> bool {
    let is_header = matches!(spec.location(), Location::Header);
    source.is_invalid_utf8(last) || !is_header && source.has_invalid_utf8(spec.name())
}

/// Reads a value of any shape. The fields of a struct are the parameters; a map, flattened or not, takes the
/// parameters that no other argument or field declares.
///
/// One function serves all types: only the deserialization itself is compiled for each type. Scalars are so common
/// that a release build inlines this function, so that it sees the type.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn read_any<'r>(
    spec: &ParamSpec,
    source: Source<'r>,
    of: TypeSchema,
    target: &mut dyn Target<'r>,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    let compiled = spec.compiled(of);
    if let Some(fields) = fields_of(compiled) {
        return read_struct(spec, source, of, fields, target, cx);
    }
    let source = match compiled.shape() {
        Shape::List => source.for_lists(),
        _ => source,
    };
    match read(spec, source, of, target, cx) {
        Err(NoValue::Missing) if !cx.has_blank() && !spec.is_required() => {
            target.read(Input::Nothing).map_err(|_| NoValue::Missing)
        }
        read => read,
    }
}

/// Reads a struct or a map.
fn read_struct<'r>(
    spec: &ParamSpec,
    source: Source<'r>,
    of: TypeSchema,
    fields: &[FieldShape],
    target: &mut dyn Target<'r>,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    let compiled = spec.compiled(of);
    let unknown = unknown(spec, compiled, source, fields, cx);
    if is_unsent(spec, compiled, source, &unknown) && target.read(Input::Nothing).is_ok() {
        return Ok(());
    }
    let read = match names(spec, compiled, source, fields, &unknown, cx)? {
        Some(names) => {
            let (names, source) = (&names, &source.for_lists());
            target.read(Input::Fields(TextFields { source, names }))
        }
        None => Err(InputError::new("there are too many fields")),
    };
    read.or_else(|error| explain(spec, source, of, error, false, target, cx))
}

/// Reads a scalar, or a list of scalars, sent under the argument's own name.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn read<'r>(
    spec: &ParamSpec,
    source: Source<'r>,
    of: TypeSchema,
    target: &mut dyn Target<'r>,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    let texts = texts_of(spec, &source, cx)?;
    let is_empty = texts.last.is_empty();
    target
        .read(Input::Texts(texts))
        .or_else(|error| explain(spec, source, of, error, is_empty, target, cx))
}

/// Returns the names that were sent but belong to no field, unless the type ignores such names.
fn unknown<'a>(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'a>,
    fields: &[FieldShape],
    cx: &Context<'_>,
) -> Vec<Cow<'a, str>> {
    if compiled.is_open() || compiled.is_closed() {
        extras(spec, compiled, source, fields, cx)
    } else {
        Vec::new()
    }
}

/// Returns whether no part of a struct or a map was sent.
fn is_unsent(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'_>,
    unknown: &[Cow<'_, str>],
) -> bool {
    (unknown.is_empty() || !compiled.is_open()) && is_absent(spec, compiled, source)
}

/// Returns the names of the fields, in the model and on the wire, or `None` if a closed model gets unknown fields.
fn names<'a>(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'_>,
    fields: &'a [FieldShape],
    unknown: &'a [Cow<'_, str>],
    cx: &mut Context<'_>,
) -> Result<Option<Vec<FieldName<'a>>>, NoValue> {
    let rest = if compiled.is_open() { unknown } else { &[] };
    // An empty form field counts as not filled in, unless it is a list.
    let is_form = matches!(source, Source::Form(..));
    let mut names: Vec<FieldName<'_>> = Vec::new();
    for field in fields {
        if !is_form || has_field(spec, source, field) {
            names.push((&field.name, wire_name(spec, field, source)));
        }
    }
    for name in rest {
        if !is_form || source.has(name) {
            names.push((name, Cow::Borrowed(name)));
        }
    }
    if reject_invalid_utf8(spec, source, &names, cx) {
        return Err(NoValue::Invalid);
    }
    let too_many = compiled.is_closed() && !unknown.is_empty();
    Ok((!too_many).then_some(names))
}

/// Returns the fields of a type that is read from several parameters: an empty slice for a map.
fn fields_of(compiled: &Compiled) -> Option<&[FieldShape]> {
    match compiled.shape() {
        Shape::Object(fields) => Some(fields),
        Shape::Map => Some(&[]),
        _ => None,
    }
}

/// Returns whether no part of an argument was sent.
pub(super) fn is_absent(spec: &ParamSpec, compiled: &Compiled, source: Source<'_>) -> bool {
    match compiled.shape() {
        Shape::Map => source.names().is_empty(),
        // An empty field of a form counts as not filled in, but it was sent.
        Shape::Object(fields) => {
            let sent = source.for_lists();
            !fields.iter().any(|field| has_field(spec, sent, field))
        }
        Shape::List => !source.for_lists().has(spec.name()),
        _ => !source.has(spec.name()),
    }
}

/// Returns the names that belong neither to the model's fields nor to the other arguments: a closed model rejects
/// them, and an open one takes them. If a field of a closed model is sent under several of its names, all names but the
/// first are among those returned.
fn extras<'a>(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'a>,
    fields: &[FieldShape],
    cx: &Context<'_>,
) -> Vec<Cow<'a, str>> {
    let siblings = cx
        .route()
        .map_or(&[][..], |route| route.names_in(spec.location_name()));
    let is_field = |name: &str, field: &FieldShape| {
        let names = wire_names(spec, field).any(|wire| wire == name);
        let is_alone = field.aliases.is_empty() || !compiled.is_closed();
        names && (is_alone || wire_name(spec, field, source) == name)
    };
    let is_known = |name: &str| {
        fields
            .iter()
            .any(|field| field.name == name || is_field(name, field))
            || siblings
                .iter()
                .any(|known| known == name && name != spec.name())
    };
    let mut names = source.names();
    names.retain(|name| !is_known(name));
    names
}

/// Collects every error of a value that its type rejected; reads the value again if lax coercion makes it valid.
#[cold]
fn explain<'r>(
    spec: &ParamSpec,
    source: Source<'r>,
    of: TypeSchema,
    error: InputError,
    is_empty: bool,
    target: &mut dyn Target<'r>,
    cx: &mut Context<'_>,
) -> Result<(), NoValue> {
    let is_list = *spec.compiled(of).shape() == Shape::List;
    let is_empty = is_empty && !(is_list && source.all(spec.name()).len() > 1);
    let mut errors = Errors::new();
    let compiled = spec.compiled(of);
    let diagnosed = diagnose(spec, compiled, source, cx, &mut errors);
    if errors.is_empty() {
        let (error, sent) = match diagnosed {
            Some((mut tape, mut replacements)) => {
                let Err(other) = target.read(Input::Json(Json::whole(&tape))) else {
                    return Ok(());
                };
                // The error of a model already includes its location.
                let has_location = !replacements.is_empty() || fields_of(compiled).is_some();
                // The error shows what was sent, not what lax coercion made of it.
                tape.restore(&mut replacements, 0);
                (if has_location { other } else { error }, Some(tape))
            }
            None => (error, None),
        };
        let sent = sent.as_ref();
        errors.push(deserialize_error_at(spec, compiled, (source, sent), error));
    }
    Err(reject(errors.into_vec(), is_empty, cx))
}

/// Turns the error of the type's own `Deserialize` into an error detail.
fn deserialize_error_at(
    spec: &ParamSpec,
    compiled: &Compiled,
    (source, sent): (Source<'_>, Option<&Tape<'_>>),
    error: InputError,
) -> ErrorDetail {
    let mut loc = spec.loc();
    if fields_of(compiled).is_some() {
        // The fields are the parameters.
        loc.truncate(1);
        loc.extend(error.loc());
        let input = sent.and_then(|tape| compiled.echo_json((tape, Tape::ROOT), &loc[1..]));
        return deserialize_error(error, loc, input);
    }
    let input = source
        .last(spec.name())
        .map(|text| Value::String(text.into_owned()));
    ErrorDetail::value_error(loc, error.message, input)
}

/// Reports the errors. An empty string counts as missing, so that a default can replace it.
fn reject(errors: Vec<ErrorDetail>, is_empty: bool, cx: &mut Context<'_>) -> NoValue {
    if is_empty {
        cx.set_blank(errors);
        return NoValue::Missing;
    }
    cx.reject_all(errors);
    NoValue::Invalid
}

/// Reports the constraints that a value of the right type violates, and returns whether there are any.
pub(super) fn explain_constraints(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'_>,
    custom: Vec<(Vec<LocItem>, String)>,
    cx: &mut Context<'_>,
) -> bool {
    let mut errors = Errors::new();
    let found = diagnose(spec, compiled, source, cx, &mut errors);
    for (mut at, message) in custom {
        if let Some(LocItem::Key(field)) = at.first_mut() {
            *field = Cow::Owned(spec.field_name(field).into_owned());
        }
        let mut loc = spec.loc();
        loc.truncate(if at.is_empty() { 2 } else { 1 });
        let input = at.first().and_then(|field| match field {
            LocItem::Key(field) => source
                .last(field)
                .map(|text| Value::String(text.into_owned())),
            LocItem::Index(_) => None,
        });
        loc.append(&mut at);
        errors.push(ErrorDetail::value_error(loc, message, input));
    }
    let has_defaults = found.is_some_and(|(_, found)| found.has_defaults);
    if errors.is_empty() && !has_defaults {
        errors.push(ErrorDetail::value_error(
            spec.loc(),
            "a constraint is violated",
            None,
        ));
    }
    // As in Pydantic, a default is not validated.
    let is_refused = !errors.is_empty();
    cx.reject_all(errors.into_vec());
    is_refused
}

/// Adds all errors to `errors`, and returns what was sent, with the replacements that lax coercion made.
fn diagnose(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'_>,
    cx: &Context<'_>,
    errors: &mut Errors,
) -> Option<(Tape<'static>, Replacements)> {
    let text = |text: Cow<'_, str>| Value::String(text.into_owned());
    let one = |name: &str| source.last(name).map(text);
    let many = |name: &str| -> Vec<Value> { source.all(name).into_iter().map(text).collect() };
    let location = LocItem::from(spec.location_name());
    let mut found = Errors::new();
    let (value, at) = match fields_of(compiled) {
        Some(fields) => {
            let mut value = serde_json::Map::new();
            for field in fields {
                let wire = wire_name(spec, field, source);
                let sent = match field.list && has_field(spec, source, field) {
                    true => Some(many(&wire).into()),
                    false => one(&wire),
                };
                value.extend(sent.map(|sent| (field.name.clone(), sent)));
            }
            for name in extras(spec, compiled, source, fields, cx) {
                let mut texts = many(&name);
                let sent = match texts.len() {
                    1 => texts.remove(0),
                    _ => texts.into(),
                };
                value.insert(name.into_owned(), sent);
            }
            (value.into(), vec![location])
        }
        None => {
            let value = match compiled.shape() {
                Shape::List => many(spec.name()).into(),
                _ => one(spec.name())?,
            };
            (value, vec![location, spec.name().into()])
        }
    };
    let mut tape = Tape::of_value(&value);
    let json = (&mut tape, Tape::ROOT);
    let mut replacements = compiled.diagnose_json(json, spec.limits(), Mode::Text, &at, &mut found);
    for mut error in found.into_vec() {
        // The walk reports the model's field names; the client expects the wire names.
        if let (Shape::Object(fields), Some(LocItem::Key(name))) =
            (compiled.shape(), error.loc.get_mut(1))
            && let Some(field) = fields.iter().find(|field| field.name == *name)
        {
            *name = Cow::Owned(wire_name(spec, field, source).into_owned());
        }
        #[cfg(feature = "multipart")]
        super::file_field::hide_files(compiled, &mut error);
        errors.push(error);
    }
    tape.replace(&mut replacements, 0);
    Some((tape, replacements))
}

pub(super) fn invalid_utf8(spec: &ParamSpec, cx: &mut Context<'_>) {
    cx.reject(invalid_utf8_error(spec.loc()));
}

/// Rejects fields of a struct whose bytes are not UTF-8.
fn reject_invalid_utf8(
    spec: &ParamSpec,
    source: Source<'_>,
    names: &[FieldName<'_>],
    cx: &mut Context<'_>,
) -> bool {
    let mut found = false;
    for (_, wire) in names
        .iter()
        .filter(|(_, wire)| source.has_invalid_utf8(wire))
    {
        found = true;
        let field = LocItem::from(wire.clone().into_owned());
        cx.reject(invalid_utf8_error(vec![spec.location_name().into(), field]));
    }
    found
}

fn invalid_utf8_error(loc: Vec<LocItem>) -> ErrorDetail {
    let message = "Input should be a valid string, unable to parse raw data as a unicode string";
    ErrorDetail::new("string_unicode", loc, message)
}

/// Documents a parameter without an attribute.
pub(super) fn describe_bare(
    spec: &ParamSpec,
    op: &mut Operation<'_>,
    of: TypeSchema,
    is_nullable: fn() -> bool,
) {
    if spec.location() == Location::Bare {
        op.bare(spec.argument());
    }
    describe(spec, op, None, of, is_nullable);
}

/// Documents a parameter, or one for each field of a struct.
pub(super) fn describe(
    spec: &ParamSpec,
    op: &mut Operation<'_>,
    default: Option<Value>,
    of: TypeSchema,
    is_nullable: fn() -> bool,
) {
    let location = match spec.location() {
        Location::Path => ParameterLocation::Path,
        Location::Header => ParameterLocation::Header,
        Location::Cookie => ParameterLocation::Cookie,
        _ => ParameterLocation::Query,
    };
    op.may_reject();
    if let Some(fields) = op.fields_in(of, location) {
        let optional = spec.is_optional() || default.is_some();
        for mut field in fields {
            field.name = spec.field_name(&field.name).into_owned();
            field.required &= !optional;
            op.parameter(field);
        }
        return;
    }
    let mut schema = op.input_of(of);
    // An object in a query has one parameter for each key (OpenAPI 3.1, style `form`), all of them optional. Most
    // types are scalars, which are recognized without compiling the schema.
    let is_scalar = matches!(schema.get("type"), Some(Value::String(name)) if name != "object");
    let is_map = !is_scalar && *Compiled::of_type(of).shape() == Shape::Map;
    if is_map && location != ParameterLocation::Query {
        return;
    }
    // An untyped value has the same schema as an optional one.
    let nullable = strip_null(&mut schema) || is_nullable();
    let optional = spec.is_optional() || default.is_some() || (nullable && !spec.is_required());
    let parameter = Parameter::new(spec.name(), location, schema)
        .required(location == ParameterLocation::Path || !(optional || is_map))
        .nullable(nullable || spec.is_optional());
    op.parameter(spec.annotate(parameter, default));
}
