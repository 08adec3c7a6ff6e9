//! Checks the types that functions return.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use crate::function::Function;
use crate::instead;
use crate::paths::{check_over, emit, private};
use crate::spelled;
use crate::types;

/// Returns `let _: [fn(); 2] = [p::Returns::<R>::response, p::Returns::<R>::error];`, which checks `ty` as `role`, and
/// its error. Each check has the span of its type, or `span`.
pub(crate) fn checks(ty: &Type, span: Span, role: &str) -> TokenStream {
    if let ("response", Some(pair)) = (role, status_first(ty)) {
        let pair = check(&checked(pair, role), pair.span(), role);
        return emit!(let _: [fn(); 1] = [#pair];);
    }
    checks_as(ty, &checked(ty, role), span, role)
}

/// Returns the same checks, with `checked` in place of `ty` as `role`.
pub(crate) fn checks_as(ty: &Type, checked: &TokenStream, span: Span, role: &str) -> TokenStream {
    let (value, error) = types::sides_of_result(ty);
    let value = check(checked, value.map_or(span, Spanned::span), role);
    let error = check(&quote!(#ty), error.map_or(span, Spanned::span), "error");
    let json = sent_as_json(ty, role);
    emit!(let _: [fn(); 2] = [#value, #error]; #json)
}

/// Returns the check that a response has no uploaded file, unless its spelling already rules one out.
fn sent_as_json(ty: &Type, role: &str) -> Option<TokenStream> {
    let value = types::sides_of_result(ty).0.unwrap_or(ty);
    let mut leaves = spelled::leaves(value).into_iter();
    let may_have_files = leaves.any(|leaf| matches!(leaf, Type::Path(_)));
    (role == "response" && may_have_files).then(|| {
        let p = private();
        let has_files = emit!(#p::Can::<#value>::HAVE_FILES);
        let check = check_over(value, "is_sent_as_json", has_files);
        emit!(#check;)
    })
}

/// Returns the `(u16, T)` in a `Result` or an `Option`.
fn status_first(ty: &Type) -> Option<&Type> {
    match types::ungrouped(ty) {
        Type::Tuple(pair) if pair.elems.len() == 2 => {
            types::ends_in(&pair.elems[0], "u16").then_some(ty)
        }
        ty if types::ends_in(ty, "Result") || types::ends_in(ty, "Option") => {
            status_first(types::only_parameter(ty)?)
        }
        _ => None,
    }
}

/// Returns the `Sse<T>` or the `JsonLines<T>` in a type, or in a `Result` of one, and the `T`.
fn streamed(ty: &Type) -> Option<(&Type, &Type)> {
    let value = types::sides_of_result(ty).0.unwrap_or(ty);
    let is_stream = ["Sse", "JsonLines"]
        .iter()
        .any(|name| types::ends_in(value, name));
    let item = types::only_parameter(value).filter(|_| is_stream)?;
    Some((value, item))
}

/// Returns the type to check as `role`, or its error.
fn checked(ty: &Type, role: &str) -> TokenStream {
    match (role, instead::of_response(ty)) {
        ("response", Some(text)) => {
            let p = private();
            let can = emit!(#p::Holds::<#ty>::BE_A_RESPONSE);
            let check = check_over(ty, "is_held", emit!(#can, #text));
            emit!(<#p::If<{ #check }> as #p::Then<#ty>>::Type)
        }
        ("response", None) if let Some((stream, item)) = streamed(ty) => {
            let p = private();
            let sent = emit! {
                !#p::Holds::<#stream>::BE_A_STREAM || #p::Holds::<#item>::BE_SENT
            };
            emit!(<#p::IfSent<{ #sent }> as #p::OrUnit<#ty>>::Type)
        }
        _ => quote!(#ty),
    }
}

/// Returns the check. It has the user's own span, since the mistake is in the user's type and a line about the
/// expansion would not help.
fn check(checked: &TokenStream, span: Span, role: &str) -> TokenStream {
    let role = Ident::new(role, span);
    quote_spanned!(span=> ::fastrs::__private::Returns::<#checked>::#role)
}

/// Returns the same checks for a function's return type.
pub(crate) fn of(function: &Function, role: &str) -> TokenStream {
    checks(&function.returned(), function.returned_span(), role)
}
