//! One field: reads `#[field(..)]`, and translates it for serde.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Ident, Member, Meta, Type, parse_quote};

use super::names::Rule;
use super::schemars::{self, SchemarsAttr};
use super::serde::ItemSerde;
use super::unchecked;
use crate::arguments::is_file;
use crate::errors::Errors;
use crate::fallback::is_of_an_argument;
use crate::field_attr::{self, FieldAttr};
use crate::keys;
use crate::paths::{at, emit, private_at};
use crate::spelled;
use crate::types;

/// A field that may be checked.
pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    /// The name in the input.
    pub(crate) wire_name: String,
    /// The name in the output.
    pub(super) written: String,
    pub(crate) attr: FieldAttr,
    pub(crate) serde: ItemSerde,
    pub(crate) schemars: SchemarsAttr,
    /// The function behind `default` and `default = expr`.
    pub(crate) default: Option<(Ident, Option<Expr>)>,
    /// The index among the checked fields of a type whose traits are derived.
    pub(crate) mark: Option<usize>,
    /// The `#[cfg(..)]`s, which also apply to everything generated for the field.
    pub(crate) cfgs: Vec<Attribute>,
}

/// Where a field is declared.
#[derive(Clone, Copy)]
pub(super) struct Location<'a> {
    /// The type, as a prefix for its functions: `Page::<T>`.
    pub(super) owner: &'a TokenStream,
    /// The variant, if the type is an enum.
    pub(super) variant: Option<&'a Ident>,
    pub(super) rule: Rule,
    pub(super) rule_out: Rule,
    /// Whether none of its traits are derived.
    pub(super) plain: bool,
    /// Whether its fields are unnamed.
    pub(super) is_unnamed: bool,
    /// Whether a name that belongs to no field is an error, or goes into a map, rather than being ignored.
    pub(super) sees_all: bool,
}

impl Location<'_> {
    /// Returns whether the type has parameters.
    fn is_generic(&self) -> bool {
        self.owner.clone().into_iter().count() > 1
    }
}

impl Field {
    pub(super) fn read(
        field: &mut syn::Field,
        index: usize,
        location: Location<'_>,
        errors: &mut Errors,
    ) -> Self {
        let mut schemars = SchemarsAttr::take(&mut field.attrs, schemars::PART, errors);
        unchecked::check(&mut field.attrs, "field", &mut schemars, errors);
        let attr = take_field_attrs(field, errors);
        for attr in field.attrs.extract_if(.., |attr| is_of_an_argument(attr)) {
            errors.on(
                attr.path(),
                "this attribute belongs on an argument: write `#[field(..)]` on a field",
            );
        }
        if let Some(elided) = types::first_elided(&field.ty) {
            // A plain model's field is checked through its type.
            if !location.plain {
                errors.on(
                    &elided,
                    "a model must own its data, since it outlives the text it was read from: write `String` instead of `&str`",
                );
            }
            field.ty = types::with_static_lifetime(&field.ty);
        }
        check(&attr, location, errors);
        attr.check_default_of(&field.ty, errors);
        let member = match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::from(index),
        };
        // In generic types it is left to serde, which adds a `Default` bound for the parameters, unless none is needed.
        let default = match &attr.default {
            Some((_, expr)) => Some(expr.clone()),
            None => attr.read_only.then_some(None),
        };
        let has_default = !location.is_generic() || spelled::is_empty_by_default(&field.ty);
        let default = default.filter(|expr| expr.is_some() || has_default);
        let default = default.map(|expr| (default_fn(location, &member), expr));
        let is_converted = ItemSerde::read(&field.attrs).converted;
        if !location.plain {
            add_attrs(field, &attr, default.as_ref(), location);
        }
        let mut serde = ItemSerde::read(&field.attrs);
        serde.converted = is_converted;
        if location.plain {
            serde.skipped = attr.read_only;
            if let (Some(alias), Some(_)) = (&attr.alias, &serde.rename) {
                errors.on(
                    alias,
                    "the field has two names, this one and serde's `rename`: remove one",
                );
            }
            serde.rename = attr.literal_alias().or(serde.rename);
        }
        let named = |rule: Rule| match &field.ident {
            Some(ident) => rule.field(&ident.unraw().to_string()),
            None => index.to_string(),
        };
        let (read, written) = (named(location.rule), named(location.rule_out));
        let renamed_out = match location.plain {
            true => serde.rename.clone(),
            false => serde.renamed_out.clone(),
        };
        Self {
            wire_name: serde.rename.clone().unwrap_or(read),
            written: renamed_out.unwrap_or(written),
            ty: field.ty.clone(),
            member,
            attr,
            serde,
            schemars,
            default,
            mark: None,
            cfgs: cfgs(&field.attrs),
        }
    }

    /// Returns the span of its type.
    pub(super) fn ty_span(&self) -> Span {
        self.ty.span()
    }

    /// Returns whether the output contains the field.
    pub(super) fn is_written(&self) -> bool {
        !self.attr.write_only || self.attr.read_only
    }

    /// Returns its name in the output, if it is written.
    pub(super) fn written_name(&self) -> Option<&str> {
        (self.is_written() && !self.serde.hidden).then_some(&*self.written)
    }

    /// Returns whether the input contains the field.
    pub(crate) fn is_read(&self) -> bool {
        !self.serde.skipped && !self.attr.read_only
    }

    /// Returns whether the described input lacks the field.
    pub(super) fn is_unread(&self) -> bool {
        !self.is_read() || self.schemars.is_unread
    }

    /// Returns whether the described output lacks the field.
    pub(super) fn is_unwritten(&self) -> bool {
        self.written_name().is_none() || self.schemars.is_unwritten
    }

    /// Returns whether the field is part of the described input or output.
    pub(super) fn is_described(&self) -> bool {
        !(self.is_unread() && self.is_unwritten())
    }

    /// Returns whether serde reads the field, and ignores what was sent.
    pub(super) fn ignoring(&self) -> Option<Ident> {
        let (default, _) = self.default.as_ref()?;
        let ignores = self.attr.read_only && !self.serde.skipped;
        ignores.then(|| ignore_fn(default))
    }

    /// Returns `p::fits::<T>(..)` for each constraint of the field, whose type is `ty`. A type parameter is checked
    /// where it is instantiated.
    pub(super) fn fits(&self, params: &[&Ident], ty: &Type) -> TokenStream {
        if types::mentions_any(&self.ty, params) {
            return TokenStream::new();
        }
        let fits = crate::arguments::fits(&self.attr.constraints, ty);
        let file = self.attr.is_file.then(|| is_file(&self.ty));
        let without = self.default.as_ref().filter(|(_, expr)| expr.is_none());
        let default = without.map(|_| {
            let (p, span) = (private_at(self.ty_span()), at(self.ty_span()));
            quote_spanned!(span=> #p::has_default::<#ty>();)
        });
        self.with_cfgs(quote!(#fits #file #default))
    }

    /// Returns the statements under the field's `#[cfg(..)]`s.
    pub(super) fn with_cfgs(&self, statements: TokenStream) -> TokenStream {
        let cfgs = &self.cfgs;
        match cfgs.is_empty() || statements.is_empty() {
            true => statements,
            false => emit!(#(#cfgs)* { #statements }),
        }
    }
}

/// Returns the `#[cfg(..)]`s among the attributes.
pub(super) fn cfgs(attrs: &[Attribute]) -> Vec<Attribute> {
    let cfgs = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    cfgs.cloned().collect()
}

/// Removes the `#[field(..)]` and `#[file(..)]` attributes from the field and returns their contents.
fn take_field_attrs(field: &mut syn::Field, errors: &mut Errors) -> FieldAttr {
    let tokens = take_attrs(field, "field", errors);
    let mut attr = FieldAttr::read(tokens, "`#[field]`", field_attr::FIELD, errors);
    let tokens = take_attrs(field, "file", errors);
    attr.is_file = !tokens.is_empty();
    for key in keys::read_tokens(tokens, "`#[file]`", field_attr::FILE, errors) {
        attr.take(&key, errors);
    }
    attr
}

/// Removes the attributes with a name from the field and returns their contents.
fn take_attrs(field: &mut syn::Field, name: &str, errors: &mut Errors) -> TokenStream {
    let mut tokens = TokenStream::new();
    for attr in field
        .attrs
        .extract_if(.., |attr| attr.path().is_ident(name))
    {
        match &attr.meta {
            Meta::List(list) => {
                let list = &list.tokens;
                let comma = (!tokens.is_empty()).then(|| quote!(,));
                tokens.extend(quote!(#comma #list));
            }
            _ => errors.on(
                attr.path(),
                format!("`#[{name}]` takes its keys in parentheses: write `#[{name}(..)]`"),
            ),
        }
    }
    tokens
}

fn check(attr: &FieldAttr, location: Location<'_>, errors: &mut Errors) {
    attr.check(errors);
    for (key, span) in &attr.spans {
        if location.is_unnamed {
            let message = format!("`{key}` is only for a named field: remove it");
            errors.at(*span, message);
        } else if *key == "required" && (attr.default.is_some() || attr.read_only) {
            errors.at(
                *span,
                "`required` contradicts `default` and `read_only`: remove one of them",
            );
        }
    }
    if let (Some(alias), None) = (&attr.alias, attr.literal_alias()) {
        errors.on(
            alias,
            "an alias must be a string literal: `alias = \"itemName\"`",
        );
    }
}

/// Translates the keys into serde attributes.
fn add_attrs(
    field: &mut syn::Field,
    attr: &FieldAttr,
    default: Option<&(Ident, Option<Expr>)>,
    location: Location<'_>,
) {
    let owner = location.owner;
    if let Some(alias) = attr.literal_alias() {
        field.attrs.push(parse_quote!(#[serde(rename = #alias)]));
    }
    match (&attr.default, default) {
        (_, Some((function, _))) => {
            let path = quote!(#owner::#function).to_string();
            field.attrs.push(parse_quote!(#[serde(default = #path)]));
        }
        (Some(_), None) => field.attrs.push(parse_quote!(#[serde(default)])),
        (None, None) => {}
    }
    if attr.required {
        let read = "::fastrs::__private::required";
        field
            .attrs
            .push(parse_quote!(#[serde(deserialize_with = #read)]));
    }
    if attr.read_only {
        field.attrs.extend(ignored(field, default, location));
    }
    if attr.write_only && !attr.read_only {
        field.attrs.push(parse_quote!(#[serde(skip_serializing)]));
    }
}

/// Returns the attributes of a field that is only written. What is sent for it is ignored, even where an unknown field
/// is an error or goes into a map. Fields of generic types, and those that serde reads in another way, are left to
/// serde.
fn ignored(
    field: &syn::Field,
    default: Option<&(Ident, Option<Expr>)>,
    location: Location<'_>,
) -> Vec<Attribute> {
    let serde = ItemSerde::read(&field.attrs);
    let is_own = serde.converted || serde.flatten || serde.skipped;
    let default = default.filter(|_| location.sees_all && !is_own);
    let Some((default, _)) = default else {
        return vec![parse_quote!(#[serde(skip_deserializing)])];
    };
    let function = ignore_fn(default);
    let owner = location.owner;
    let path = quote!(#owner::#function).to_string();
    vec![parse_quote!(#[serde(deserialize_with = #path)])]
}

fn ignore_fn(default: &Ident) -> Ident {
    format_ident!("{default}_ignoring", span = Span::mixed_site())
}

/// Returns the metadata calls. The doc comment is elsewhere.
pub(super) fn meta(attr: &FieldAttr) -> TokenStream {
    let common = attr.meta(&Default::default());
    let read_only = attr.read_only.then(|| emit!(.read_only()));
    let write_only = attr.write_only.then(|| emit!(.write_only()));
    let required = attr.required.then(|| emit!(.required()));
    let hidden = attr.hidden.then(|| emit!(.hidden()));
    let of_file = attr.of_file();
    emit!(#common #read_only #write_only #required #hidden #of_file)
}

fn default_fn(location: Location<'_>, member: &Member) -> Ident {
    let member = match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    };
    let span = Span::mixed_site();
    match location.variant {
        Some(variant) => format_ident!("__default_{}_{member}", variant.unraw(), span = span),
        None => format_ident!("__default_{member}", span = span),
    }
}
