//! The body of `Model::validate`: one call per rule, and one per field whose type may be a model.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Member, Path};

use super::field::Field;
use super::field_checks;
use super::item::Model;
use super::serde::Tagging;
use super::shape::{Shape, Variant};
use crate::paths::{at, emit, private, private_at};

/// Returns the calls that `validate` makes with `report`.
pub(super) fn validate(model: &Model) -> TokenStream {
    let own = match &model.shape {
        Shape::Struct(fields) => named(fields, of_self),
        Shape::Tuple(fields) => indexed(fields, of_self),
        Shape::Newtype(field) => rules(field, of_self(field, 0)),
        Shape::Enum {
            variants,
            scalar: false,
        } => variants_of(variants, &model.serde.tagging),
        Shape::Enum { .. } => TokenStream::new(),
    };
    let whole = model.attr.validate.as_ref().map(|path| {
        let (p, result) = (private_at(path.span()), validator_result(path, emit!(self)));
        quote_spanned!(at(path.span())=> #p::custom(#result, report);)
    });
    emit!(#own #whole)
}

fn of_self(field: &Field, _: usize) -> TokenStream {
    let member = &field.member;
    emit!(&self.#member)
}

fn bound(_: &Field, i: usize) -> TokenStream {
    let name = binding(i);
    quote!(#name)
}

fn binding(i: usize) -> syn::Ident {
    format_ident!("f{i}", span = Span::mixed_site())
}

type Value = fn(&Field, usize) -> TokenStream;

fn read_only(fields: &[Field]) -> impl Iterator<Item = (usize, &Field)> {
    fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is_read())
}

fn named(fields: &[Field], value: Value) -> TokenStream {
    let each =
        read_only(fields).map(|(i, field)| field.with_cfgs(field_rules(field, value(field, i))));
    quote!(#(#each)*)
}

fn indexed(fields: &[Field], value: Value) -> TokenStream {
    let each = read_only(fields).map(|(i, field)| {
        let rules = rules(field, value(field, i));
        match rules.is_empty() {
            true => rules,
            false => emit!(report.at_index(#i, |report| { #rules });),
        }
    });
    quote!(#(#each)*)
}

/// Returns the rules of a struct's field, given its value.
pub(super) fn field_rules(field: &Field, value: TokenStream) -> TokenStream {
    match field.serde.flatten {
        true => rules(field, value),
        false => rules_at(field, value),
    }
}

/// Returns the rules of one value, whose location is already set.
fn rules(field: &Field, value: TokenStream) -> TokenStream {
    let p = private();
    let satisfies = satisfies(field, &value);
    let custom = field.attr.validate.as_ref().map(|path| {
        let (p, result) = (
            private_at(path.span()),
            validator_result(path, value.clone()),
        );
        quote_spanned!(at(path.span())=> #p::custom(#result, report);)
    });
    let nested =
        field_checks::needs_check(field).then(|| emit!(#p::Field(#value).validate(report);));
    emit!(#satisfies #nested #custom)
}

/// Returns the rules of a struct's field. A violated constraint does not need to report its location.
fn rules_at(field: &Field, value: TokenStream) -> TokenStream {
    let (p, name) = (private(), &field.wire_name);
    let satisfies = satisfies(field, &value);
    let custom = field.attr.validate.as_ref().map(|path| {
        let (p, result) = (
            private_at(path.span()),
            validator_result(path, value.clone()),
        );
        quote_spanned!(at(path.span())=> #p::custom_at(#name, #result, report);)
    });
    let nested = field_checks::needs_check(field)
        .then(|| emit!(#p::Field(#value).validate_at(#name, report);));
    emit!(#satisfies #nested #custom)
}

fn satisfies(field: &Field, value: &TokenStream) -> Option<TokenStream> {
    let (p, constraints) = (private(), field.attr.constraints());
    (!field.attr.constraints.is_empty())
        .then(|| emit!(#p::Field(#value).check(&#constraints, report);))
}

/// Returns what the user's function says about a value. An error about the value is reported at the function.
fn validator_result(path: &Path, value: TokenStream) -> TokenStream {
    let (p, value) = (private_at(path.span()), located(value, path.span()));
    quote_spanned!(at(path.span())=> #p::validator(#path).check(#value))
}

/// Returns the same tokens with `span`, so that an error about them is reported there.
fn located(tokens: TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    tokens.collect()
}

fn variants_of(variants: &[Variant], tagging: &Tagging) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let (pattern, rules) = (pattern(variant), variant_rules(variant, tagging));
        let cfgs = &variant.cfgs;
        emit!(#(#cfgs)* #pattern => { #rules })
    });
    match variants.is_empty() {
        true => emit!(match *self {}),
        false => emit!(match self { #(#arms)* }),
    }
}

fn pattern(variant: &Variant) -> TokenStream {
    let ident = &variant.ident;
    let fields = read_only(&variant.fields).map(|(i, field)| {
        let (binding, member, cfgs) = (binding(i), member(&field.member), &field.cfgs);
        emit!(#(#cfgs)* #member: #binding)
    });
    match variant.serde.skipped {
        true => emit!(Self::#ident { .. }),
        false => emit!(Self::#ident { #(#fields,)* .. }),
    }
}

fn member(member: &Member) -> TokenStream {
    quote!(#member)
}

fn variant_rules(variant: &Variant, tagging: &Tagging) -> TokenStream {
    if variant.serde.skipped || variant.fields.is_empty() {
        return TokenStream::new();
    }
    let rules = match (variant.named, &*variant.fields) {
        (true, fields) => named(fields, bound),
        (false, [field]) => rules(field, bound(field, 0)),
        (false, fields) => indexed(fields, bound),
    };
    if rules.is_empty() || variant.serde.untagged {
        return rules;
    }
    let name = &variant.wire_name;
    let rules = match tagging {
        Tagging::Untagged => return rules,
        Tagging::External | Tagging::Internal => rules,
        Tagging::Adjacent { content } => emit!(report.at_field(#content, |report| { #rules });),
    };
    emit!(report.at_field(#name, |report| { #rules });)
}
