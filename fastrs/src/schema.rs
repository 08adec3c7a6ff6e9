//! The schema of a type, which is used in documents and by the walk that lists errors.

pub(crate) mod hints;

use std::{borrow::Cow, cell::Cell};

use percent_encoding::percent_decode_str;
use schemars::{
    JsonSchema, Schema,
    generate::{SchemaGenerator, SchemaSettings},
};
use serde_json::Value;

/// Decodes the name of a definition, as the fragment of a reference contains it (RFC 6901, 6).
pub(crate) fn definition_name(encoded: &str) -> Cow<'_, str> {
    if !encoded.bytes().any(|byte| matches!(byte, b'%' | b'~')) {
        return Cow::Borrowed(encoded);
    }
    let name = percent_decode_str(encoded).decode_utf8_lossy();
    Cow::Owned(name.replace("~1", "/").replace("~0", "~"))
}

/// Makes the schema of a type. It is not generic, so the code that uses it is compiled only once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypeSchema(&'static Functions);

#[derive(Debug)]
struct Functions {
    schema: fn(&mut SchemaGenerator) -> Schema,
    id: fn() -> Cow<'static, str>,
    name: fn() -> Cow<'static, str>,
    is_inline: fn() -> bool,
}

impl TypeSchema {
    /// Refers to a type, whose schema is made on demand.
    pub(crate) const fn of<T: JsonSchema + ?Sized>() -> Self {
        Self(
            const {
                &Functions {
                    schema: T::json_schema,
                    id: T::schema_id,
                    name: T::schema_name,
                    is_inline: T::inline_schema,
                }
            },
        )
    }

    /// Returns the full name of the type.
    pub(crate) fn id(self) -> Cow<'static, str> {
        (self.0.id)()
    }

    /// Returns whether the schema is written inline wherever the type occurs.
    pub(crate) fn is_inline(self) -> bool {
        (self.0.is_inline)()
    }

    /// Returns the schema itself, even of a type that others refer to.
    pub(crate) fn in_place(self, generator: &mut SchemaGenerator) -> Schema {
        (self.0.schema)(generator)
    }

    /// Returns the schema as a separate document, with its definitions and the keys of the maps inside it.
    pub(crate) fn alone(self, settings: SchemaSettings, keys: Option<fn(&mut Schema)>) -> Value {
        let mut generator = settings.into_generator();
        let mut schema = self.within(&mut generator);
        if let Some(describe_keys) = keys {
            describe_keys(&mut schema);
        }
        let definitions = generator.take_definitions(false);
        schema.insert("$defs".to_owned(), definitions.into());
        schema.to_value()
    }

    /// Returns the schema, or a reference to it among the generator's definitions.
    pub(crate) fn within(self, generator: &mut SchemaGenerator) -> Schema {
        CURRENT_TYPE.set(Some(self));
        generator.subschema_for::<CurrentType>()
    }
}

thread_local! {
    static CURRENT_TYPE: Cell<Option<TypeSchema>> = const { Cell::new(None) };
}

/// Takes the place of the type whose schema is requested. The generator's functions are generic, and would be compiled
/// again for each type. The generator reads the current type only until it calls `json_schema`, which may request the
/// schemas of other types.
struct CurrentType;

impl CurrentType {
    fn of<T>(call: impl FnOnce(TypeSchema) -> T) -> T {
        let asked = CURRENT_TYPE.get().unwrap_or(TypeSchema::of::<()>());
        call(asked)
    }
}

impl JsonSchema for CurrentType {
    fn inline_schema() -> bool {
        Self::of(|of| (of.0.is_inline)())
    }

    fn schema_name() -> Cow<'static, str> {
        Self::of(|of| (of.0.name)())
    }

    fn schema_id() -> Cow<'static, str> {
        Self::of(|of| (of.0.id)())
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Self::of(|of| (of.0.schema)(generator))
    }
}
