//! JSON responses.

use std::{
    io::{self, Write},
    ops::{Deref, DerefMut},
};

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

use super::{IntoResponse, ResponseResult, parts::with_type};
use crate::{
    body::Sizes,
    error::HttpError,
    model::Model,
    openapi::{Operation, ResponseDoc},
    request::Failure,
    schema::TypeSchema,
};

#[diagnostic::do_not_recommend]
impl<T: Model + Serialize + JsonSchema> IntoResponse for T {
    fn describe(op: &mut Operation<'_>) {
        describe(TypeSchema::of::<T>(), T::describe_keys, op);
    }

    fn into_response(self) -> ResponseResult {
        write(&self, &Sizes::default())
    }

    fn into_response_of(self, sizes: &Sizes) -> ResponseResult {
        write(&self, sizes)
    }
}

/// A JSON response of a foreign type, one that is not a `#[model]`.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/versions")]
/// async fn versions() -> Json<[u8; 3]> {
///     Json([1, 2, 3])
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema> IntoResponse for Json<T> {
    fn describe(op: &mut Operation<'_>) {
        describe(TypeSchema::of::<T>(), |_| {}, op);
    }

    fn into_response(self) -> ResponseResult {
        write(&self.0, &Sizes::default())
    }

    fn into_response_of(self, sizes: &Sizes) -> ResponseResult {
        write(&self.0, sizes)
    }
}

fn describe(of: TypeSchema, keys: fn(&mut Schema), op: &mut Operation<'_>) {
    let status = op.status();
    if matches!(status, 204 | 205 | 304) {
        return op.response(status, ResponseDoc::new());
    }
    let mut schema = op.output_of(of);
    keys(&mut schema);
    op.response(status, ResponseDoc::json(schema));
}

/// Writes the JSON response of a type that adds headers of its own.
pub(crate) fn write<T: Serialize>(value: &T, sizes: &Sizes) -> ResponseResult {
    let mut json = sizes.reserve();
    let written = value.serialize(&mut serializer(&mut json));
    response(written, json, sizes)
}

/// Writes a value as a response would contain it.
pub(super) fn encode<T: Serialize>(value: &T, into: &mut Vec<u8>) -> serde_json::Result<()> {
    value.serialize(&mut serializer(into))
}

#[inline]
fn serializer(json: &mut Vec<u8>) -> Serializer<&mut Vec<u8>, Compact> {
    Serializer::with_formatter(json, Compact::default())
}

/// Returns the response, or a 500 if serde could not serialize the value: nothing has been sent yet.
#[inline]
fn response(written: serde_json::Result<()>, json: Vec<u8>, sizes: &Sizes) -> ResponseResult {
    match written {
        Ok(()) => {
            sizes.update(json.len());
            Ok(with_type(json, "application/json"))
        }
        Err(error) => Err(Failure::of(HttpError::from(error))),
    }
}

/// Writes serde_json's compact format in fewer writes: the punctuation around a key is written together with its
/// quotes.
#[derive(Default)]
struct Compact {
    name: Name,
}

/// Whether the next string is a key, and whether it is the first one.
#[derive(Default, Clone, Copy)]
enum Name {
    #[default]
    No,
    First,
    Other,
}

impl Formatter for Compact {
    #[inline]
    fn begin_object_key<W: ?Sized + Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.name = if first { Name::First } else { Name::Other };
        Ok(())
    }

    #[inline]
    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        match self.name {
            Name::Other => writer.write_all(b",\""),
            Name::No | Name::First => writer.write_all(b"\""),
        }
    }

    #[inline]
    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        match std::mem::take(&mut self.name) {
            Name::No => writer.write_all(b"\""),
            Name::First | Name::Other => writer.write_all(b"\":"),
        }
    }

    #[inline]
    fn begin_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeMap, iter};

    /// An enum with all four kinds of variants, which contain one another.
    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    enum Shape {
        Unit,
        Newtype(BTreeMap<u8, char>),
        Tuple(String, Option<bool>),
        Struct { a: (), b: [String; 2] },
    }

    struct Flat;

    impl Serialize for Flat {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map([(1_i64, true), (-2, false)])
        }
    }

    struct Text;

    impl Serialize for Text {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("{}\n", "\"quoted\""))
        }
    }

    fn same(value: &impl Serialize) {
        let mut json = Vec::new();
        let mut ours = Serializer::with_formatter(&mut json, Compact::default());
        value.serialize(&mut ours).unwrap();
        assert_eq!(
            String::from_utf8(json).unwrap(),
            serde_json::to_string(value).unwrap()
        );
    }

    #[test]
    fn a_wrapped_value_is_used_as_the_value() {
        let mut json = super::Json::from(vec![1, 2]);
        json.push(3);
        assert_eq!(json.len(), 3);
    }

    #[test]
    fn the_output_is_what_serde_json_writes() {
        let text = || "a\"\\\u{1}ä".to_owned();
        same(&Shape::Unit);
        same(&Shape::Newtype(BTreeMap::from([(1, '"'), (2, 'b')])));
        same(&Shape::Newtype(BTreeMap::new()));
        same(&Shape::Tuple(text(), Some(true)));
        same(&Shape::Struct {
            a: (),
            b: [text(), String::new()],
        });
        same(&BTreeMap::from([(text(), Flat), (String::new(), Flat)]));
        same(&BTreeMap::from([(Shape::Unit, vec![Text, Text])]));
        same(&BTreeMap::from([(true, Some(1.5)), (false, None)]));
        same(&BTreeMap::from([('"', f64::NAN), ('a', -0.0)]));
        same(&iter::repeat_with(text).take(3).collect::<Vec<_>>());
    }
}
