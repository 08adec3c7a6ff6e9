//! Types that no function can take or return, about which rustc would report several errors each.

use quote::quote;
use syn::{FnArg, ReturnType, Type, parse_quote};

use crate::errors::Errors;
use crate::function::Function;
use crate::spelled;
use crate::types::{ends_in, mentions_names, ungrouped};

/// Traits that describe a type, and therefore have no trait objects.
const DESCRIBING: &[&str] = &[
    "IntoResponse",
    "Responder",
    "Serialize",
    "JsonSchema",
    "Model",
];

/// Reports such types, and leaves them out together with the body, which could not be compiled.
pub(crate) fn reject(function: &mut Function, role: &str, errors: &mut Errors) {
    let mut is_rejected = false;
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(arg) = input
            && let Some(text) = of_argument(&arg.ty)
        {
            errors.on(&arg.ty, text);
            *arg.ty = parse_quote!(());
            is_rejected = true;
        }
    }
    if let ReturnType::Type(_, ty) = &function.sig.output
        && let Some(text) = of_returned(ty, role)
    {
        errors.on(ty, text);
        function.sig.output = parse_quote!(-> impl ::core::marker::Sized);
        is_rejected = true;
    }
    if is_rejected {
        function.body = Some(quote!({ ::core::unreachable!() }));
        function.attrs.push(parse_quote!(#[allow(unused)]));
    }
}

fn of_argument(ty: &Type) -> Option<String> {
    match ungrouped(ty) {
        Type::TraitObject(_) => Some(
            "a trait object hides the argument's type, which determines how it is read: write the concrete type".to_owned(),
        ),
        ty => unsized_text(ty),
    }
}

fn of_returned(ty: &Type, role: &str) -> Option<String> {
    let ty = ungrouped(ty);
    let is_hidden = mentions_names(ty, &["dyn"]) && mentions_names(ty, DESCRIBING);
    match is_hidden || matches!(ty, Type::TraitObject(_)) {
        true => Some(format!(
            "a trait object hides the type that {role} returns, which describes itself in the document: write the concrete type, such as a `#[model]`, `Html` or `Response`, or an enum with `#[derive(IntoResponse)]`"
        )),
        false => unsized_text(ty),
    }
}

fn unsized_text(ty: &Type) -> Option<String> {
    let (ty, owned) = match ty {
        Type::Slice(slice) => (ty, format!("Vec<{}>", spelled::text(&slice.elem))),
        ty if ends_in(ty, "str") => (ty, "String".to_owned()),
        _ => return None,
    };
    let text = spelled::text(ty);
    Some(format!(
        "a function cannot take or return a `{text}`, whose size varies: write `{owned}`"
    ))
}
