//! `Partial<T>`: some of a model's fields, and a record of which they are.

use std::{
    any::{Any, type_name},
    borrow::Cow,
    fmt,
};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de,
    ser::{self, SerializeMap},
};
use serde_json::{Map, Value};

use crate::{
    model::{
        JsonRef, Model, Report, Tape,
        patch::{Patch, SentFields, add_known},
        read::{
            InputError, Json, Layout, Maker, Names, Representation, Represented, read_represented,
        },
        tape::Written,
        written::WrittenField,
    },
    schema::hints::{DEFAULT, ID, OPTIONAL, PARTIAL_OF, PARTS},
};

/// Some fields of a `T`: those that the client sent.
///
/// As an argument, it is the body of a PATCH: every field may be left out, fields that are sent are validated as in
/// `T`, and [`apply_to`](Self::apply_to) writes them over a stored `T`. As a response, it contains only the fields that
/// were sent, like FastAPI's `response_model_exclude_unset`; [`only`](Self::only) and [`without`](Self::without) select
/// fields by name. Fields are named as they are in JSON and in the document; methods panic if `T` has no such field.
///
/// A validator of the whole `T` (`#[model(validate = ..)]`) does not run, since there is no complete `T`.
///
/// ```
/// use fastrs::{Partial, model};
///
/// #[model]
/// struct Item {
///     name: String,
///     price: u32,
/// }
///
/// let mut stored = Item { name: "Foo".into(), price: 5 };
/// let item: Partial<Item> = serde_json::from_str(r#"{"price": 7}"#).unwrap();
/// assert!(item.is_sent("price") && !item.is_sent("name"));
/// assert_eq!(item.get::<u32>("price"), Some(&7));
/// assert_eq!(serde_json::to_string(&item).unwrap(), r#"{"price":7}"#);
/// item.apply_to(&mut stored);
/// assert_eq!((&*stored.name, stored.price), ("Foo", 7));
/// ```
pub struct Partial<T> {
    fields: Fields<T>,
    only: Option<Vec<Cow<'static, str>>>,
    without: Vec<Cow<'static, str>>,
}

enum Fields<T> {
    All(T),
    Sent(SentFields),
}

impl<T: Patch> Partial<T> {
    /// Creates a `Partial` in which all fields are set.
    pub fn of(value: T) -> Self {
        Self::new(Fields::All(value))
    }

    fn new(fields: Fields<T>) -> Self {
        Self {
            fields,
            only: None,
            without: Vec::new(),
        }
    }

    /// Returns whether a field was sent, given its name in JSON.
    ///
    /// # Panics
    ///
    /// Panics if `T` has no such field.
    #[track_caller]
    pub fn is_sent(&self, name: &str) -> bool {
        check_names::<T>(&[name]);
        match &self.fields {
            Fields::All(_) => true,
            Fields::Sent(sent) => sent.has(T::FIELDS, name),
        }
    }

    /// Returns the value that was sent for a field, given its type and its name in JSON. It is `None` if the field was
    /// not sent, and in a `Partial` made with [`of`](Self::of).
    ///
    /// # Panics
    ///
    /// Panics if `T` has no such field, or if the field is of another type.
    #[track_caller]
    pub fn get<F: 'static>(&self, name: &str) -> Option<&F> {
        check_names::<T>(&[name]);
        let Fields::Sent(sent) = &self.fields else {
            return None;
        };
        let found = sent.get(T::FIELDS, name)?;
        let value = found.value.downcast_ref();
        assert!(
            value.is_some(),
            "`{name}` of `{}` is of type `{}`, not `{}`",
            type_name::<T>(),
            found.type_name,
            type_name::<F>(),
        );
        value
    }

    /// Writes the fields that were sent over those of `stored`.
    pub fn apply_to(self, stored: &mut T) {
        match self.fields {
            Fields::All(value) => *stored = value,
            Fields::Sent(sent) => sent.apply_to(stored),
        }
    }

    /// Keeps only these fields for the response, if they were sent.
    ///
    /// # Panics
    ///
    /// Panics if `T` has no field with one of these names.
    #[must_use]
    #[track_caller]
    pub fn only(mut self, names: &[&'static str]) -> Self {
        check_names::<T>(names);
        self.only = Some(names.iter().copied().map(Cow::Borrowed).collect());
        self
    }

    /// Leaves these fields out of the response.
    ///
    /// # Panics
    ///
    /// Panics if `T` has no field with one of these names: a misspelled name would otherwise let its field be sent.
    #[must_use]
    #[track_caller]
    pub fn without(mut self, names: &[&'static str]) -> Self {
        check_names::<T>(names);
        self.without
            .extend(names.iter().copied().map(Cow::Borrowed));
        self
    }

    fn is_shown(&self, name: &str) -> bool {
        let is_among = |names: &[Cow<'static, str>]| names.iter().any(|other| other == name);
        self.only.as_ref().is_none_or(|only| is_among(only)) && !is_among(&self.without)
    }
}

/// Panics if the model has no field with one of these names.
#[track_caller]
fn check_names<T: Patch>(names: &[&str]) {
    let mut known = Names::default();
    add_known::<T>(&mut known);
    if let Some(name) = names.iter().find(|name| !known.includes(name)) {
        panic!(
            "`{}` has no field `{name}` in JSON, only {}",
            type_name::<T>(),
            known.list()
        );
    }
}

impl<T: Patch> fmt::Debug for Partial<T> {
    /// Omits the values, which may include some that `T` itself does not show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut partial = f.debug_struct("Partial");
        if let Fields::Sent(sent) = &self.fields {
            partial.field("sent", &sent.names(T::FIELDS));
        }
        partial.finish_non_exhaustive()
    }
}

impl<T: Patch> Represented for Partial<T> {
    const REPRESENTATION: &'static Representation =
        &Representation::of(Layout::Made(Maker::of(make::<T>)));

    /// Always fails, since the fields of a model are read only from JSON.
    fn read<'de, D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(de::Error::custom("fields of a model are read from JSON"))
    }
}

fn make<T: Patch>(json: Json<'_>) -> Result<Box<dyn Any>, InputError> {
    let sent = SentFields::read::<T>(json)?;
    Ok(Box::new(Partial::<T>::new(Fields::Sent(sent))))
}

impl<'de, T: Patch> Deserialize<'de> for Partial<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read_represented(from)
    }
}

impl<T: Patch + Serialize> Serialize for Partial<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.fields {
            Fields::All(value) if self.only.is_none() && self.without.is_empty() => {
                value.serialize(to)
            }
            Fields::All(value) => {
                let text = serde_json::to_string(value).map_err(ser::Error::custom)?;
                let tape = read(&text)?;
                Written::shown(&tape, &|name| self.is_shown(name)).serialize(to)
            }
            Fields::Sent(sent) => {
                let mut fields = Vec::new();
                sent.write(T::FIELDS, &mut fields)
                    .map_err(ser::Error::custom)?;
                self.write(&fields, to)
            }
        }
    }
}

impl<T: Patch> Partial<T> {
    fn write<S: Serializer>(&self, fields: &[WrittenField], to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for field in fields {
            let tape = read(&field.text)?;
            match (field.name, tape.at(Tape::ROOT)) {
                (Some(name), _) if self.is_shown(name) => {
                    let value = Written::sent(&tape, Tape::ROOT, field.sent.as_ref());
                    map.serialize_entry(name, &value)?;
                }
                (None, JsonRef::Object(mut entries)) => {
                    while let Some((key, id)) = entries.entry(&tape) {
                        if self.is_shown(tape.key(key)) {
                            map.serialize_entry(tape.key(key), &Written::sent(&tape, id, None))?;
                        }
                    }
                }
                _ => {}
            }
        }
        map.end()
    }
}

/// Reads JSON that serde_json has written.
fn read<E: ser::Error>(text: &str) -> Result<Tape<'_>, E> {
    Tape::read(text.as_bytes()).map_err(|(_, message)| E::custom(message))
}

impl<T: Patch> Model for Partial<T> {
    fn validate(&self, report: &mut Report<'_>) {
        match &self.fields {
            Fields::All(value) => value.validate(report),
            Fields::Sent(sent) => sent.check::<T>(report),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Partial<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Partial{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("fastrs::Partial<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let whole = generator.subschema_for::<T>();
        let mut schema = T::json_schema(generator);
        relax(schema.ensure_object());
        schema.insert(PARTIAL_OF.to_owned(), whole.to_value());
        schema.insert(ID.to_owned(), Self::schema_id().as_ref().into());
        schema
    }
}

/// Makes every field optional, without a default: a field that is not sent keeps its stored value, and a field that is
/// not shown still has a value.
fn relax(schema: &mut Map<String, Value>) {
    schema.remove("required");
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for property in properties.values_mut().filter_map(Value::as_object_mut) {
            property.remove("default");
            property.remove(DEFAULT);
            property.remove(PARTS);
        }
    }
    // A flattened enum is sent as a whole or not at all.
    if schema.contains_key("oneOf") || schema.contains_key("anyOf") {
        schema.insert(OPTIONAL.to_owned(), true.into());
    }
    if let Some(Value::Array(parts)) = schema.get_mut("allOf") {
        parts
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(relax);
    }
}
