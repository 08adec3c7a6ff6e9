//! The generics of a model's impls, with their bounds.

use syn::{Generics, TypeParamBound, parse_quote};

use super::item::Model;
use crate::paths::{private, private_at};
use crate::types;

/// Returns the generics with bounds: every type parameter is a model, and every type of a constrained field that
/// contains a type parameter implements `Constrain`.
pub(super) fn with_models(model: &Model) -> Generics {
    let (p, mut generics) = (private(), model.item.generics.clone());
    for param in generics.type_params_mut() {
        param.bounds.push(parse_quote!(#p::Model));
    }
    let (fields, params) = (model.shape.fields(), model.type_params());
    let constrained = fields
        .iter()
        .filter(|field| !field.attr.constraints.is_empty())
        .filter(|field| types::mentions_any(&field.ty, &params));
    for ty in constrained.map(|field| &field.ty) {
        let clause = generics.make_where_clause();
        clause.predicates.push(parse_quote!(#ty: #p::Constrain));
    }
    generics
}

/// Returns the generics with the bound that the instantiated type can be deserialized.
pub(super) fn readable(model: &Model) -> Generics {
    let name = &model.item.ident;
    if model.item.generics.params.is_empty() {
        return model.item.generics.clone();
    }
    let (p, mut generics) = (private_at(name.span()), with_models(model));
    generics.make_where_clause().predicates.push(parse_quote! {
        Self: #p::serde::de::DeserializeOwned + #p::schemars::JsonSchema + ::core::marker::Send + 'static
    });
    generics
}

/// Returns the generics with bounds: every type parameter is a model that can be read.
pub(super) fn with_readable_models(model: &Model) -> Generics {
    let (p, mut generics) = (private(), with_models(model));
    for param in generics.type_params_mut() {
        let read = parse_quote!(#p::serde::de::DeserializeOwned);
        param
            .bounds
            .extend::<[TypeParamBound; 2]>([read, parse_quote!('static)]);
    }
    generics
}
