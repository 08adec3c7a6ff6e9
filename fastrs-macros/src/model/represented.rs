//! Types whose JSON has to be inspected before it is read: how they are represented, and how the rest of them is read.
//!
//! serde derives the rest, as for an externally tagged type with no flattened fields.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, Meta, Token, parse_quote};

use super::item::Model;
use super::serde::{Tagging, metas, name};
use super::{judge, mark};
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

/// Returns whether a type is read by its representation. Generic types are left to serde, which works out their bounds.
pub(super) fn is_represented(item: &DeriveInput, tagging: &Tagging) -> bool {
    let told = metas(&item.attrs, "serde");
    let is_own = item.generics.params.is_empty()
        && !told.iter().any(|meta| CONVERTED.contains(&&*name(meta)));
    is_own
        && match &item.data {
            Data::Struct(data) => data.fields.iter().any(is_flattened),
            Data::Enum(data) => {
                let mut variants = data.variants.iter();
                !matches!(tagging, Tagging::External)
                    && !data.variants.is_empty()
                    && !variants.any(|variant| says(&variant.attrs, "untagged"))
            }
            Data::Union(_) => false,
        }
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
    Some(emit! {
        #derived
        #schema
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #p::Represented for #ident {
            const REPRESENTATION: &'static #p::Representation = &#representation;
            fn read<'de, __D: #p::serde::Deserializer<'de>>(from: __D) -> #p::Read<'de, Self, __D> {
                #helper::deserialize(from)
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<'de> #p::serde::Deserialize<'de> for #ident {
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
    let bound = model.shape.fields().into_iter().any(is_marked);
    let bound = bound.then(|| mark::bound(&model.item));
    let bound = bound.map(|bound| emit!(#[serde(bound = #bound)]));
    item.ident = helper.clone();
    item.vis = syn::Visibility::Inherited;
    strip(&mut item.attrs, &["tag", "content", "untagged", "crate"]);
    match &mut item.data {
        Data::Struct(data) => strip_fields(&mut data.fields),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                strip(&mut variant.attrs, &[]);
                strip_fields(&mut variant.fields);
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

fn strip_fields(fields: &mut Fields) {
    for field in fields {
        let key = is_flattened(field).then(|| key(field));
        strip(&mut field.attrs, &["flatten"]);
        if let Some(key) = key {
            field.attrs.push(parse_quote!(#[serde(rename = #key)]));
        }
    }
}

/// Removes these keys, and every attribute except `serde` and `cfg`.
fn strip(attrs: &mut Vec<Attribute>, words: &[&str]) {
    attrs.retain(|attr| attr.path().is_ident("serde") || attr.path().is_ident("cfg"));
    for attr in attrs
        .iter_mut()
        .filter(|attr| attr.path().is_ident("serde"))
    {
        let told = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let Ok(told) = told else { continue };
        let kept = told.iter().filter(|meta| !words.contains(&&*name(meta)));
        *attr = parse_quote!(#[serde(#(#kept),*)]);
    }
}

/// Returns the name under which a flattened field is read. No client sends it.
fn key(field: &Field) -> String {
    let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string());
    format!("\0{}", ident.unwrap_or_default())
}

fn is_flattened(field: &Field) -> bool {
    says(&field.attrs, "flatten")
}

fn says(attrs: &[Attribute], word: &str) -> bool {
    metas(attrs, "serde")
        .iter()
        .any(|meta| meta.path().is_ident(word))
}

fn representation(model: &Model) -> TokenStream {
    let (p, serde) = (private(), &model.serde);
    let closed = says(&model.item.attrs, "deny_unknown_fields");
    if let Data::Struct(data) = &model.item.data {
        let read = data.fields.iter().zip(model.shape.fields());
        let read = read.filter(|(field, _)| {
            is_flattened(field)
                && !says(&field.attrs, "skip")
                && !says(&field.attrs, "skip_deserializing")
        });
        let fields = read.map(|(field, read)| {
            let (key, ty, span) = (key(field), judge::judged(model, read), field.ty.span());
            let of = private_at(span);
            let names = quote_spanned!(at(span)=> #of::names_of::<#ty>);
            emit!(#p::FlattenedField { key: #key, names: #names })
        });
        return emit!(#p::Representation::Flattened { fields: &[#(#fields),*], closed: #closed });
    }
    let tag = &serde.tag;
    match &serde.tagging {
        Tagging::Adjacent { content } => {
            emit!(#p::Representation::Adjacent { tag: #tag, content: #content, closed: #closed })
        }
        Tagging::Internal | Tagging::External => emit!(#p::Representation::Internal { tag: #tag }),
        Tagging::Untagged => emit!(#p::Representation::Untagged(&SCHEMA)),
    }
}
