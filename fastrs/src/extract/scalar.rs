//! Reading a value from the texts of a place: the fast path, and the slow one that says what is wrong.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Arg, ParamSpec, Place,
    source::Source,
    text::{Fields, TextError, Texts, none},
};
use crate::{
    model::{Compiled, ErrorDetail, Errors, FieldShape, LocItem, Mode, Shape},
    openapi::{Operation, Parameter, Place as In},
    request::Context,
};

/// Reads a scalar, or a list of them, that stands under the argument's own name.
pub(super) fn read<'r, T>(spec: &ParamSpec, source: Source<'r>, cx: &mut Context<'_>) -> Arg<T>
where
    T: Deserialize<'r> + JsonSchema,
{
    let last = match spec.place() {
        Place::Header => spec.header().and_then(|name| source.last_header(name)),
        _ => source.last(spec.name()),
    };
    let Some(last) = last else {
        return Arg::Missing;
    };
    let is_header = matches!(spec.place(), Place::Header);
    if source.is_garbled(&last) || !is_header && source.has_garbled(spec.name()) {
        return garbled(spec, cx);
    }
    let is_empty = last.is_empty();
    match T::deserialize(Texts {
        source,
        name: Cow::Borrowed(spec.name()),
        last,
    }) {
        Ok(value) => Arg::Value(value),
        Err(error) => {
            let compiled = spec.compiled::<T>().clone();
            explain(spec, &compiled, source, error, is_empty, cx)
        }
    }
}

/// Reads a value of any shape: a struct's fields are the parameters; a map, flattened or not, takes those that nobody
/// else knows.
pub(super) fn read_any<'r, T>(spec: &ParamSpec, source: Source<'r>, cx: &mut Context<'_>) -> Arg<T>
where
    T: Deserialize<'r> + JsonSchema,
{
    let compiled = spec.compiled::<T>().clone();
    let Some(fields) = fields_of(&compiled) else {
        let read = read::<T>(spec, source, cx);
        let absent = matches!(read, Arg::Missing) && !cx.has_blank();
        return match absent && !spec.is_required() {
            true => none().map_or(Arg::Missing, Arg::Value),
            false => read,
        };
    };
    let unknown = if compiled.is_open() || compiled.is_closed() {
        extras(spec, source, fields, cx)
    } else {
        Vec::new()
    };
    let rest = if compiled.is_open() {
        &unknown[..]
    } else {
        &[]
    };
    if rest.is_empty()
        && is_absent(spec, &compiled, source)
        && let Some(none) = none()
    {
        return Arg::Value(none);
    }
    let names = fields
        .iter()
        .map(|field| (&*field.name, spec.field_name(&field.name)));
    let rest = rest.iter().map(|name| (&**name, Cow::Borrowed(&**name)));
    let names: Vec<_> = names.chain(rest).collect();
    if refuse_garbled(spec, source, &names, cx) {
        return Arg::Invalid;
    }
    if compiled.is_closed() && !unknown.is_empty() {
        let error = TextError("has fields too many".to_owned());
        return explain(spec, &compiled, source, error, false, cx);
    }
    let sent = names
        .iter()
        .filter_map(|(field, wire): &(&str, Cow<'_, str>)| {
            let wire: &str = wire;
            let last = source.last(wire)?;
            Some((
                *field,
                Texts {
                    source,
                    name: Cow::Borrowed(wire),
                    last,
                },
            ))
        });
    match T::deserialize(Fields::new(sent)) {
        Ok(value) => Arg::Value(value),
        Err(error) => explain(spec, &compiled, source, error, false, cx),
    }
}

/// The fields of what is read from several parameters: none of a map.
fn fields_of(compiled: &Compiled) -> Option<&[FieldShape]> {
    match compiled.shape() {
        Shape::Object(fields) => Some(fields),
        Shape::Map => Some(&[]),
        _ => None,
    }
}

/// Whether nothing of an argument was sent.
pub(super) fn is_absent(spec: &ParamSpec, compiled: &Compiled, source: Source<'_>) -> bool {
    match compiled.shape() {
        Shape::Map => source.names().is_empty(),
        Shape::Object(fields) => !fields
            .iter()
            .any(|field| source.has(&spec.field_name(&field.name))),
        _ => !source.has(spec.name()),
    }
}

/// What was sent beside the fields of a model and its siblings: a closed model refuses it, an open one takes it.
fn extras<'a>(
    spec: &ParamSpec,
    source: Source<'a>,
    fields: &[FieldShape],
    cx: &Context<'_>,
) -> Vec<Cow<'a, str>> {
    let siblings = cx
        .route()
        .map_or(&[][..], |route| route.names_of(spec.place_name()));
    let is_known = |name: &str| {
        fields
            .iter()
            .any(|field| field.name == name || spec.field_name(&field.name) == name)
            || siblings
                .iter()
                .any(|known| known == name && name != spec.name())
    };
    let names = source.names().into_iter();
    names.filter(|name| !is_known(name)).collect()
}

/// Lists every error of a value that its type refused; reads it once more if lax coercion mends it.
fn explain<'r, T>(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'r>,
    error: TextError,
    is_empty: bool,
    cx: &mut Context<'_>,
) -> Arg<T>
where
    T: Deserialize<'r>,
{
    let mut errors = Errors::new();
    let mended = diagnose(spec, compiled, source, cx, &mut errors);
    if errors.is_empty() {
        let message = match mended.map(T::deserialize) {
            Some(Ok(value)) => return Arg::Value(value),
            Some(Err(error)) => error.to_string(),
            None => error.0,
        };
        let input = source
            .last(spec.name())
            .map(|text| Value::String(text.into_owned()));
        errors.push(ErrorDetail::value_error(spec.loc(), message, input));
    }
    if is_empty {
        cx.set_blank(errors.into_vec());
        return Arg::Missing;
    }
    cx.reject_all(errors.into_vec());
    Arg::Invalid
}

/// Reports the constraints that a value of the right type breaks.
pub(super) fn explain_constraints(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'_>,
    custom: Vec<(Vec<LocItem>, String)>,
    cx: &mut Context<'_>,
) {
    let mut errors = Errors::new();
    diagnose(spec, compiled, source, cx, &mut errors);
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
    if errors.is_empty() {
        errors.push(ErrorDetail::value_error(
            spec.loc(),
            "a constraint is not satisfied",
            None,
        ));
    }
    cx.reject_all(errors.into_vec());
}

fn diagnose(
    spec: &ParamSpec,
    compiled: &Compiled,
    source: Source<'_>,
    cx: &Context<'_>,
    errors: &mut Errors,
) -> Option<Value> {
    let text = |text: Cow<'_, str>| Value::String(text.into_owned());
    let one = |name: &str| source.last(name).map(text);
    let many = |name: &str| -> Vec<Value> { source.all(name).into_iter().map(text).collect() };
    let place = LocItem::from(spec.place_name());
    let mut found = Errors::new();
    let mended = match fields_of(compiled) {
        Some(fields) => {
            let mut value = serde_json::Map::new();
            for field in fields {
                let wire = spec.field_name(&field.name);
                let sent = match field.list && source.has(&wire) {
                    true => Some(many(&wire).into()),
                    false => one(&wire),
                };
                value.extend(sent.map(|sent| (field.name.clone(), sent)));
            }
            for name in extras(spec, source, fields, cx) {
                let mut texts = many(&name);
                let sent = match texts.len() {
                    1 => texts.remove(0),
                    _ => texts.into(),
                };
                value.insert(name.into_owned(), sent);
            }
            compiled.diagnose(
                &value.into(),
                spec.limits(),
                Mode::Text,
                &[place],
                &mut found,
            )
        }
        None => {
            let value = match compiled.shape() {
                Shape::List => many(spec.name()).into(),
                _ => one(spec.name())?,
            };
            let at = [place, spec.name().into()];
            compiled.diagnose(&value, spec.limits(), Mode::Text, &at, &mut found)
        }
    };
    for mut error in found.into_vec() {
        // The walk knows the names of the model; the client those of the wire.
        if let (Shape::Object(fields), Some(LocItem::Key(name))) =
            (compiled.shape(), error.loc.get_mut(1))
            && fields.iter().any(|field| field.name == *name)
        {
            *name = Cow::Owned(spec.field_name(name).into_owned());
        }
        errors.push(error);
    }
    mended
}

pub(super) fn garbled<T>(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<T> {
    cx.reject(garbled_at(spec.loc()));
    Arg::Invalid
}

/// The same for the fields of a struct.
fn refuse_garbled(
    spec: &ParamSpec,
    source: Source<'_>,
    names: &[(&str, Cow<'_, str>)],
    cx: &mut Context<'_>,
) -> bool {
    let mut found = false;
    for (_, wire) in names.iter().filter(|(_, wire)| source.has_garbled(wire)) {
        found = true;
        let field = LocItem::from(wire.clone().into_owned());
        cx.reject(garbled_at(vec![spec.place_name().into(), field]));
    }
    found
}

fn garbled_at(loc: Vec<LocItem>) -> ErrorDetail {
    let message = "Input should be a valid string, unable to parse raw data as a unicode string";
    ErrorDetail::new("string_unicode", loc, message)
}

/// Documents a parameter, or one for each field of a struct.
pub(super) fn describe<'r, T: Deserialize<'r> + JsonSchema>(
    spec: &ParamSpec,
    op: &mut Operation<'_>,
    default: Option<Value>,
) {
    let place = match spec.place() {
        Place::Path => In::Path,
        Place::Header => In::Header,
        Place::Cookie => In::Cookie,
        _ => In::Query,
    };
    op.may_reject();
    if let Some(fields) = op.fields_of::<T>(place) {
        let optional = spec.is_optional() || default.is_some();
        for mut field in fields {
            field.name = spec.field_name(&field.name).into_owned();
            field.required &= !optional;
            op.parameter(field);
        }
        return;
    }
    let mut schema = op.input_schema::<T>();
    // An object in a query is written with a parameter for each key (OpenAPI 3.1, style `form`), all of them optional.
    let is_map = *Compiled::of::<T>().shape() == Shape::Map;
    if is_map && place != In::Query {
        return;
    }
    // The schema of an untyped value is that of an optional one.
    let nullable = strip_null(&mut schema) || none::<T>().is_some();
    let optional = spec.is_optional() || default.is_some() || (nullable && !spec.is_required());
    let parameter = Parameter::new(spec.name(), place, schema)
        .required(place == In::Path || !(optional || is_map))
        .nullable(nullable || spec.is_optional());
    op.parameter(spec.adorn(parameter, default));
}

/// Takes `null` out of what a schema allows: a parameter that is not sent is no null.
fn strip_null(schema: &mut Schema) -> bool {
    let Some(object) = schema.as_object_mut() else {
        return false;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        let before = types.len();
        types.retain(|name| name != "null");
        let found = types.len() < before;
        if let [only] = &mut types[..] {
            let only = only.take();
            object.insert("type".to_owned(), only);
        }
        return found;
    }
    let Some(Value::Array(branches)) = object.get_mut("anyOf") else {
        return false;
    };
    let before = branches.len();
    branches.retain(|branch| branch.get("type").is_none_or(|name| name != "null"));
    let found = branches.len() < before;
    if let ([only], true) = (&mut branches[..], found) {
        let only = only.take();
        object.remove("anyOf");
        if let Value::Object(only) = only {
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    found
}
