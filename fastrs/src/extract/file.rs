//! Reads the files of a multipart form.

use bytes::Bytes;
use schemars::{Schema, json_schema};
use serde_json::Value;

use super::{
    Arg, BodyKind, FromLocation, FromRequest, NoValue, ParamSpec, file_field,
    form::describe_reading,
    form_files::{files_named, loc},
    location::File,
    source::Source,
};
use crate::{
    error::HttpError,
    model::{ErrorDetail, LocItem, NOT_A_FILE, TextSource, too_long, too_short},
    multipart::{FileRule, Multipart, Parts, UploadFile, is_multipart},
    openapi::{BodyMedia, BodyParam, Operation, ResponseDoc},
    request::{Context, Failure, too_large, wrong_type},
};

/// A type that an argument with `#[file]` can have.
pub trait FileArgument: Sized + Send {
    #[doc(hidden)]
    const SHAPE: Shape;

    #[doc(hidden)]
    fn of_parts(parts: Vec<FilePart>) -> Option<Self>;
}

/// The files that an argument takes: how many, and whether as bytes in memory.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct Shape {
    optional: bool,
    many: bool,
    in_memory: bool,
}

/// A part that an argument takes as a file.
#[derive(Debug)]
#[doc(hidden)]
pub enum FilePart {
    File(UploadFile),
    /// As in FastAPI, a field that is not a file can be taken as `Bytes`.
    Text(String),
}

/// A type that is one file.
#[doc(hidden)]
pub trait OneFile: Sized + Send {
    const IN_MEMORY: bool;

    fn of_part(part: FilePart) -> Option<Self>;
}

impl OneFile for UploadFile {
    const IN_MEMORY: bool = false;

    fn of_part(part: FilePart) -> Option<Self> {
        match part {
            FilePart::File(file) => Some(file),
            FilePart::Text(_) => None,
        }
    }
}

impl OneFile for Bytes {
    const IN_MEMORY: bool = true;

    fn of_part(part: FilePart) -> Option<Self> {
        match part {
            FilePart::File(file) => file.in_memory(),
            FilePart::Text(text) => Some(text.into()),
        }
    }
}

macro_rules! file_arguments {
    ($($type:ty, $optional:literal, $many:literal, |$parts:ident| $value:expr;)*) => {$(
        impl<T: OneFile> FileArgument for $type {
            const SHAPE: Shape = Shape {
                optional: $optional,
                many: $many,
                in_memory: T::IN_MEMORY,
            };

            fn of_parts(mut $parts: Vec<FilePart>) -> Option<Self> {
                $value
            }
        }
    )*};
}

file_arguments! {
    T, false, false, |parts| T::of_part(parts.pop()?);
    Option<T>, true, false, |parts| Some(parts.pop().and_then(T::of_part));
    Vec<T>, false, true, |parts| parts.drain(..).map(T::of_part).collect();
    Option<Vec<T>>, true, true, |parts| match parts.is_empty() {
        true => Some(None),
        false => parts.drain(..).map(T::of_part).collect::<Option<Vec<T>>>().map(Some),
    };
}

#[diagnostic::do_not_recommend]
impl<T: FileArgument> FromLocation<'_, File> for T {
    const BODY: BodyKind = BodyKind::Form;

    fn describe_in(spec: &ParamSpec, op: &mut Operation<'_>, _: Option<Value>) {
        describe(spec, T::SHAPE, op);
    }

    fn extract_in(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<T> {
        read(spec, cx)
    }
}

macro_rules! bare_files {
    ($($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl FromRequest<'_> for $type {
            const BODY: BodyKind = BodyKind::Form;

            fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
                describe(spec, <Self as FileArgument>::SHAPE, op);
            }

            fn extract(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
                read(spec, cx)
            }
        }
    )*};
}

bare_files!(UploadFile, Vec<UploadFile>);

/// Rejects, at compile time, item counts for a single file.
///
/// # Panics
///
/// Panics if the type is not a list; in a `const` item that is a compile error.
#[track_caller]
pub const fn files_fit<T: FileArgument>() {
    assert!(
        T::SHAPE.many,
        "`min_items` and `max_items` apply to a list of files: take a `Vec<UploadFile>`"
    );
}

fn read<T: FileArgument>(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<T> {
    match parts_of(spec, T::SHAPE, cx) {
        Ok(parts) => T::of_parts(parts).map_or(Arg::Missing, Arg::Value),
        Err(none) => Arg::of(None, Err(none)),
    }
}

/// Returns the parts that an argument takes: none if it is optional and none was sent.
fn parts_of(
    spec: &ParamSpec,
    shape: Shape,
    cx: &mut Context<'_>,
) -> Result<Vec<FilePart>, NoValue> {
    let form = cx.form();
    let files = files_named(&form, spec.name()).cloned();
    let mut parts: Vec<_> = files.map(FilePart::File).collect();
    let texts = Source::Pairs(&form.query, &form.raw).all(spec.name());
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        if shape.in_memory {
            if let Some(error) = refused_text(spec, shape, &text, parts.len(), cx) {
                cx.reject(error);
                return Err(NoValue::Invalid);
            }
            parts.push(FilePart::Text(text.into_owned()));
        } else if shape.many || parts.is_empty() {
            let mut loc = loc(spec);
            loc.extend(shape.many.then_some(LocItem::from(parts.len())));
            let input = Some(Value::from(text));
            cx.reject(ErrorDetail::value_error(loc, NOT_A_FILE, input));
            return Err(NoValue::Invalid);
        }
    }
    if parts.is_empty() && !shape.optional {
        cx.set_blank(vec![ErrorDetail::missing(loc(spec))]);
        return Err(NoValue::Missing);
    }
    if let Some(mut error) = wrong_count(spec, parts.len()) {
        error.loc = loc(spec);
        cx.reject(error);
        return Err(NoValue::Invalid);
    }
    Ok(parts)
}

/// Returns the error for a field of a URL-encoded form that is taken as a file. Such a field has no media type. The
/// fields of a multipart form were checked as they arrived.
fn refused_text(
    spec: &ParamSpec,
    shape: Shape,
    text: &str,
    index: usize,
    cx: &Context<'_>,
) -> Option<ErrorDetail> {
    if is_multipart(cx.request().headers()) {
        return None;
    }
    let mut loc = loc(spec);
    loc.extend(shape.many.then_some(LocItem::from(index)));
    if !spec.file_types().is_empty() {
        return Some(wrong_type(loc, None, spec.file_types()));
    }
    let most = spec.file_size().filter(|most| text.len() > *most)?;
    Some(too_large(loc, most))
}

/// Returns the error for too few files, or too many, if any were sent.
fn wrong_count(spec: &ParamSpec, count: usize) -> Option<ErrorDetail> {
    match spec.limits().item_counts() {
        _ if count == 0 => None,
        (Some(least), _) if count < least => Some(too_short("List", least, count)),
        (_, Some(most)) if count > most => Some(too_long("List", most, Some(count))),
        _ => None,
    }
}

fn describe(spec: &ParamSpec, shape: Shape, op: &mut Operation<'_>) {
    let mut file = file_field::schema();
    if let Some(size) = spec.file_size() {
        file.insert("maxLength".to_owned(), size.into());
    }
    let schema: Schema = match shape.many {
        true => json_schema!({ "type": "array", "items": file }),
        false => file,
    };
    let optional = shape.optional || spec.is_optional();
    let mut body = spec
        .annotate_body(BodyMedia::Multipart, schema, None)
        .required(!optional)
        .nullable(optional)
        .embed(true);
    let types = spec.file_types();
    body.content_type = (!types.is_empty()).then(|| types.join(", "));
    op.body(body);
    op.file(FileRule {
        max_size: spec.file_size(),
        max_items: spec.limits().item_counts().1,
        content_types: types.iter().map(|of| (*of).to_owned()).collect(),
        many: shape.many,
        in_memory: shape.in_memory,
        ..FileRule::new(spec.name())
    });
    describe_reading(op);
}

/// Takes the form unread.
#[diagnostic::do_not_recommend]
impl FromRequest<'_> for Multipart {
    const BODY: BodyKind = BodyKind::Stream;

    fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        let schema = json_schema!({ "type": "object" });
        op.body(BodyParam::new(spec.name(), BodyMedia::Multipart, schema));
        op.response(400, ResponseDoc::error());
        op.response(413, ResponseDoc::error());
        op.response(415, ResponseDoc::error());
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        let headers = cx.request().headers();
        let limits = cx.route().map(|route| route.form.limits);
        let body = cx.take_unread().unwrap_or_default();
        if !is_multipart(headers) {
            return Arg::Failed(unsupported_media_type());
        }
        match Parts::of(headers, body, limits.unwrap_or_default()) {
            Ok(parts) => Arg::Value(Self::new(parts)),
            Err(error) => Arg::Failed(Failure::of(error)),
        }
    }
}

#[cold]
fn unsupported_media_type() -> Failure {
    let detail = "Unsupported Media Type: send `multipart/form-data`";
    Failure::of(HttpError::new(415, detail))
}
