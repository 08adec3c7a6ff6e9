//! The impl of `JsonSchema`, as calls into precompiled fastrs code. schemars' derive would generate the code itself.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Data, Fields, Type};

use super::comment::docs;
use super::field::Field;
use super::full_name::{bounds, names};
use super::item::Model;
use super::property::{constant, property};
use super::schemars::With;
use super::serde::{Tagging, has_key, literal};
use super::shape::{Shape, Variant};
use crate::paths::{at, emit, private, private_at};

/// Returns the impl of `JsonSchema`. The full name in it distinguishes two models of the same name in a document.
pub(super) fn schema(model: &Model) -> TokenStream {
    let (p, ident) = (private(), &model.item.ident);
    let (name, id) = names(model);
    let generics = bounds(model);
    let (params, args, clause) = generics.split_for_impl();
    let is_inline = model.schemars.inline || model.attr.literal.is_some();
    let inline = is_inline.then(|| {
        emit!(
            fn inline_schema() -> bool {
                true
            }
        )
    });
    let schema = model_schema(model);
    let closed = model.serde.closed.then(|| emit!(.closed()));
    let (instead, docs) = (instead(model), docs(&model.item.attrs, &model.schemars));
    emit! {
        #[automatically_derived]
        #[allow(clippy::all)]
        #[diagnostic::do_not_recommend]
        impl #params #p::schemars::JsonSchema for #ident #args #clause {
            fn schema_name() -> #p::Name {
                #name
            }
            fn schema_id() -> #p::Name {
                #id
            }
            #inline
            fn json_schema(generator: &mut #p::schemars::SchemaGenerator) -> #p::schemars::Schema {
                #schema #closed #instead #docs.write(generator, Self::schema_id())
            }
        }
    }
}

/// Returns `ModelMeta::new()..`.
fn meta(model: &Model) -> TokenStream {
    let meta = model.attr.meta();
    let untagged = model.represented && matches!(model.serde.tagging, Tagging::Untagged);
    let untagged = untagged.then(|| emit!(.untagged()));
    let (aliases, ignored) = match &model.shape {
        Shape::Enum { variants, .. } => (aliases(variants), None),
        Shape::Struct(fields) => (None, ignored(fields)),
        _ => (None, None),
    };
    emit!(#meta #aliases #ignored #untagged)
}

/// Returns `.aliases(..)`: the other names of an enum's variants.
fn aliases(variants: &[Variant]) -> Option<TokenStream> {
    let renamed = variants
        .iter()
        .filter(|variant| !variant.serde.aliases.is_empty());
    let aliases: Vec<_> = renamed
        .map(|variant| {
            let (name, aliases) = (&variant.wire_name, &variant.serde.aliases);
            emit!((#name, &[#(#aliases),*]))
        })
        .collect();
    (!aliases.is_empty()).then(|| emit!(.aliases(&[#(#aliases),*])))
}

/// Returns `.ignored(..)`: the names of the fields that are only written.
fn ignored(fields: &[Field]) -> Option<TokenStream> {
    let fields = fields.iter().filter(|field| field.ignoring().is_some());
    let names: Vec<_> = fields.map(|field| &field.wire_name).collect();
    (!names.is_empty()).then(|| emit!(.ignored(&[#(#names),*])))
}

/// Returns the calls that set what is described in place of the content.
fn instead(model: &Model) -> TokenStream {
    let ty = |key: &str| literal(&model.item.attrs, key)?.parse::<Type>().ok();
    let (from, into) = match &model.schemars.with {
        Some(With::Function(path)) => return emit!(.by(#path)),
        Some(With::Type(ty)) => (Some(ty.clone()), Some(ty.clone())),
        None => (ty("from").or_else(|| ty("try_from")), ty("into")),
    };
    let from = from.map(|ty| quote_spanned!(at(ty.span())=> .from::<#ty>()));
    let into = into.map(|ty| quote_spanned!(at(ty.span())=> .into::<#ty>()));
    emit!(#from #into)
}

/// Returns whether something else is described in place of the content, for both input and output.
fn is_replaced(model: &Model) -> bool {
    let has = |key: &str| has_key(&model.item.attrs, key);
    model.schemars.with.is_some() || (has("from") || has("try_from")) && has("into")
}

/// Returns `p::ModelSchema::of_struct(..)` or `p::ModelSchema::of_enum(..)`.
fn model_schema(model: &Model) -> TokenStream {
    let (p, meta) = (private(), meta(model));
    let content = match (&model.item.data, &model.shape) {
        _ if is_replaced(model) => emit!(#p::Content::Unit),
        (Data::Struct(data), Shape::Newtype(field)) => {
            let mut fields = data.fields.iter().zip(data.fields.members());
            let item = fields.find(|(_, member)| *member == field.member);
            value(model, field, item.map(|(item, _)| item))
        }
        (Data::Struct(data), Shape::Struct(fields) | Shape::Tuple(fields)) => {
            of_fields(model, &data.fields, fields)
        }
        (Data::Enum(data), Shape::Enum { variants, .. }) => {
            let tagging = tagging(model);
            let variants = data.variants.iter().zip(variants);
            let variants: Vec<_> = variants
                .filter_map(|(item, variant)| variant_schema(model, variant, item))
                .collect();
            let variants = constant(model, emit!([#(#variants),*]));
            return emit!(#p::ModelSchema::of_enum(#meta, #tagging, #variants));
        }
        _ => emit!(#p::Content::Unit),
    };
    emit!(#p::ModelSchema::of_struct(#meta, #content))
}

/// Returns the content that is the value of an unnamed field.
fn value(model: &Model, field: &Field, item: Option<&syn::Field>) -> TokenStream {
    let p = private();
    match item.and_then(|item| property(model, field, item, "")) {
        Some(value) => {
            let value = constant(model, value);
            emit!(#p::Content::Value(#value))
        }
        None => emit!(#p::Content::Unit),
    }
}

fn of_fields(model: &Model, items: &Fields, fields: &[Field]) -> TokenStream {
    let p = private();
    let content = match items {
        Fields::Unit => return emit!(#p::Content::Unit),
        Fields::Named(_) => emit!(#p::Content::Struct),
        Fields::Unnamed(_) => emit!(#p::Content::Tuple),
    };
    let properties: Vec<_> = items
        .iter()
        .zip(fields)
        .filter_map(|(item, field)| property(model, field, item, &field.wire_name))
        .collect();
    let properties = constant(model, emit!([#(#properties),*]));
    emit!(#content(#properties))
}

fn tagging(model: &Model) -> TokenStream {
    let (p, tag) = (private(), &model.serde.tag);
    match &model.serde.tagging {
        Tagging::External => emit!(#p::Tagging::External),
        Tagging::Internal => emit!(#p::Tagging::Internal(#tag)),
        Tagging::Adjacent { content } => emit!(#p::Tagging::Adjacent(#tag, #content)),
        Tagging::Untagged => emit!(#p::Tagging::Untagged),
    }
}

fn variant_schema(model: &Model, variant: &Variant, item: &syn::Variant) -> Option<TokenStream> {
    let is_unread = variant.serde.skipped || variant.schemars.is_unread;
    let is_unwritten = variant.serde.hidden || variant.schemars.is_unwritten;
    if is_unread && is_unwritten {
        return None;
    }
    let (p, name, cfgs) = (private(), &variant.wire_name, &variant.cfgs);
    let of_serde = With::of_serde(&item.attrs);
    let content = match (&variant.schemars.with, of_serde, &*variant.fields) {
        (Some(With::Function(path)), ..) => {
            let value = constant(model, emit!(#p::Property::by("", #path)));
            emit!(#p::Content::Value(#value))
        }
        (Some(With::Type(ty)), ..) => of_type(model, ty),
        (None, Some(ty), _) => of_type(model, &ty),
        (None, None, [field]) if !variant.named => value(model, field, item.fields.iter().next()),
        (None, None, fields) => of_fields(model, &item.fields, fields),
    };
    let written = (variant.written != variant.wire_name).then(|| {
        let name = &variant.written;
        emit!(.written(#name))
    });
    let untagged = variant.serde.untagged.then(|| emit!(.untagged()));
    let read_only = is_unread.then(|| emit!(.read_only()));
    let write_only = is_unwritten.then(|| emit!(.write_only()));
    let docs = docs(&item.attrs, &variant.schemars);
    Some(emit! {
        #(#cfgs)* #p::VariantSchema::new(#name, #content)#written #untagged #read_only #write_only #docs
    })
}

fn of_type(model: &Model, ty: &Type) -> TokenStream {
    let (p, of, span) = (private(), private_at(ty.span()), at(ty.span()));
    let of = quote_spanned!(span=> #of::Property::of::<#ty>);
    let value = constant(model, emit!(#of("")));
    emit!(#p::Content::Value(#value))
}
