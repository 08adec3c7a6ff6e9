//! One field: its `#[field(..)]` is read, and said again to serde and schemars.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Expr, Ident, Member, Meta, Type, parse_quote};

use super::names::Rule;
use super::serde::ItemSerde;
use crate::errors::Errors;
use crate::paths::{emit, private};
use crate::types;
use crate::vocabulary::{self, Vocabulary};

/// A field that may be checked.
pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    /// The name in the input.
    pub(crate) wire_name: String,
    pub(crate) words: Vocabulary,
    pub(crate) serde: ItemSerde,
    /// The function behind `default = expr`.
    pub(crate) default: Option<(Ident, Expr)>,
}

/// Where a field stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The type, as its functions are named: `Page::<T>`.
    pub(super) owner: &'a TokenStream,
    /// The variant, in an enum.
    pub(super) variant: Option<&'a Ident>,
    pub(super) rule: Rule,
}

impl Field {
    pub(super) fn read(
        field: &mut syn::Field,
        index: usize,
        place: Place<'_>,
        errors: &mut Errors,
    ) -> Self {
        let words = take_words(field, errors);
        check(field, &words, errors);
        let member = match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::from(index),
        };
        let default = words
            .default_expr()
            .map(|expr| (default_fn(place, &member), expr.clone()));
        say(field, &words, default.as_ref(), place.owner);
        let serde = ItemSerde::read(&field.attrs);
        let written = match &field.ident {
            Some(ident) => place.rule.field(&ident.unraw().to_string()),
            None => index.to_string(),
        };
        Self {
            wire_name: serde.rename.clone().unwrap_or(written),
            ty: field.ty.clone(),
            member,
            words,
            serde,
            default,
        }
    }

    /// Whether the input gives it.
    pub(crate) fn is_read(&self) -> bool {
        !self.serde.skipped
    }

    /// `p::fits::<T>(..)` for each constraint; a type parameter is judged where it is filled in.
    pub(super) fn fits(&self, params: &[&Ident]) -> TokenStream {
        match types::mentions_any(&self.ty, params) {
            true => TokenStream::new(),
            false => crate::arguments::fits(&self.words.constraints, &self.ty),
        }
    }
}

/// Takes the `#[field(..)]` attributes off the field.
fn take_words(field: &mut syn::Field, errors: &mut Errors) -> Vocabulary {
    let mut tokens = TokenStream::new();
    for attr in field
        .attrs
        .extract_if(.., |attr| attr.path().is_ident("field"))
    {
        match &attr.meta {
            Meta::List(list) => {
                let list = &list.tokens;
                let comma = (!tokens.is_empty()).then(|| quote!(,));
                tokens.extend(quote!(#comma #list));
            }
            _ => errors.on(
                attr.path(),
                "write `#[field(..)]`, with what it says about the field",
            ),
        }
    }
    Vocabulary::read(tokens, "`#[field]`", vocabulary::FIELD, errors)
}

fn check(field: &syn::Field, words: &Vocabulary, errors: &mut Errors) {
    words.check(errors);
    if words.read_only && words.write_only {
        errors.on(
            &field.ident,
            "a field that is neither read nor written is no part of the model: take `read_only` or `write_only` away",
        );
    }
    if let (Some(alias), None) = (&words.alias, words.literal_alias()) {
        errors.on(
            alias,
            "an alias is a string literal: `alias = \"itemName\"`",
        );
    }
}

/// Says the words in the languages of serde and schemars.
fn say(
    field: &mut syn::Field,
    words: &Vocabulary,
    default: Option<&(Ident, Expr)>,
    owner: &TokenStream,
) {
    let p = private();
    if let Some(alias) = words.literal_alias() {
        field.attrs.push(parse_quote!(#[serde(rename = #alias)]));
    }
    match (&words.default, default) {
        (_, Some((function, _))) => {
            let path = quote!(#owner::#function).to_string();
            field.attrs.push(parse_quote!(#[serde(default = #path)]));
        }
        (Some(_), None) => field.attrs.push(parse_quote!(#[serde(default)])),
        (None, None) => {}
    }
    if words.read_only {
        field.attrs.push(parse_quote!(#[serde(skip_deserializing)]));
    }
    if words.write_only && !words.read_only {
        field.attrs.push(parse_quote!(#[serde(skip_serializing)]));
    }
    let meta = meta(words);
    if !words.constraints.is_empty() || !meta.is_empty() {
        let constraints = words.constraints();
        field.attrs.push(parse_quote! {
            #[schemars(transform = #p::field_schema(#constraints, #p::FieldMeta::new()#meta))]
        });
    }
}

/// A doc comment is the description without our help.
fn meta(words: &Vocabulary) -> TokenStream {
    let common = words.meta(&Default::default());
    let read_only = words.read_only.then(|| emit!(.read_only()));
    let write_only = words.write_only.then(|| emit!(.write_only()));
    emit!(#common #read_only #write_only)
}

fn default_fn(place: Place<'_>, member: &Member) -> Ident {
    let member = match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    };
    let span = Span::mixed_site();
    match place.variant {
        Some(variant) => format_ident!("__default_{}_{member}", variant.unraw(), span = span),
        None => format_ident!("__default_{member}", span = span),
    }
}
