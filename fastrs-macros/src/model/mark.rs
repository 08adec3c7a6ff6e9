//! Fields of types whose traits are derived. A derive would report a type that cannot be a field three times;
//! [`field_checks`](super::field_checks) reports it once.
//!
//! If a field is rejected, the bounds of serde's impls resolve to errors, so that the compiler reports nothing else
//! about them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Ident, parse_quote};

use super::field::Field;
use super::field_checks::{is_not_send, needs_check};
use super::serde::metas;
use super::shape::Shape;
use crate::spelled;
use crate::types;

/// serde keys that are allowed on a type, a variant or a field whose fields are checked. None of them substitutes
/// another type.
const CONTAINER: &[&str] = &[
    "rename",
    "rename_all",
    "rename_all_fields",
    "tag",
    "content",
    "untagged",
    "default",
    "deny_unknown_fields",
    "transparent",
    "expecting",
];
const VARIANT: &[&str] = &["rename", "rename_all", "alias", "untagged", "other"];
const FIELD: &[&str] = &[
    "rename",
    "alias",
    "default",
    "flatten",
    "skip_serializing_if",
    "skip_serializing",
    "skip_deserializing",
];

/// Numbers the checked fields, and adds the matching attributes for serde.
pub(super) fn mark(item: &mut DeriveInput, shape: &mut Shape) {
    if !has_only_keys(&item.attrs, CONTAINER) {
        return;
    }
    let mut marks = Marks {
        owner: owner(item),
        params: params(item),
        next: 0,
    };
    match (&mut item.data, shape) {
        (Data::Struct(data), Shape::Struct(fields) | Shape::Tuple(fields)) => {
            marks.fields(&mut data.fields, fields.iter_mut());
        }
        (Data::Struct(data), Shape::Newtype(field)) if data.fields.len() == 1 => {
            marks.fields(&mut data.fields, [&mut **field].into_iter());
        }
        (Data::Enum(data), Shape::Enum { variants, .. }) => {
            for (item, variant) in data.variants.iter_mut().zip(variants) {
                if variant.cfgs.is_empty() && has_only_keys(&item.attrs, VARIANT) {
                    marks.fields(&mut item.fields, variant.fields.iter_mut());
                }
            }
        }
        _ => {}
    }
    if marks.next > 0 && marks.params.is_empty() {
        let bound = bound(item);
        // The bound is hidden because documentation shows the bounds of impls.
        item.attrs
            .push(parse_quote!(#[cfg_attr(not(doc), serde(bound = #bound))]));
    }
}

/// Returns the serde bound for the impls of a type with marks.
pub(super) fn bound(item: &DeriveInput) -> String {
    sized(&owner(item), 0)
}

fn sized(owner: &TokenStream, mark: usize) -> String {
    format!("{}: ::core::marker::Sized", path(owner, mark))
}

/// Returns the type of a field, or an error that has already been reported.
fn path(owner: &TokenStream, mark: usize) -> String {
    quote!(<#owner as ::fastrs::__private::Marked<#mark>>::Type).to_string()
}

fn owner(item: &DeriveInput) -> TokenStream {
    let (name, args) = (&item.ident, item.generics.split_for_impl().1);
    quote!(#name #args)
}

fn params(item: &DeriveInput) -> Vec<Ident> {
    let params = item.generics.params.iter();
    params
        .map(|param| match param {
            GenericParam::Type(param) => param.ident.clone(),
            GenericParam::Const(param) => param.ident.clone(),
            GenericParam::Lifetime(param) => param.lifetime.ident.clone(),
        })
        .collect()
}

struct Marks {
    owner: TokenStream,
    /// The type's parameters. A field whose type contains one is checked where the type is instantiated.
    params: Vec<Ident>,
    next: usize,
}

impl Marks {
    fn fields<'a>(&mut self, items: &mut Fields, fields: impl Iterator<Item = &'a mut Field>) {
        for (item, field) in items.iter_mut().zip(fields) {
            let is_described = field.schemars.with.is_some();
            let params: Vec<&Ident> = self.params.iter().collect();
            let is_own = !types::mentions_any(&field.ty, &params);
            let is_there = field.cfgs.is_empty() && !is_described && is_own;
            if is_there
                && has_only_keys(&item.attrs, FIELD)
                && needs_check(field)
                && is_simple(field)
            {
                // A bound on a generic type would replace those that serde works out for its parameters.
                if !self.params.is_empty() {
                    let bound = sized(&self.owner, self.next);
                    item.attrs
                        .push(parse_quote!(#[cfg_attr(not(doc), serde(bound = #bound))]));
                }
                field.mark = Some(self.next);
                self.next += 1;
            }
        }
    }
}

/// Returns whether the field's type can be checked on its own. The contents of an unknown container may be the checked
/// type itself, which cannot be checked on its own.
fn is_simple(field: &Field) -> bool {
    let leaves = spelled::leaves(&field.ty);
    leaves.iter().all(|leaf| {
        spelled::last(leaf).is_some_and(|segment| segment.arguments.is_none()) || is_not_send(leaf)
    })
}

fn has_only_keys(attrs: &[Attribute], known: &[&str]) -> bool {
    metas(attrs)
        .iter()
        .all(|meta| known.iter().any(|name| meta.path().is_ident(name)))
}
