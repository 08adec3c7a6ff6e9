//! The code that serde's derives would write for a plain struct, as calls into precompiled fastrs code.
//!
//! Most models are plain structs, and the derives generate hundreds of lines for each, which the compiler has to check
//! again every time.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields, Meta, Token};

use super::field::Field;
use super::field_checks;
use super::item::Model;
use super::names::Rule;
use super::serde::{metas, text};
use super::shape::Shape;
use crate::paths::{at, emit, private, private_at};

/// Fields are nested inside each other, and the compiler's recursion limit does not allow many more.
const MOST_FIELDS: usize = 32;

/// Returns whether fastrs supports all serde attributes of the item. Other items are left to the derives.
pub(super) fn is_plain(item: &DeriveInput) -> bool {
    let Data::Struct(data) = &item.data else {
        return false;
    };
    let Fields::Named(fields) = &data.fields else {
        return false;
    };
    let mut fields_attrs = fields.named.iter().map(|field| &field.attrs);
    fields.named.len() <= MOST_FIELDS
        && item.generics.params.is_empty()
        && item.generics.where_clause.is_none()
        && all_known(&item.attrs, &["rename", "rename_all"])
        && fields_attrs.all(|attrs| all_known(attrs, &["rename"]))
}

/// Returns whether every attribute is supported. A repeated key is left to serde, which reports it.
fn all_known(attrs: &[Attribute], serde: &[&str]) -> bool {
    let entries = metas(attrs);
    let appears_once = |name: &&str| {
        entries
            .iter()
            .filter(|meta| meta.path().is_ident(*name))
            .count()
            <= 1
    };
    serde.iter().all(appears_once) && attrs.iter().all(|attr| is_known(attr, serde))
}

/// Returns whether the attribute is one of serde's that is read here the way serde reads it, or one that serde does not
/// use.
fn is_known(attr: &Attribute, serde: &[&str]) -> bool {
    let named = |name| attr.path().is_ident(name);
    if named("serde") {
        let metas = Punctuated::<Meta, Token![,]>::parse_terminated;
        let metas = attr.parse_args_with(metas).unwrap_or_default();
        return !metas.is_empty() && metas.iter().all(|meta| is_read(meta, serde));
    }
    let others = ["cfg", "cfg_attr", "deprecated"];
    !others.iter().any(|name| named(name))
}

fn is_read(meta: &Meta, known: &[&str]) -> bool {
    let is_rule = meta.path().is_ident("rename_all");
    known.iter().any(|name| meta.path().is_ident(name))
        && text(meta).is_some_and(|text| !is_rule || Rule::named(&text).is_some())
}

/// Returns the impls of `Serialize` and `Deserialize`.
pub(super) fn impls(model: &Model) -> Option<TokenStream> {
    let fields = match &model.shape {
        Shape::Struct(fields) if model.plain => fields,
        _ => return None,
    };
    let (write, read) = (write(model, fields), read(model, fields));
    Some(emit!(#write #read))
}

fn write(model: &Model, fields: &[Field]) -> TokenStream {
    let (p, ident, name) = (private(), &model.item.ident, name(model));
    let written = fields.iter().filter(|field| field.is_written());
    let members = written.rev().fold(emit!(()), |rest, field| {
        let (member, name) = (&field.member, &field.wire_name);
        let span = at(field.ty_span());
        let (p, ty) = (private_at(span), field_checks::turbofish(model, field));
        quote_spanned!(span=> (#p::Member #ty (#name, &self.#member), #rest))
    });
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #p::serde::Serialize for #ident {
            fn serialize<__S: #p::serde::Serializer>(&self, to: __S) -> #p::Written<__S> {
                #p::write_struct(to, #name, #members)
            }
        }
    }
}

fn read(model: &Model, fields: &[Field]) -> TokenStream {
    let (p, ident, name) = (private(), &model.item.ident, name(model));
    let read: Vec<&Field> = fields.iter().filter(|field| field.is_read()).collect();
    let names = read.iter().map(|field| &field.wire_name);
    let types = read.iter().rev().fold(emit!(()), |rest, field| {
        let (ty, span) = (field_checks::checked_type(model, field), field.ty_span());
        let (p, rest) = (private_at(span), rest);
        match field.default {
            Some(_) => quote_spanned!(at(span)=> (#p::Defaulted<#ty>, #rest)),
            None if field.attr.required => quote_spanned!(at(span)=> (#p::Required<#ty>, #rest)),
            None => quote_spanned!(at(span)=> (#p::Needed<#ty>, #rest)),
        }
    });
    let values = (0..read.len()).rev().fold(emit!(()), |rest, i| {
        let value = binding(i);
        emit!((#value, #rest))
    });
    let mut bindings = (0..read.len()).map(binding);
    let built = fields.iter().map(|field| {
        let member = &field.member;
        let default = field.default.as_ref().map(|(default, _)| default);
        match (field.is_read().then(|| bindings.next()).flatten(), default) {
            (Some(value), Some(default)) => emit!(#member: #p::or(#value, Self::#default)),
            (Some(value), None) => emit!(#member: #value),
            (None, default) => emit!(#member: Self::#default()),
        }
    });
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<'de> #p::serde::Deserialize<'de> for #ident {
            fn deserialize<__D: #p::serde::Deserializer<'de>>(from: __D) -> #p::Read<'de, Self, __D> {
                #p::read_struct::<#types, __D, Self>(from, #name, &[#(#names),*], |#values| Self { #(#built),* })
            }
        }
    }
}

fn binding(i: usize) -> syn::Ident {
    format_ident!("f{i}", span = Span::mixed_site())
}

/// Returns the type's name on the wire.
pub(super) fn name(model: &Model) -> String {
    let renamed = model.serde.rename.clone();
    renamed.unwrap_or_else(|| model.item.ident.unraw().to_string())
}

pub(super) fn item_fields(item: &DeriveInput) -> Vec<&syn::Field> {
    match &item.data {
        Data::Struct(data) => data.fields.iter().collect(),
        _ => Vec::new(),
    }
}
