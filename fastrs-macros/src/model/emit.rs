//! A model's generated code: the item with its derives, and its fastrs metadata.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, parse_quote};

use super::describe;
use super::field::Field;
use super::field_checks;
use super::generics::{readable, with_models};
use super::item::Model;
use super::patch;
use super::plain;
use super::represented;
use super::shape::Shape;
use super::validate::validate;
use crate::field_attr::default_value;
use crate::paths::{emit, fallbacks, private, private_at};
use crate::spelled;
use crate::types;
use crate::unknown;

pub(super) fn emit(model: &Model) -> TokenStream {
    let (item, defaults, checks) = (item(model), defaults(model), checks(model));
    let (rules, element) = (rules(model), element(model));
    let (constrain, plain) = (constrain(model), plain::impls(model));
    let (represented, schema) = (represented::impls(model), describe::schema(model));
    let (fields_check, outer_check) = (
        field_checks::fields_check(model),
        field_checks::outer_check(model),
    );
    let (patch, import) = (patch::patch(model), fallbacks());
    let column = model.attr.column(&model.item, &model.shape);
    emit! {
        #item
        #outer_check
        const _: () = {
            #import
            #defaults
            #fields_check
            #plain
            #represented
            #schema
            #rules
            #element
            #constrain
            #patch
            #column
            #checks
        };
    }
}

/// Returns the item itself. Its derives come first, so that the attributes below them are recognized.
fn item(model: &Model) -> TokenStream {
    let (p, item) = (private(), field_checks::item(model));
    let serde = has_serde(&item);
    let borrows = |field: &&Field| types::first_elided(&field.ty).is_some();
    let (fields, item) = (model.shape.fields(), item.to_token_stream());
    // Only a type inside another one would be reported twice; the spans of other items stay short.
    let is_nested = fields
        .iter()
        .any(|field| spelled::has_inner_leaves(&field.ty));
    let item = match is_nested && !fields.iter().any(borrows) {
        true => unknown::reported_once(&model.item.generics, item),
        false => item,
    };
    if model.plain {
        let attributes = serde.then(|| emit!(#[derive(#p::Attributes)]));
        return emit!(#attributes #item);
    }
    let read = (!model.represented).then(|| quote!(, ::fastrs::__private::serde::Deserialize));
    // Not `emit!`: serde's local variables have the derive's hygiene, but some have the hygiene of a path that the user
    // wrote.
    let derive = quote!(#[derive(::fastrs::__private::serde::Serialize #read)]);
    emit! {
        #derive
        #[serde(crate = "::fastrs::__private::serde")]
        #item
    }
}

/// Returns whether the item has serde attributes. They stay on the item, for other derives that read them.
fn has_serde(item: &DeriveInput) -> bool {
    let fields = plain::item_fields(item);
    let attrs = fields.iter().flat_map(|field| &field.attrs);
    item.attrs
        .iter()
        .chain(attrs)
        .any(|attr| attr.path().is_ident("serde"))
}

/// Returns the functions behind `default` and `default = expr`.
fn defaults(model: &Model) -> Option<TokenStream> {
    let p = private();
    let mut functions: Vec<_> = model
        .shape
        .fields()
        .into_iter()
        .filter_map(|field| {
            let ((name, value), ty) = (field.default.as_ref()?, &field.ty);
            let cfgs = &field.cfgs;
            let value = match value {
                Some(value) => default_value(value),
                None => emit!(#p::Can::<#ty>::default_value()),
            };
            let ignoring = field.ignoring().map(|ignoring| {
                emit! {
                    #(#cfgs)*
                    #[doc(hidden)]
                    fn #ignoring<'de, __D: #p::serde::Deserializer<'de>>(from: __D) -> #p::Read<'de, #ty, __D> {
                        #p::ignored(from, Self::#name)
                    }
                }
            });
            Some(emit! {
                #(#cfgs)*
                #[doc(hidden)]
                fn #name() -> #ty {
                    #value
                }
                #ignoring
            })
        })
        .collect();
    let name = &model.item.ident;
    let own = model.default.as_ref().map(|default| {
        let p = private_at(default.span());
        quote_spanned!(default.span()=> fn #default() -> Self {
            #p::has_default::<Self>();
            #p::Can::<Self>::default_value()
        })
    });
    functions.extend(own);
    let (params, args, clause) = model.item.generics.split_for_impl();
    (!functions.is_empty()).then(|| {
        emit! {
            #[automatically_derived]
            #[allow(non_snake_case)]
            impl #params #name #args #clause { #(#functions)* }
        }
    })
}

fn checks(model: &Model) -> Option<TokenStream> {
    let params = model.type_params();
    let checks: TokenStream = model
        .shape
        .fields()
        .iter()
        .map(|field| {
            let ty = field_checks::checked_type(model, field);
            field.fits(&params, &parse_quote!(#ty))
        })
        .collect();
    (!checks.is_empty()).then_some(checks)
}

fn rules(model: &Model) -> TokenStream {
    let (p, name) = (private(), &model.item.ident);
    let (validate, generics, files) = (validate(model), with_models(model), files(model));
    let (params, args, clause) = generics.split_for_impl();
    emit! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all)]
        #[diagnostic::do_not_recommend]
        impl #params #p::Model for #name #args #clause {
            #files
            fn validate(&self, report: &mut #p::Report<'_>) {
                #validate
            }
        }
    }
}

/// Returns `const FILES: bool = p::any(&[..]);`: whether any field is an uploaded file. Fields whose types the macro
/// recognizes by their spelling are not checked.
fn files(model: &Model) -> Option<TokenStream> {
    let Shape::Struct(fields) = &model.shape else {
        return None;
    };
    let (p, params) = (private(), model.type_params());
    let may_be_file = |field: &&Field| {
        field_checks::needs_check(field) && !types::mentions_any(&field.ty, &params)
    };
    let files: Vec<_> = fields
        .iter()
        .filter(may_be_file)
        .map(|field| {
            let (cfgs, ty) = (&field.cfgs, field_checks::checked_type(model, field));
            emit!(#(#cfgs)* { #p::Can::<#ty>::BE_A_FILE })
        })
        .collect();
    (!files.is_empty()).then(|| emit!(const FILES: bool = #p::any(&[#(#files),*]);))
}

fn element(model: &Model) -> TokenStream {
    let (p, name) = (private(), &model.item.ident);
    let generics = field_checks::bound(model, readable(model));
    let (params, args, clause) = generics.split_for_impl();
    let reads = match &model.shape {
        Shape::Newtype(field) => {
            let ty = &field.ty;
            Some(emit!(#p::Inner::<#ty>::READ))
        }
        shape if shape.is_unit_enum() => Some(emit!(#p::Reads::Scalar)),
        _ => None,
    };
    let reads = reads.map(|reads| emit!(const READ: #p::Reads = #reads;));
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #params #p::Element for #name #args #clause {
            #reads
        }
    }
}

/// Returns the constraint impl of a newtype, which forwards to the type it holds.
fn constrain(model: &Model) -> Option<TokenStream> {
    let Shape::Newtype(field) = &model.shape else {
        return None;
    };
    let (p, name) = (private(), &model.item.ident);
    let (ty, member) = (&field.ty, &field.member);
    let (params, args, clause) = model.item.generics.split_for_impl();
    Some(emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #params #p::Constrain for #name #args #clause {
            const KIND: #p::Kind = #p::Inner::<#ty>::KIND;
            fn satisfies(&self, constraints: &#p::Constraints) -> bool {
                #p::Inner::<#ty>::satisfies(&self.#member, constraints)
            }
        }
    })
}
