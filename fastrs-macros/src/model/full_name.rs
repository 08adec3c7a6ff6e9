//! The names of a model, which may be generic, and the bounds under which it has a schema.

use proc_macro2::TokenStream;
use syn::{GenericParam, Generics, Ident, LitStr, Type, WherePredicate, parse_quote};

use super::item::Model;
use super::plain;
use crate::paths::{at, emit, private};
use crate::types;

/// Returns the generics, with the bound that every described type has a schema.
pub(super) fn bounds(model: &Model) -> Generics {
    let (p, mut generics) = (private(), model.item.generics.clone());
    let described = || {
        let params = described_params(model).into_iter();
        let params = params.filter(|param| !is_constant(model, param));
        let bound = |param| -> WherePredicate { parse_quote!(#param: #p::schemars::JsonSchema) };
        params.map(bound).collect()
    };
    let bounds = model.schemars.bound.clone().unwrap_or_else(described);
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    generics
}

/// Returns the expressions of the name, which is `Page_{T}_` for a `Page<T>` as in FastAPI, and of the full name.
pub(super) fn names(model: &Model) -> (TokenStream, TokenStream) {
    let (p, params) = (private(), params(model));
    let all: String = params.iter().map(|param| format!("{{{param}}}_")).collect();
    let own = plain::name(model);
    let (name, span) = match &model.schemars.rename {
        Some(name) => (name.value(), at(name.span())),
        None if model.serde.rename.is_some() || all.is_empty() => (own, model.item.ident.span()),
        None => (format!("{own}_{all}"), at(model.item.ident.span())),
    };
    let full = emit!(::core::concat!(::core::module_path!(), "::", #name));
    let filled = params
        .iter()
        .filter(|param| name.contains(&format!("{{{param}}}")));
    let filled: Vec<_> = filled
        .map(|param| {
            let value = argument(model, param, "schema_name");
            emit!(#param = #value)
        })
        .collect();
    let literal = LitStr::new(&name, span);
    let short = match name.contains('{') {
        true => emit!(#p::Name::Owned(::std::format!(#literal, #(#filled),*))),
        false => emit!(#p::Name::Borrowed(#name)),
    };
    let mut relevant = described_params(model);
    // The order of schemars' derive: constants first, and then by name.
    relevant.sort_by_key(|param| (!is_constant(model, param), param.to_string()));
    let args: Vec<_> = relevant
        .iter()
        .map(|param| argument(model, param, "schema_id"))
        .collect();
    let id = match args.is_empty() {
        true => emit!(#p::Name::Borrowed(#full)),
        false => emit!(#p::generic_id(#full, &[#(&#args),*])),
    };
    (short, id)
}

/// Returns the value of a constant parameter, or the name of a type parameter.
fn argument(model: &Model, param: &Ident, name: &str) -> TokenStream {
    let (p, name) = (private(), Ident::new(name, param.span()));
    match is_constant(model, param) {
        true => emit!(#param),
        false => emit!(<#param as #p::schemars::JsonSchema>::#name()),
    }
}

fn params(model: &Model) -> Vec<&Ident> {
    let params = model.item.generics.params.iter();
    params
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect()
}

fn is_constant(model: &Model, param: &Ident) -> bool {
    let mut constants = model.item.generics.const_params();
    constants.any(|constant| constant.ident == *param)
}

/// Returns the parameters on which the schema depends: constants, and types that are named in it or described.
fn described_params(model: &Model) -> Vec<&Ident> {
    let fields = model.shape.fields();
    let types: Vec<&Type> = fields
        .into_iter()
        .filter(|field| field.is_described())
        .map(|field| &field.ty)
        .filter(|ty| !types::ends_in(ty, "PhantomData"))
        .collect();
    let is_named = |param: &Ident| match &model.schemars.rename {
        Some(name) => name.value().contains(&format!("{{{param}}}")),
        None => model.serde.rename.is_none(),
    };
    let is_relevant = |param: &&Ident| {
        let mut types = types.iter();
        is_constant(model, param)
            || is_named(param)
            || types.any(|ty| types::mentions_any(ty, &[*param]))
    };
    params(model).into_iter().filter(is_relevant).collect()
}
