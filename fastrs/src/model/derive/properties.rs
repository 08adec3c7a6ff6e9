//! The description of a field, named or unnamed.

use std::{borrow::Cow, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::Contract};
use serde_json::{Value, json};

use super::{
    docs::{Docs, documented},
    flatten::{flat_schema, flatten, mark_parts},
};
use crate::{
    model::{
        constraints::Constraints,
        meta::{FieldMeta, field_schema},
    },
    schema::{TypeSchema, hints},
};

/// The description of a field.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    name: Name,
    pub(super) of: Described,
    pub(super) docs: Docs,
    default: Option<fn() -> Option<Value>>,
    /// Whether the field may be missing from the input; `None` if only an `Option` may be.
    is_optional: Option<fn() -> bool>,
    may_be_skipped: bool,
    keys: Option<fn(&mut Schema)>,
    constraints: Constraints,
    meta: FieldMeta,
    /// Whether a flattened field is an `Option`; `None` if the field is not flattened.
    flattened: Option<bool>,
}

documented!(Property);

/// A name in the input, and in the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    pub(super) read: &'static str,
    pub(super) written: &'static str,
}

/// The source of a value's schema: its type, or a function.
#[derive(Clone, Copy, Debug)]
pub(super) enum Described {
    ByType(TypeSchema),
    ByFunction(fn(&mut SchemaGenerator) -> Schema),
}

/// Adds the keywords of a model or a variant to the schema of its content.
pub(super) type Outer<'a> = &'a dyn Fn(&mut Schema);

/// Adds nothing.
pub(super) const NONE: Outer<'static> = &|_| {};

/// A type that a model's field may have, since it can be described.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a model",
    label = "schemars cannot describe it",
    note = "put `#[model]` on `{Self}`, or derive `Serialize`, `Deserialize` and `JsonSchema` for it"
)]
pub trait DescribedField: JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema + ?Sized> DescribedField for T {}

/// The description of a flattened field, whose type may be an `Option`.
#[derive(Debug)]
pub struct FlatField<T>(PhantomData<T>);

impl<T: JsonSchema> FlatField<Option<T>> {
    /// The description.
    pub const PROPERTY: Property = Property::of::<T>("").flattened(true);
}

/// The description of a flattened field whose type is not an `Option`.
pub trait NotOptional {
    #[doc(hidden)]
    const PROPERTY: Property;
}

impl<T: DescribedField> NotOptional for FlatField<T> {
    const PROPERTY: Property = Property::of::<T>("").flattened(false);
}

impl Name {
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            read: name,
            written: name,
        }
    }

    pub(super) fn on(&self, contract: &Contract) -> &'static str {
        match contract.is_serialize() {
            true => self.written,
            false => self.read,
        }
    }
}

impl Described {
    /// Returns the schema, or a reference to it.
    pub(super) fn within(self, generator: &mut SchemaGenerator) -> Schema {
        match self {
            Self::ByType(of) => of.within(generator),
            Self::ByFunction(describe) => describe(generator),
        }
    }

    /// Returns the schema itself.
    pub(super) fn in_place(self, generator: &mut SchemaGenerator) -> Schema {
        match self {
            Self::ByType(of) => of.in_place(generator),
            Self::ByFunction(describe) => describe(generator),
        }
    }

    pub(super) fn is_inline(self) -> bool {
        match self {
            Self::ByType(of) => of.is_inline(),
            Self::ByFunction(_) => true,
        }
    }

    /// Returns the full name of the type.
    fn id(self) -> Cow<'static, str> {
        match self {
            Self::ByType(of) => of.id(),
            Self::ByFunction(_) => Cow::Borrowed(""),
        }
    }

    fn is_option(self) -> bool {
        // schemars provides no other way to tell.
        self.id().starts_with("Option<")
    }
}

impl Property {
    /// Describes a field with this name and type.
    pub const fn of<T: DescribedField + ?Sized>(name: &'static str) -> Self {
        Self::new(name, Described::ByType(TypeSchema::of::<T>()))
    }

    /// Describes a field with this name, whose schema a function returns.
    pub const fn by(name: &'static str, describe: fn(&mut SchemaGenerator) -> Schema) -> Self {
        Self::new(name, Described::ByFunction(describe))
    }

    const fn new(name: &'static str, of: Described) -> Self {
        Self {
            name: Name::new(name),
            of,
            docs: Docs::NONE,
            default: None,
            is_optional: None,
            may_be_skipped: false,
            keys: None,
            constraints: Constraints::new(),
            meta: FieldMeta::new(),
            flattened: None,
        }
    }

    /// Merges the fields of the field's value into the struct: serde's `flatten`. All of them may be missing if the
    /// field `is_optional`.
    #[must_use]
    pub const fn flattened(mut self, is_optional: bool) -> Self {
        self.flattened = Some(is_optional);
        self
    }

    /// Sets the field's name in the output, if it is another one.
    #[must_use]
    pub const fn written(mut self, name: &'static str) -> Self {
        self.name.written = name;
        self
    }

    /// Sets the function that describes the keys of maps, if the field may contain any.
    #[must_use]
    pub const fn keys(mut self, keys: Option<fn(&mut Schema)>) -> Self {
        self.keys = keys;
        self
    }

    /// Sets the function that returns whether the field may be left out: whether its type has a value if nothing is
    /// sent.
    #[must_use]
    pub const fn optional(mut self, is_optional: fn() -> bool) -> Self {
        self.is_optional = Some(is_optional);
        self
    }

    /// Makes the field one that the output may not contain: serde's `skip_serializing_if`.
    #[must_use]
    pub const fn may_be_skipped(mut self) -> Self {
        self.may_be_skipped = true;
        self
    }

    /// Sets the value of the field if it is not sent.
    #[must_use]
    pub const fn default(mut self, default: fn() -> Option<Value>) -> Self {
        self.default = Some(default);
        self
    }

    /// Sets the constraints and metadata of `#[field(..)]`.
    #[must_use]
    pub const fn field_attr(mut self, constraints: Constraints, meta: FieldMeta) -> Self {
        self.constraints = constraints;
        self.meta = meta;
        self
    }

    pub(super) fn is_hidden(&self, contract: &Contract) -> bool {
        self.meta.is_hidden(contract)
    }

    /// Returns the schema of the field's value. The keywords of `outer` are added before those of `#[field(..)]`.
    pub(super) fn write(&self, generator: &mut SchemaGenerator, outer: Outer<'_>) -> Schema {
        let schema = self.of.within(generator);
        self.complete(schema, outer)
    }

    /// Adds the field's own documentation and metadata to the schema of its type.
    pub(super) fn complete(&self, mut schema: Schema, outer: Outer<'_>) -> Schema {
        self.docs.write(&mut schema);
        self.meta.apply_sides(&mut schema);
        outer(&mut schema);
        if let Some(default) = self.default.and_then(|default| default()) {
            let is_shown = !self.meta.is_hidden(&Contract::Serialize);
            let key = if is_shown { "default" } else { hints::DEFAULT };
            schema.insert(key.to_owned(), default);
        }
        self.docs.write_schemars_attr(&mut schema);
        if let Some(describe_keys) = self.keys {
            describe_keys(&mut schema);
        }
        field_schema(&mut schema, &self.constraints, &self.meta);
        schema
    }

    /// Adds the field to the schema of its struct.
    pub(super) fn add_to(&self, object: &mut Schema, generator: &mut SchemaGenerator) {
        if let Some(is_optional) = self.flattened {
            let mut schema = self.of.in_place(generator);
            if is_optional && generator.contract().is_deserialize() {
                mark_parts(&mut schema, &self.of.id());
            }
            flatten(object, flat_schema(schema, is_optional));
            return;
        }
        let (schema, contract) = (self.write(generator, NONE), generator.contract());
        let (name, is_required) = (self.name.on(contract), self.is_required(contract));
        add_property(object, name, schema.into(), is_required);
        self.meta.hide(object, name);
    }

    fn is_required(&self, contract: &Contract) -> bool {
        if contract.is_serialize() {
            return !self.may_be_skipped;
        }
        if self.meta.is_required() {
            return true;
        }
        let may_be_left_out = match self.is_optional {
            Some(is_optional) => is_optional(),
            None => self.of.is_option(),
        };
        self.default.is_none() && !may_be_left_out
    }
}

/// Adds a property to the schema of an object.
pub(super) fn add_property(schema: &mut Schema, name: &str, property: Value, is_required: bool) {
    let object = schema.ensure_object();
    if let Value::Object(properties) = object.entry("properties").or_insert_with(|| json!({})) {
        properties.insert(name.to_owned(), property);
    }
    if is_required
        && let Value::Array(names) = object.entry("required").or_insert_with(|| json!([]))
    {
        names.push(name.into());
    }
}
