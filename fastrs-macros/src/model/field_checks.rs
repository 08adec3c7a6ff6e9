//! One check over the fields of a plain struct, so that a type that cannot be a field is reported once, where it is
//! written.
//!
//! Types that are recognized by their spelling are skipped, so most models need no check.

use std::borrow::Cow;
use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Generics, Ident, Type, parse_quote};

use super::field::Field;
use super::item::Model;
use super::shape::Shape;
use crate::instead;
use crate::paths::{check_over, emit, fallbacks, private};
use crate::spelled;
use crate::types;

/// Types that are not `Send`.
const NOT_SEND: &[&str] = &["dyn", "Rc", "Cell", "RefCell", "OnceCell", "MutexGuard"];

/// Returns whether any field is checked.
fn has_checks(model: &Model) -> bool {
    model
        .shape
        .fields()
        .into_iter()
        .any(|field| is_checked(model, field))
}

/// Returns whether this field is checked.
fn is_checked(model: &Model, field: &Field) -> bool {
    match model.plain {
        true => needs_check(field),
        false => field.mark.is_some(),
    }
}

/// Returns `type __Fields = p::If<{ p::is_field(..); true }>;`.
pub(super) fn fields_check(model: &Model) -> Option<TokenStream> {
    let (p, name) = (private(), &model.item.ident);
    let (params, args, clause) = model.item.generics.split_for_impl();
    let holds = match has_outer_check(model) {
        true => outer_check_name(model).into_token_stream(),
        false => holds(model, None),
    };
    let marked = model.shape.fields().into_iter().filter_map(|field| {
        let (mark, ty) = (field.mark?, if_holds(&field.ty));
        Some(emit! {
            impl #params #p::Marked<#mark> for #name #args #clause {
                type Type = #ty;
            }
        })
    });
    has_checks(model).then(|| {
        emit! {
            type __Fields = #holds;
            #(#marked)*
        }
    })
}

/// Returns the same check as a separate item, if the type itself depends on it: a field that is not `Send` would be an
/// error in every handler that takes the type.
pub(super) fn outer_check(model: &Model) -> Option<TokenStream> {
    has_outer_check(model).then(|| {
        let (name, holds) = (outer_check_name(model), holds(model, Some(fallbacks())));
        emit! {
            #[allow(non_camel_case_types)]
            type #name = #holds;
        }
    })
}

fn outer_check_name(model: &Model) -> Ident {
    format_ident!(
        "__{}_fields",
        model.item.ident.unraw(),
        span = Span::mixed_site()
    )
}

fn has_outer_check(model: &Model) -> bool {
    let fields = model.shape.fields();
    has_checks(model) && fields.into_iter().any(|field| is_not_send(&field.ty))
}

/// Returns the item, with field types about which the compiler reports nothing if a field is rejected.
pub(super) fn item(model: &Model) -> Cow<'_, DeriveInput> {
    let mut item = Cow::Borrowed(&model.item);
    if has_outer_check(model) {
        let name = outer_check_name(model);
        let fields: Vec<&mut syn::Field> = match &mut item.to_mut().data {
            Data::Struct(data) => data.fields.iter_mut().collect(),
            Data::Enum(data) => {
                let variants = data.variants.iter_mut();
                variants.flat_map(|variant| &mut variant.fields).collect()
            }
            Data::Union(_) => Vec::new(),
        };
        for field in fields.into_iter().filter(|field| is_not_send(&field.ty)) {
            let ty = &field.ty;
            field.ty = parse_quote!(<#name as ::fastrs::__private::Then<#ty>>::Type);
        }
    }
    item
}

/// Returns whether the type is not `Send`, judging by its spelling.
pub(super) fn is_not_send(ty: &Type) -> bool {
    let is_dyn = types::mentions_names(ty, &["dyn"]) && !types::mentions_names(ty, &["Send"]);
    is_dyn || types::mentions_names(ty, &["Rc", "MutexGuard"])
}

/// Returns `p::If<{ p::is_field(..); true }>`.
fn holds(model: &Model, import: Option<TokenStream>) -> TokenStream {
    let (p, fields) = (private(), model.shape.fields());
    let fields = fields.into_iter().filter(|field| is_checked(model, field));
    // Each call appears once: a model may use the same type several times.
    let mut seen = BTreeSet::new();
    let calls = fields.flat_map(|field| calls(field, model.plain));
    let calls = calls.filter(|call| seen.insert(call.to_string()));
    emit!(#p::If<{ #import #(#calls;)* true }>)
}

/// Returns the field's type, in a form about which the compiler reports nothing if a field is rejected.
pub(super) fn checked_type(model: &Model, field: &Field) -> TokenStream {
    let ty = &field.ty;
    match is_checked(model, field) {
        true => if_holds(ty),
        false => ty.into_token_stream(),
    }
}

/// Returns `::<T>`, which keeps the compiler from inferring a rejected type.
pub(super) fn turbofish(model: &Model, field: &Field) -> Option<TokenStream> {
    let ty = checked_type(model, field);
    needs_check(field).then(|| emit!(::<#ty>))
}

/// Returns the conditional type. It has the user's span, since any other error about the type is in the user's code.
fn if_holds(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> <__Fields as ::fastrs::__private::Then<#ty>>::Type)
}

/// Adds a bound that suppresses the errors about a rejected type's missing `Send` for the whole model. It is only added
/// for types that look as if they are not `Send`, since it appears in the model's documentation.
pub(super) fn bound(model: &Model, mut generics: Generics) -> Generics {
    let Shape::Struct(fields) = &model.shape else {
        return generics;
    };
    let may_not_be_send = |field: &Field| types::mentions_names(&field.ty, NOT_SEND);
    if has_checks(model) && fields.iter().any(may_not_be_send) {
        let refused = if_holds(&parse_quote!(()));
        let clause = generics.make_where_clause();
        clause
            .predicates
            .push(parse_quote!(#refused: ::core::marker::Sized));
    }
    generics
}

/// Returns whether its type borrows, which no trait check can reject with a one-line error.
pub(super) fn borrows(field: &Field) -> bool {
    spelled::leaves(&field.ty)
        .iter()
        .any(|ty| matches!(ty, Type::Reference(_)))
}

pub(super) fn needs_check(field: &Field) -> bool {
    !spelled::leaves(&field.ty).is_empty()
}

/// Returns the checks of the innermost types, since those are the ones to change.
fn calls(field: &Field, plain: bool) -> Vec<TokenStream> {
    let (p, leaves) = (private(), spelled::leaves(&field.ty));
    let role = match (field.is_read(), field.is_written()) {
        _ if types::mentions_names(&field.ty, NOT_SEND) => "BE_A_SENT_FIELD",
        (true, true) => "BE_A_FIELD",
        (true, false) => "BE_READ",
        (false, _) => "BE_WRITTEN",
    };
    let role = Ident::new(role, Span::mixed_site());
    let call = |ty: &Type| {
        let text = spelled::or_feature(ty, &refusal(ty));
        let can = match ty {
            Type::Reference(_) if field.is_read() => emit!(false),
            _ if plain => emit!(#p::Holds::<#ty>::#role),
            // It may contain the checked type, about which nothing else can be tested.
            _ if is_not_send(ty) => emit!(#p::Can::<#ty>::BE_SENT),
            // A bound on serde's impls depends on the result, so the result must not depend on the bound.
            _ => emit!(::fastrs::__may_hold!(#ty, #role)),
        };
        match field.serde.converted {
            true => check_over(ty, "is_held", emit!(#can, #text)),
            false => check_over(
                ty,
                "is_field",
                emit!(#can, #p::Holds::<#ty>::INSTEAD, #text),
            ),
        }
    };
    leaves
        .into_iter()
        .chain(spelled::keyed(&field.ty))
        .map(call)
        .collect()
}

fn refusal(ty: &Type) -> String {
    let text = spelled::text(ty);
    match ty {
        Type::Reference(_) => {
            format!(
                "a model must own its data: write the type without the `&`, or `String` instead of `{text}`"
            )
        }
        Type::Path(_) if types::mentions_names(ty, NOT_SEND) => {
            format!(
                "`{text}` cannot be a field of a model, which is plain data that moves between threads: use a type that JSON can represent, and `Arc` instead of `Rc`"
            )
        }
        Type::Path(_) if spelled::is_map(ty) => format!(
            "`{text}` cannot be a field of a model: the keys of a JSON object are strings, so a map's key is a scalar or a newtype of one, with `Eq` and `Hash`, or `Ord`"
        ),
        Type::Path(_) if let Some(text) = instead::of_partial(ty) => text,
        Type::Path(_) => {
            format!(
                "`{text}` cannot be a field of a model: put `#[model]` on it, or derive `Serialize`, `Deserialize` and `JsonSchema` for it"
            )
        }
        _ => format!(
            "`{text}` cannot be a field of a model, which is plain data that JSON can represent"
        ),
    }
}
