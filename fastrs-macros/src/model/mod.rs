//! `#[model]`: read, check, emit.

mod attr;
mod cfg_attr;
mod comment;
mod describe;
mod emit;
mod field;
mod field_checks;
mod full_name;
mod generics;
mod item;
mod mark;
mod names;
mod patch;
mod plain;
mod property;
mod represented;
mod schemars;
mod serde;
mod serde_keys;
mod shape;
mod unchecked;
mod validate;

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Ident, Path, Token, parse_quote};

use crate::errors::Errors;
use crate::paths::{emit, name_at};
use crate::types;
use attr::ModelAttr;
use item::Model;
use schemars::SchemarsAttr;
use serde::ContainerSerde;
use shape::Shape;

/// Expands `#[model]`. Mistakes are left out of the result, so that the model still works for its users.
pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut item = match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(parsed) => parsed,
        Err(error) => {
            let error = not_a_type(&item).unwrap_or(error).into_compile_error();
            return quote!(#item #error);
        }
    };
    if let Some(split) = cfg_attr::split(&attr, &item) {
        return split;
    }
    let mut errors = Errors::default();
    let attr = ModelAttr::read(attr, &mut errors);
    check(&item, &mut errors);
    once(&mut item, &mut errors);
    fields_once(&mut item, &mut errors);
    serde_keys::check(&mut item, &mut errors);
    let default = Ident::new("__default", Span::mixed_site());
    let default = serde_keys::name_default(&mut item, &default).map(|span| name_at(&default, span));
    let serde = ContainerSerde::read(&item.attrs);
    let schemars = SchemarsAttr::take(&mut item.attrs, schemars::TYPE, &mut errors);
    let plain = plain::is_plain(&item);
    let represented = represented::is_represented(&item, &serde.tagging);
    represented::check(&item, &serde.tagging, &mut errors);
    let mut shape = Shape::read(&mut item, &serde, plain, &mut errors);
    if !plain {
        mark::mark(&mut item, &mut shape);
    }
    attr.check(&item, &shape, &mut errors);
    let is_union = matches!(item.data, Data::Union(_));
    if is_union || item.generics.lifetimes().next().is_some() {
        let errors = errors.into_tokens();
        return quote!(#item #errors);
    }
    let model = Model {
        item,
        attr,
        serde,
        schemars,
        shape,
        plain,
        default,
        represented,
    };
    let (emitted, errors) = (emit::emit(&model), errors.into_tokens());
    emit!(#emitted #errors)
}

/// Moves a `#[serde(..)]` above `#[model]` below it, where it is recognized.
pub(crate) fn serde_above(attr: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(mut item) = syn::parse2::<DeriveInput>(item.clone()) else {
        return item;
    };
    let derives = |attr: &Attribute| {
        let name = attr
            .path()
            .segments
            .last()
            .map(|last| last.ident.to_string());
        matches!(name.as_deref(), Some("model" | "derive"))
    };
    if !item.attrs.iter().any(derives) {
        let error = syn::Error::new(
            Span::call_site(),
            "`#[serde(..)]` configures `#[model]`: put `#[model]` above it",
        )
        .into_compile_error();
        return quote!(#item #error);
    }
    item.attrs.push(parse_quote!(#[serde(#attr)]));
    item.into_token_stream()
}

fn not_a_type(item: &TokenStream) -> Option<syn::Error> {
    let is_type = |token: proc_macro2::TokenTree| {
        let word = token.to_string();
        word == "struct" || word == "enum" || word == "union"
    };
    let is_type = item.clone().into_iter().any(is_type);
    (!is_type).then(|| {
        syn::Error::new_spanned(
            item,
            "`#[model]` is for a type: put it above a `struct` or an `enum`",
        )
    })
}

fn check(item: &DeriveInput, errors: &mut Errors) {
    for param in &item.generics.params {
        if let GenericParam::Lifetime(lifetime) = param {
            errors.on(
                lifetime,
                "a model must own its data, since it outlives the text it was read from: write `String` instead of `&str`",
            );
        }
    }
    if let Data::Union(data) = &item.data {
        errors.at(
            data.union_token.span,
            "a model must be a `struct` or an `enum`",
        );
    }
}

/// Removes explicit derives of the traits that `#[model]` already derives.
fn once(item: &mut DeriveInput, errors: &mut Errors) {
    let again = item
        .attrs
        .extract_if(.., |attr| attr.path().is_ident("model"));
    for attr in again {
        errors.on(attr.path(), "`#[model]` appears twice: remove one");
    }
    for attr in &mut item.attrs {
        let paths = Punctuated::<Path, Token![,]>::parse_terminated;
        let derived = match attr.path().is_ident("derive") {
            true => attr.parse_args_with(paths).unwrap_or_default(),
            false => continue,
        };
        let (own, others): (Vec<_>, Vec<_>) = derived.into_iter().partition(is_derived);
        if let Some(first) = own.first() {
            let all: Vec<_> = own.iter().map(types::spelled).collect();
            errors.on(
                first,
                format!(
                    "`#[model]` already derives `{}`: remove it",
                    all.join("`, `")
                ),
            );
            *attr = parse_quote!(#[derive(#(#others),*)]);
        }
    }
}

/// Removes fields that repeat another field's name, since rustc would also report them in the derived code.
fn fields_once(item: &mut DeriveInput, errors: &mut Errors) {
    let all: Vec<&mut Fields> = match &mut item.data {
        Data::Struct(data) => vec![&mut data.fields],
        Data::Enum(data) => data
            .variants
            .iter_mut()
            .map(|variant| &mut variant.fields)
            .collect(),
        Data::Union(_) => Vec::new(),
    };
    for fields in all {
        let Fields::Named(fields) = fields else {
            continue;
        };
        let mut seen = BTreeSet::new();
        let mut kept = Punctuated::new();
        for field in std::mem::take(&mut fields.named) {
            let is_optional = field.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
            match &field.ident {
                Some(name) if !is_optional && !seen.insert(name.to_string()) => {
                    errors.on(
                        name,
                        format!("the field `{name}` appears twice: remove one"),
                    );
                }
                _ => kept.push(field),
            }
        }
        fields.named = kept;
    }
}

fn is_derived(path: &Path) -> bool {
    let name = path.segments.last().map(|last| last.ident.to_string());
    name.is_some_and(|name| ["Serialize", "Deserialize", "JsonSchema"].contains(&&*name))
}

#[cfg(test)]
mod tests;
