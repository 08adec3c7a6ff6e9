//! Types whose JSON has to be inspected before it is read: how they are represented, and how their contents are read.
//!
//! serde derives the code that reads the contents, as for an externally tagged type with no flattened fields.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, Meta, Token, parse_quote};

use super::generics::with_readable_models;
use super::item::Model;
use super::serde::{Tagging, has_key, metas, name};
use super::shape::Shape;
use super::{field_checks, mark};
use crate::errors::Errors;
use crate::paths::{at, emit, private, private_at};

/// Container keys that convert the type into another.
const CONVERTED: [&str; 6] = [
    "from",
    "try_from",
    "remote",
    "transparent",
    "field_identifier",
    "variant_identifier",
];

/// Returns whether a type is read by its representation.
pub(super) fn is_represented(item: &DeriveInput, tagging: &Tagging) -> bool {
    let entries = metas(&item.attrs);
    !entries.iter().any(|meta| CONVERTED.contains(&&*name(meta)))
        && is_inspected(item, tagging)
        && left_to_serde(item, tagging).is_none()
}

/// Returns whether a type's JSON has to be inspected before it is read.
fn is_inspected(item: &DeriveInput, tagging: &Tagging) -> bool {
    match &item.data {
        Data::Enum(data) if data.variants.is_empty() => false,
        Data::Enum(_) if !matches!(tagging, Tagging::External) => true,
        _ => fields(&item.data).any(is_flattened),
    }
}

/// Returns why a type is left to serde, which drops data of flattened fields.
fn left_to_serde(item: &DeriveInput, tagging: &Tagging) -> Option<&'static str> {
    let is_generic = !item.generics.params.is_empty();
    if let Data::Enum(data) = &item.data
        && data
            .variants
            .iter()
            .any(|variant| has_key(&variant.attrs, "untagged"))
    {
        return Some("an enum with an `untagged` variant");
    }
    if is_generic && matches!(tagging, Tagging::Untagged) {
        return Some("a generic `untagged` enum");
    }
    (is_generic && has_key(&item.attrs, "bound")).then_some("a generic type with a `bound`")
}

/// Reports flattened fields that would be left to serde.
pub(super) fn check(item: &DeriveInput, tagging: &Tagging, errors: &mut Errors) {
    let Some(of) = left_to_serde(item, tagging) else {
        return;
    };
    let entries = fields(&item.data).flat_map(|field| metas(&field.attrs));
    for flatten in entries.filter(|meta| meta.path().is_ident("flatten")) {
        errors.on(
            flatten,
            format!("`flatten` in {of} would lose data: write the fields out, or nest the value"),
        );
    }
}

fn fields(data: &Data) -> impl Iterator<Item = &Field> {
    let (of_struct, of_enum) = match data {
        Data::Struct(data) => (Some(&data.fields), None),
        Data::Enum(data) => (None, Some(&data.variants)),
        Data::Union(_) => (None, None),
    };
    let variants = of_enum.into_iter().flatten().map(|variant| &variant.fields);
    of_struct.into_iter().chain(variants).flatten()
}

/// Returns the impls of `Represented` and `Deserialize`.
pub(super) fn impls(model: &Model) -> Option<TokenStream> {
    if !model.represented {
        return None;
    }
    let (p, ident) = (private(), &model.item.ident);
    let helper = format_ident!("__Read{}", ident.unraw(), span = Span::call_site());
    let (derived, representation) = (derived(model, &helper), representation(model));
    let schema = matches!(model.serde.tagging, Tagging::Untagged)
        .then(|| emit!(static SCHEMA: #p::InputSchema = #p::InputSchema::of::<#ident>();));
    let generics = with_readable_models(model);
    let (params, args, clause) = generics.split_for_impl();
    let mut with_lifetime = generics.clone();
    with_lifetime.params.insert(0, parse_quote!('de));
    let (params_de, turbofish) = (with_lifetime.split_for_impl().0, args.as_turbofish());
    Some(emit! {
        #derived
        #schema
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #params #p::Represented for #ident #args #clause {
            const REPRESENTATION: &'static #p::Representation = &#representation;
            fn read<'de, __D: #p::serde::Deserializer<'de>>(from: __D) -> #p::Read<'de, Self, __D> {
                #helper #turbofish::deserialize(from)
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #params_de #p::serde::Deserialize<'de> for #ident #args #clause {
            fn deserialize<__D: #p::serde::Deserializer<'de>>(from: __D) -> #p::Read<'de, Self, __D> {
                #p::read_represented(from)
            }
        }
    })
}

/// Returns the helper type that serde derives from.
fn derived(model: &Model, helper: &Ident) -> TokenStream {
    let ident = &model.item.ident;
    let (remote, mut item) = (ident.to_string(), model.item.clone());
    let is_marked = |field: &super::field::Field| field.mark.is_some();
    // For a generic type, serde works out the bounds of its parameters.
    let is_generic = !model.item.generics.params.is_empty();
    let bound = !is_generic && model.shape.fields().into_iter().any(is_marked);
    let bound = bound.then(|| mark::bound(&model.item));
    let bound = bound.map(|bound| emit!(#[serde(bound = #bound)]));
    item.ident = helper.clone();
    item.vis = syn::Visibility::Inherited;
    strip(&mut item.attrs, &["tag", "content", "untagged", "crate"]);
    match &mut item.data {
        Data::Struct(data) => strip_fields(&mut data.fields, None),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                strip(&mut variant.attrs, &[]);
                strip_fields(&mut variant.fields, Some(&variant.ident));
            }
        }
        Data::Union(_) => {}
    }
    let derive = quote!(#[derive(::fastrs::__private::serde::Deserialize)]);
    emit! {
        #derive
        #[serde(remote = #remote, crate = "::fastrs::__private::serde")]
        #bound
        #[allow(dead_code, non_camel_case_types, clippy::all)]
        #item
    }
}

fn strip_fields(fields: &mut Fields, variant: Option<&Ident>) {
    for field in fields {
        let key = is_flattened(field).then(|| key(field, variant));
        strip(&mut field.attrs, &["flatten"]);
        if let Some(key) = key {
            field.attrs.push(parse_quote!(#[serde(rename = #key)]));
        }
    }
}

/// Removes these keys, and every attribute except `serde` and `cfg`.
fn strip(attrs: &mut Vec<Attribute>, keys: &[&str]) {
    attrs.retain(|attr| attr.path().is_ident("serde") || attr.path().is_ident("cfg"));
    for attr in attrs
        .iter_mut()
        .filter(|attr| attr.path().is_ident("serde"))
    {
        let entries = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let Ok(entries) = entries else { continue };
        let kept = entries.iter().filter(|meta| !keys.contains(&&*name(meta)));
        *attr = parse_quote!(#[serde(#(#kept),*)]);
    }
}

/// Returns the name under which a flattened field is read. No client sends it.
fn key(field: &Field, variant: Option<&Ident>) -> String {
    let variant = variant
        .map(|variant| format!("{variant}\0"))
        .unwrap_or_default();
    let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string());
    format!("\0{variant}{}", ident.unwrap_or_default())
}

fn is_flattened(field: &Field) -> bool {
    has_key(&field.attrs, "flatten")
}

fn representation(model: &Model) -> TokenStream {
    let (p, tag) = (private(), &model.serde.tag);
    let closed = has_key(&model.item.attrs, "deny_unknown_fields");
    let layout = match (&model.item.data, &model.serde.tagging) {
        (Data::Enum(_), Tagging::External) => emit!(External),
        (Data::Enum(_), Tagging::Internal) => emit!(Internal { tag: #tag }),
        (Data::Enum(_), Tagging::Adjacent { content }) => {
            emit!(Adjacent { tag: #tag, content: #content })
        }
        (Data::Enum(_), Tagging::Untagged) => emit!(Untagged(&SCHEMA)),
        _ => emit!(Struct),
    };
    let flattened = match (&model.item.data, &model.shape) {
        (Data::Enum(data), Shape::Enum { variants, .. }) => {
            let variants = data.variants.iter().zip(variants);
            variants
                .flat_map(|(item, variant)| {
                    flattened(model, &item.fields, &variant.fields, Some(&item.ident))
                })
                .collect()
        }
        (Data::Struct(data), Shape::Struct(read)) => flattened(model, &data.fields, read, None),
        _ => Vec::new(),
    };
    emit! {
        #p::Representation { layout: #p::Layout::#layout, flattened: &[#(#flattened),*], closed: #closed }
    }
}

/// Returns the flattened fields of a struct or a variant.
fn flattened(
    model: &Model,
    fields: &Fields,
    read: &[super::field::Field],
    variant: Option<&Ident>,
) -> Vec<TokenStream> {
    let p = private();
    let fields = fields.iter().zip(read);
    let fields = fields.filter(|(field, read)| is_flattened(field) && read.is_read());
    fields
        .map(|(field, read)| {
            let (key, ty, span) = (
                key(field, variant),
                field_checks::checked_type(model, read),
                field.ty.span(),
            );
            let (of, cfgs) = (private_at(span), &read.cfgs);
            let names = quote_spanned!(at(span)=> #of::names_of::<#ty>);
            emit!(#(#cfgs)* #p::FlattenedField { key: #key, names: #names })
        })
        .collect()
}
