//! The fields of a model, one by one: `Partial` reads, checks and writes them, and puts them into a stored model.

mod optional;

use std::{
    any::{self, Any},
    fmt,
    marker::PhantomData,
    slice, vec,
};

use serde::{
    Serialize,
    de::{DeserializeOwned, Error},
};
use serde_json::Value;

use super::{
    Model, Report,
    read::{Input, InputError, Json, Names, Part, Rest, Value as Source, names_of},
    tape::JsonRef,
    written::{FieldName, WrittenField},
};

/// A struct whose fields can be read one by one. `#[model]` implements this.
#[diagnostic::on_unimplemented(
    message = "`Partial<{Self}>` needs a struct with `#[model]`",
    label = "its fields cannot be read one by one",
    note = "`{Self}` is an enum, a tuple struct or generic, or functions read or write its fields (`#[serde(with = ..)]`)"
)]
pub trait Patch: Model + Sized + 'static {
    /// The fields of the struct.
    const FIELDS: &'static [PatchField];
    /// The names of the fields that are only written.
    const UNREAD: &'static [&'static str] = &[];
    /// Whether other names are rejected.
    const CLOSED: bool;

    /// Puts the values that were sent into their fields: one call per field, in the order of [`FIELDS`](Self::FIELDS).
    fn set(&mut self, sent: SentValues);

    /// Validates the values that were sent, in the same order.
    fn check(sent: SentRefs<'_>, report: &mut Report<'_>) {
        let _ = (sent, report);
    }
}

/// A field of a model.
#[derive(Debug)]
pub struct PatchField {
    /// The names under which the field is sent, its own first; empty if it is flattened.
    names: &'static [&'static str],
    /// The name under which the field is written.
    written: Option<&'static str>,
    of: FieldType,
}

/// A field's value.
pub type FieldValue = Box<dyn Any + Send>;

/// The operations on a field, independent of its type.
#[derive(Clone, Copy, Debug)]
pub struct FieldType {
    read: fn(FieldInput<'_>) -> Result<FieldValue, FieldError>,
    write: fn(&FieldValue, &mut Vec<WrittenField>, FieldName<'_>) -> serde_json::Result<()>,
    names: fn() -> Names,
    type_name: fn() -> &'static str,
    /// The operations on a flattened model, whose fields are handled one by one.
    model: Option<ModelType>,
}

/// The operations on a flattened model.
#[derive(Clone, Copy, Debug)]
struct ModelType {
    /// Adds the names of all fields, whether read or written.
    known: fn(&mut Names),
    get: for<'v> fn(&'v FieldValue, &str) -> Option<Found<'v>>,
    check: fn(&FieldValue, &mut Report<'_>),
}

/// A field's value, found by one of its names.
pub(super) struct Found<'v> {
    pub(super) value: &'v FieldValue,
    pub(super) type_name: &'static str,
}

/// The input of a field.
#[derive(Debug)]
pub(crate) struct FieldInput<'s>(Source<'s>);

/// The error for a field that cannot be read.
#[derive(Debug)]
pub(crate) struct FieldError(InputError);

impl PatchField {
    /// Creates a field that is sent under these names and never written.
    pub const fn of(names: &'static [&'static str], of: FieldType) -> Self {
        Self {
            names,
            written: None,
            of,
        }
    }

    /// Creates a flattened field.
    pub const fn flattened(model: Option<FieldType>, value: FieldType) -> Self {
        let of = match model {
            Some(model) => model,
            None => value,
        };
        Self {
            names: &[],
            written: None,
            of,
        }
    }

    /// Sets the name under which the field is written.
    #[must_use]
    pub const fn written(mut self, name: &'static str) -> Self {
        self.written = Some(name);
        self
    }

    fn is_flattened(&self) -> bool {
        self.names.is_empty()
    }

    fn is_named(&self, name: &str) -> bool {
        self.names.contains(&name) || self.written == Some(name)
    }
}

impl FieldType {
    /// Returns whether a flattened value has an entry of this name.
    fn writes(&self, value: &FieldValue, name: &str) -> bool {
        let mut written = Vec::new();
        let is_written = (self.write)(value, &mut written, FieldName::Flattened).is_ok();
        is_written
            && written.iter().any(|part| {
                let object = serde_json::from_str::<Value>(&part.text);
                object.is_ok_and(|object| object.get(name).is_some())
            })
    }
}

/// The type of a model's field.
#[derive(Debug)]
pub struct FieldOf<T>(PhantomData<T>);

impl<T: DeserializeOwned + Serialize + Send + 'static> FieldOf<T> {
    /// The operations on a field of this type.
    pub const TYPE: FieldType = FieldType {
        read: |input| match T::deserialize(input.0.input()) {
            Ok(value) => Ok(Box::new(value)),
            Err(error) => Err(FieldError(error)),
        },
        write: |value, out, name| {
            let text = serde_json::to_string(field_value::<T>(value))?;
            out.push(WrittenField::new(text, name));
            Ok(())
        },
        names: names_of::<T>,
        type_name: any::type_name::<T>,
        model: None,
    };
}

/// The fallback for a type that lacks these operations; another check reports it.
pub trait NoField {
    #[doc(hidden)]
    const TYPE: FieldType = FieldType {
        read: |_| Err(FieldError(InputError::new("the field cannot be read"))),
        write: |_, _, _| Ok(()),
        names: Names::default,
        type_name: || "",
        model: None,
    };
}

impl<T> NoField for FieldOf<T> {}

/// The type of a flattened field.
#[derive(Debug)]
pub struct FlattenedOf<T>(PhantomData<T>);

impl<T: Patch> FlattenedOf<T> {
    /// The operations on the field: the fields of a model are handled one by one.
    pub const TYPE: Option<FieldType> = Some(FieldType {
        read: |input| match SentFields::of_source::<T>(input.0) {
            Ok(sent) => Ok(Box::new(sent)),
            Err(error) => Err(FieldError(error)),
        },
        write: |value, out, _| field_value::<SentFields>(value).write(T::FIELDS, out),
        names: || {
            let mut names = Names::default();
            add_names(T::FIELDS, &mut names);
            names
        },
        type_name: any::type_name::<T>,
        model: Some(ModelType {
            known: add_known::<T>,
            get: |sent, name| field_value::<SentFields>(sent).get(T::FIELDS, name),
            check: |value, report| field_value::<SentFields>(value).check::<T>(report),
        }),
    });
}

/// The fallback for a flattened field that is not a model: it is handled as one value.
pub trait NotFlattened {
    #[doc(hidden)]
    const TYPE: Option<FieldType> = None;
}

impl<T> NotFlattened for FlattenedOf<T> {}

fn add_names(fields: &[PatchField], names: &mut Names) {
    for field in fields {
        match field.is_flattened() {
            true => names.add((field.of.names)()),
            false => names.take_fields(field.names),
        }
    }
}

/// Adds the names of all fields of a model, whether read or written.
pub(super) fn add_known<M: Patch>(names: &mut Names) {
    for field in M::FIELDS {
        match field.of.model {
            Some(model) => (model.known)(names),
            None if field.is_flattened() => names.add((field.of.names)()),
            None => {
                names.take_fields(field.names);
                names.take_fields(field.written.as_slice());
            }
        }
    }
    names.take_fields(M::UNREAD);
}

fn field_value<T: 'static>(value: &FieldValue) -> &T {
    value
        .downcast_ref()
        .expect("a field's value is of its type")
}

/// The values that were sent, one per field, to be put into a model.
#[derive(Debug)]
pub struct SentValues(vec::IntoIter<Option<SentField>>);

impl SentValues {
    /// Puts the next value into its field, if it was sent.
    pub fn set<T: 'static>(&mut self, field: &mut T) {
        if let Some(value) = self.next()
            && let Ok(value) = value.downcast::<T>()
        {
            *field = *value;
        }
    }

    fn next(&mut self) -> Option<FieldValue> {
        Some(self.0.next()??.value)
    }
}

/// The values that were sent, one per field, to be validated.
#[derive(Debug)]
pub struct SentRefs<'s> {
    fields: slice::Iter<'static, PatchField>,
    values: slice::Iter<'s, Option<SentField>>,
}

impl SentRefs<'_> {
    /// Validates the next value, if it was sent. The fields of a flattened model are validated by its own rules.
    pub fn check<T: 'static>(&mut self, report: &mut Report<'_>, rules: fn(&T, &mut Report<'_>)) {
        let Some((field, value)) = self.next() else {
            return;
        };
        match field.of.model {
            Some(model) => (model.check)(value, report),
            None => rules(field_value(value), report),
        }
    }

    /// Passes over the next value, which needs no validation.
    pub fn skip(&mut self) {
        let _ = self.next();
    }

    fn next(&mut self) -> Option<(&'static PatchField, &FieldValue)> {
        let (field, sent) = (self.fields.next()?, self.values.next()?);
        Some((field, &sent.as_ref()?.value))
    }
}

/// A flattened field, to be set.
#[derive(Debug)]
pub struct Flattened<'m, T>(pub &'m mut T);

impl<T: Patch> Flattened<'_, T> {
    /// Puts the fields that were sent into a flattened model.
    pub fn set(self, sent: &mut SentValues) {
        if let Some(value) = sent.next()
            && let Ok(fields) = value.downcast::<SentFields>()
        {
            fields.apply_to(self.0);
        }
    }
}

/// The fallback for a value that is not a struct: it is replaced as a whole.
pub trait NoPatch {
    #[doc(hidden)]
    fn set(self, sent: &mut SentValues);
}

impl<T: 'static> NoPatch for Flattened<'_, T> {
    fn set(self, sent: &mut SentValues) {
        sent.set(self.0);
    }
}

/// The fields that were sent, by their index in the model.
pub(crate) struct SentFields(Vec<Option<SentField>>);

/// A field's value as it was sent.
struct SentField {
    value: FieldValue,
    /// The JSON that was sent, if it is a list or an object; the response includes nothing beyond it.
    sent: Option<Value>,
}

impl fmt::Debug for SentField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentField").finish_non_exhaustive()
    }
}

impl fmt::Debug for SentFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SentFields").finish_non_exhaustive()
    }
}

impl SentFields {
    /// Reads an object.
    pub(super) fn read<M: Patch>(json: Json<'_>) -> Result<Self, InputError> {
        let rest = match json.at() {
            JsonRef::Object(_) => Rest::of(json, &[], None),
            _ => return Err(Input::Json(json).refuse(&"an object")),
        };
        let sent = Self::of_rest(&rest, M::FIELDS, M::UNREAD)?;
        match rest.entries().next() {
            Some((_, name, _)) if M::CLOSED => Err(InputError::unknown_field(name, &[])),
            _ => Ok(sent),
        }
    }

    fn of_source<M: Patch>(source: Source<'_>) -> Result<Self, InputError> {
        match source {
            Source::Part(part) => Self::of_rest(part.rest, M::FIELDS, M::UNREAD),
            Source::Json(json) => Self::of_rest(&Rest::of(json, &[], None), M::FIELDS, M::UNREAD),
        }
    }

    fn of_rest(
        rest: &Rest<'_>,
        fields: &'static [PatchField],
        unread: &[&str],
    ) -> Result<Self, InputError> {
        let mut found: Vec<_> = fields.iter().map(|_| None).collect();
        for (entry, name, json) in rest.entries() {
            let Some(index) = position(fields, name) else {
                // Whatever is sent for such a field is ignored.
                if unread.contains(&name) {
                    rest.take(entry);
                }
                continue;
            };
            rest.take(entry);
            if found[index].is_some() {
                return Err(InputError::duplicate_field(fields[index].names[0]));
            }
            match (fields[index].of.read)(FieldInput(Source::Json(json))) {
                Ok(value) => found[index] = Some(SentField::new(value, json)),
                Err(FieldError(error)) => return Err(error.under(name.to_owned())),
            }
        }
        for (field, found) in fields.iter().zip(&mut found) {
            let part = Part {
                rest,
                names: Some(field.of.names),
            };
            if field.is_flattened() && part.is_sent() {
                match (field.of.read)(FieldInput(Source::Part(part))) {
                    Ok(value) => *found = Some(SentField { value, sent: None }),
                    Err(FieldError(error)) => return Err(error),
                }
            }
        }
        Ok(Self(found))
    }

    /// Returns whether a field was sent, by one of its names.
    pub(super) fn has(&self, fields: &'static [PatchField], name: &str) -> bool {
        self.get(fields, name).is_some()
            || self.sent(fields).any(|(field, sent)| {
                let is_map = field.is_flattened() && field.of.model.is_none();
                is_map && field.of.writes(&sent.value, name)
            })
    }

    /// Returns the value of a field that was sent, by one of its names.
    pub(super) fn get(&self, fields: &'static [PatchField], name: &str) -> Option<Found<'_>> {
        self.sent(fields)
            .find_map(|(field, sent)| match field.of.model {
                Some(model) => (model.get)(&sent.value, name),
                None => field.is_named(name).then(|| Found {
                    value: &sent.value,
                    type_name: (field.of.type_name)(),
                }),
            })
    }

    /// Returns the names of the fields that were sent, except flattened ones.
    pub(super) fn names(&self, fields: &'static [PatchField]) -> Vec<&'static str> {
        let mut names = Vec::new();
        for (field, _) in self.sent(fields) {
            names.extend_from_slice(field.names);
        }
        names
    }

    pub(super) fn apply_to<M: Patch>(self, stored: &mut M) {
        stored.set(SentValues(self.0.into_iter()));
    }

    pub(super) fn check<M: Patch>(&self, report: &mut Report<'_>) {
        let (fields, values) = (M::FIELDS.iter(), self.0.iter());
        M::check(SentRefs { fields, values }, report);
    }

    /// Writes the fields that were sent.
    pub(super) fn write(
        &self,
        fields: &'static [PatchField],
        out: &mut Vec<WrittenField>,
    ) -> serde_json::Result<()> {
        for (field, sent) in self.sent(fields) {
            let name = match field.written {
                Some(name) => FieldName::Own(name, sent.sent.as_ref()),
                None if field.is_flattened() => FieldName::Flattened,
                None => continue,
            };
            (field.of.write)(&sent.value, out, name)?;
        }
        Ok(())
    }

    fn sent<'s>(
        &'s self,
        fields: &'static [PatchField],
    ) -> impl Iterator<Item = (&'static PatchField, &'s SentField)> {
        let fields = fields.iter().zip(&self.0);
        fields.filter_map(|(field, sent)| Some((field, sent.as_ref()?)))
    }
}

impl SentField {
    fn new(value: FieldValue, json: Json<'_>) -> Self {
        let sent = match json.at() {
            JsonRef::Object(_) | JsonRef::List(_) => Some(json.tape.value(json.id)),
            _ => None,
        };
        Self { value, sent }
    }
}

fn position(fields: &[PatchField], name: &str) -> Option<usize> {
    fields.iter().position(|field| field.names.contains(&name))
}
