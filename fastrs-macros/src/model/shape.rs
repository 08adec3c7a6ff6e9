//! The structure of a model.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, Ident};

use super::field::{Field, Location, cfgs};
use super::names::Rule;
use super::schemars::{self, SchemarsAttr};
use super::serde::{ContainerSerde, ItemSerde, Tagging};
use super::unchecked;
use crate::errors::Errors;

/// The kinds of models.
pub(crate) enum Shape {
    /// Named fields; none for a unit struct.
    Struct(Vec<Field>),
    /// Two or more fields without names: a JSON array.
    Tuple(Vec<Field>),
    /// One field, which is the value itself.
    Newtype(Box<Field>),
    Enum {
        variants: Vec<Variant>,
        scalar: bool,
    },
}

/// A variant of an enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) wire_name: String,
    /// The name in the output.
    pub(crate) written: String,
    pub(crate) schemars: SchemarsAttr,
    pub(crate) serde: ItemSerde,
    pub(crate) named: bool,
    pub(crate) fields: Vec<Field>,
    /// Its `#[cfg(..)]`s.
    pub(crate) cfgs: Vec<Attribute>,
}

impl Shape {
    /// Reads the item, and removes everything from it that only fastrs understands.
    pub(super) fn read(
        item: &mut DeriveInput,
        serde: &ContainerSerde,
        plain: bool,
        errors: &mut Errors,
    ) -> Self {
        let (name, generics) = (&item.ident, item.generics.split_for_impl().1);
        let turbofish = generics.as_turbofish();
        let owner = quote!(#name #turbofish);
        match &mut item.data {
            Data::Struct(data) => Self::of_struct(&mut data.fields, &owner, serde, plain, errors),
            Data::Enum(data) => {
                let variants = data.variants.iter_mut();
                let variants: Vec<_> = variants
                    .map(|variant| Variant::read(variant, &owner, serde, errors))
                    .collect();
                let units = data
                    .variants
                    .iter()
                    .all(|variant| matches!(variant.fields, Fields::Unit));
                let scalar = units && matches!(serde.tagging, Tagging::External);
                Self::Enum { variants, scalar }
            }
            // The caller reports it.
            Data::Union(_) => Self::Struct(Vec::new()),
        }
    }

    fn of_struct(
        fields: &mut Fields,
        owner: &TokenStream,
        serde: &ContainerSerde,
        plain: bool,
        errors: &mut Errors,
    ) -> Self {
        let named = !matches!(fields, Fields::Unnamed(_));
        let location = Location {
            owner,
            variant: None,
            rule: serde.rename_all,
            rule_out: serde.rename_all_out,
            plain,
            is_unnamed: !named,
            sees_all: serde.closed || fields.iter().any(is_flattened),
        };
        let mut fields = read_fields(fields, location, errors);
        let is_value = (!named && fields.len() == 1) || serde.transparent;
        if is_value && let Some(i) = fields.iter().position(Field::is_read) {
            return Self::Newtype(Box::new(fields.swap_remove(i)));
        }
        match named {
            true => Self::Struct(fields),
            false => Self::Tuple(fields),
        }
    }

    /// Returns whether the model is an enum of unit variants only: FastAPI's `Enum` or `Literal`.
    pub(crate) fn is_unit_enum(&self) -> bool {
        matches!(self, Self::Enum { scalar: true, .. })
    }

    /// Returns all fields of the type, including its variants' fields.
    pub(crate) fn fields(&self) -> Vec<&Field> {
        match self {
            Self::Struct(fields) | Self::Tuple(fields) => fields.iter().collect(),
            Self::Newtype(field) => vec![&**field],
            Self::Enum { variants, .. } => variants
                .iter()
                .flat_map(|variant| &variant.fields)
                .collect(),
        }
    }
}

impl Variant {
    fn read(
        variant: &mut syn::Variant,
        owner: &TokenStream,
        container: &ContainerSerde,
        errors: &mut Errors,
    ) -> Self {
        let ident = variant.ident.clone();
        if let Some(attr) = variant
            .attrs
            .iter()
            .find(|attr| attr.path().is_ident("field"))
        {
            errors.on(
                attr.path(),
                "`#[field]` is for fields: put it on a field of the variant",
            );
            variant.attrs.retain(|attr| !attr.path().is_ident("field"));
        }
        let mut schemars = SchemarsAttr::take(&mut variant.attrs, schemars::PART, errors);
        unchecked::check(&mut variant.attrs, "variant", &mut schemars, errors);
        let serde = ItemSerde::read(&variant.attrs);
        let rule = serde.rename_all.or(container.rename_all_fields);
        let rule_out = serde.rename_all_out.or(container.rename_all_fields_out);
        let location = Location {
            owner,
            variant: Some(&ident),
            rule,
            rule_out,
            plain: false,
            is_unnamed: false,
            sees_all: false,
        };
        let name = ident.unraw().to_string();
        let named = |rule: Rule| rule.variant(&name);
        let (read, written) = (serde.rename.clone(), serde.renamed_out.clone());
        Self {
            wire_name: read.unwrap_or_else(|| named(container.rename_all)),
            written: written.unwrap_or_else(|| named(container.rename_all_out)),
            schemars,
            named: matches!(variant.fields, Fields::Named(_)),
            fields: read_fields(&mut variant.fields, location, errors),
            serde,
            ident,
            cfgs: cfgs(&variant.attrs),
        }
    }
}

fn is_flattened(field: &syn::Field) -> bool {
    ItemSerde::read(&field.attrs).flatten
}

fn read_fields(fields: &mut Fields, location: Location<'_>, errors: &mut Errors) -> Vec<Field> {
    let fields = fields.iter_mut().enumerate();
    fields
        .map(|(i, field)| Field::read(field, i, location, errors))
        .collect()
}
