//! The schema of a model, assembled from its fields and variants as schemars' derive would.

use std::borrow::Cow;

use schemars::{Schema, SchemaGenerator};

use super::{
    content::{Content, with},
    docs::{Docs, documented},
    properties::{Described, DescribedField},
    variants::{self, Tagging, VariantSchema},
};
use crate::{
    model::meta::{ModelMeta, model_schema},
    schema::TypeSchema,
};

/// The description of a model.
#[derive(Clone, Copy, Debug)]
pub struct ModelSchema<'a> {
    docs: Docs,
    meta: ModelMeta,
    content: ModelContent<'a>,
    is_closed: bool,
    /// The description of the input, if it differs from the content.
    from: Option<Described>,
    /// The description of the output, if it differs from the content.
    into: Option<Described>,
}

documented!(ModelSchema<'a>);

#[derive(Clone, Copy, Debug)]
enum ModelContent<'a> {
    Struct(Content<'a>),
    Enum(Tagging, &'a [VariantSchema<'a>]),
}

impl<'a> ModelSchema<'a> {
    /// Describes a struct.
    pub const fn of_struct(meta: ModelMeta, content: Content<'a>) -> Self {
        Self::new(meta, ModelContent::Struct(content))
    }

    /// Describes an enum, whose variants are distinguished by `tagging`.
    pub const fn of_enum(
        meta: ModelMeta,
        tagging: Tagging,
        variants: &'a [VariantSchema<'a>],
    ) -> Self {
        Self::new(meta, ModelContent::Enum(tagging, variants))
    }

    const fn new(meta: ModelMeta, content: ModelContent<'a>) -> Self {
        Self {
            docs: Docs::NONE,
            meta,
            content,
            is_closed: false,
            from: None,
            into: None,
        }
    }

    /// Makes unknown fields an error: serde's `deny_unknown_fields`.
    #[must_use]
    pub const fn closed(mut self) -> Self {
        self.is_closed = true;
        self
    }

    /// Sets the type that is read instead: serde's `from` and `try_from`.
    #[must_use]
    pub const fn from<T: DescribedField + ?Sized>(mut self) -> Self {
        self.from = Some(Described::ByType(TypeSchema::of::<T>()));
        self
    }

    /// Sets the type that is written instead: serde's `into`.
    #[must_use]
    pub const fn into<T: DescribedField + ?Sized>(mut self) -> Self {
        self.into = Some(Described::ByType(TypeSchema::of::<T>()));
        self
    }

    /// Sets the function that describes the model instead.
    #[must_use]
    pub const fn by(mut self, describe: fn(&mut SchemaGenerator) -> Schema) -> Self {
        self.from = Some(Described::ByFunction(describe));
        self.into = self.from;
        self
    }

    /// Returns the schema of the model, whose full name is `id`.
    pub fn write(&self, generator: &mut SchemaGenerator, id: Cow<'static, str>) -> Schema {
        let other = match generator.contract().is_serialize() {
            true => self.into,
            false => self.from,
        };
        let outer = |schema: &mut Schema| self.docs.write(schema);
        let mut schema = match (other, &self.content) {
            (Some(other), _) => with(other.in_place(generator), &outer),
            (None, ModelContent::Struct(content)) => {
                content.write(generator, self.is_closed, &outer)
            }
            (None, ModelContent::Enum(tagging, variants)) => {
                let schema = variants::write(*tagging, variants, generator, self.is_closed);
                with(schema, &outer)
            }
        };
        self.docs.write_schemars_attr(&mut schema);
        model_schema(&mut schema, &self.meta, &id);
        schema
    }
}
