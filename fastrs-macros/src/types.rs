//! Questions about a type as it is written. Traits decide what a type *is*.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Ident, Lifetime, PathArguments, Type, TypeReference};

/// Returns the type with `'r` for every elided lifetime.
pub(crate) fn with_request_lifetime(ty: &Type) -> Type {
    with_lifetime(ty, "'r")
}

/// Returns the type with `'static` for every elided lifetime.
pub(crate) fn with_static_lifetime(ty: &Type) -> Type {
    with_lifetime(ty, "'static")
}

fn with_lifetime(ty: &Type, name: &'static str) -> Type {
    let mut ty = ty.clone();
    Elided {
        found: None,
        replace: Some(name),
    }
    .visit_type_mut(&mut ty);
    ty
}

/// Returns the first `'_` or reference without an explicit lifetime.
pub(crate) fn first_elided(ty: &Type) -> Option<TokenStream> {
    let mut elided = Elided {
        found: None,
        replace: None,
    };
    elided.visit_type_mut(&mut ty.clone());
    elided.found
}

/// Returns the type as a reference, if it refers to a path that ends in `name`.
pub(crate) fn reference_to<'a>(ty: &'a Type, name: &str) -> Option<&'a TypeReference> {
    match ungrouped(ty) {
        Type::Reference(reference) if ends_in(&reference.elem, name) => Some(reference),
        _ => None,
    }
}

/// Returns the `T` of `Anything<T>`.
pub(crate) fn only_parameter(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    match &path.path.segments.last()?.arguments {
        PathArguments::AngleBracketed(list) => list.args.iter().find_map(|arg| match arg {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        _ => None,
    }
}

/// Returns the types in `Result<T, E>`, or in an alias of that name, as far as they are written out.
pub(crate) fn sides_of_result(ty: &Type) -> (Option<&Type>, Option<&Type>) {
    let Type::Path(path) = ungrouped(ty) else {
        return (None, None);
    };
    match path.path.segments.last() {
        Some(segment) if segment.ident == "Result" => match &segment.arguments {
            PathArguments::AngleBracketed(list) => {
                let mut sides = list.args.iter().filter_map(|arg| match arg {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                });
                (sides.next(), sides.next())
            }
            _ => (None, None),
        },
        _ => (None, None),
    }
}

/// Returns whether the path's last segment is `name`, with or without parameters.
pub(crate) fn ends_in(ty: &Type, name: &str) -> bool {
    match ungrouped(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == name),
        _ => false,
    }
}

/// Returns whether `impl Trait` occurs anywhere in the type.
pub(crate) fn mentions_impl(ty: &Type) -> bool {
    mentions(ty.to_token_stream(), &|ident| ident == "impl")
}

/// Returns whether any of `names` occurs in the type.
pub(crate) fn mentions_any(ty: &Type, names: &[&Ident]) -> bool {
    mentions(ty.to_token_stream(), &|ident| names.contains(&ident))
}

/// Returns whether any of `names` occurs in the type.
pub(crate) fn mentions_names(ty: &Type, names: &[&str]) -> bool {
    mentions(ty.to_token_stream(), &|ident| {
        names.iter().any(|name| ident == name)
    })
}

/// Returns the type without the invisible groups that `macro_rules!` puts around it.
pub(crate) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        other => other,
    }
}

/// Returns an identifier with this name, raw if the name is a keyword.
pub(crate) fn identifier(name: &str, span: proc_macro2::Span) -> Ident {
    syn::parse_str::<Ident>(name)
        .map(|ident| Ident::new(&ident.to_string(), span))
        .unwrap_or_else(|_| Ident::new_raw(name, span))
}

/// Returns a path as the user reads it.
pub(crate) fn spelled(path: &syn::Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

fn mentions(tokens: TokenStream, wanted: &dyn Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => wanted(&ident),
        TokenTree::Group(group) => mentions(group.stream(), wanted),
        _ => false,
    })
}

struct Elided {
    found: Option<TokenStream>,
    replace: Option<&'static str>,
}

impl Elided {
    fn record(&mut self, tokens: TokenStream) {
        self.found.get_or_insert(tokens);
    }
}

impl VisitMut for Elided {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            self.record(reference.to_token_stream());
            if let Some(name) = self.replace {
                reference.lifetime = Some(lifetime(name, reference.and_token.span));
            }
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, elided: &mut Lifetime) {
        if elided.ident == "_" {
            self.record(elided.to_token_stream());
            if let Some(name) = self.replace {
                *elided = lifetime(name, elided.span());
            }
        }
    }

    /// `fn(&T)` introduces its own lifetimes.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    /// So does `Fn(&T)`.
    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
}

fn lifetime(name: &str, span: proc_macro2::Span) -> Lifetime {
    Lifetime::new(name, crate::paths::at(span))
}

/// Returns whether the type contains several types side by side, such as a map's key and value types.
pub(crate) fn has_several(ty: &Type) -> bool {
    quote!(#ty).to_string().contains(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(ty: Type) -> String {
        with_request_lifetime(&ty).to_token_stream().to_string()
    }

    #[test]
    fn elided_lifetimes_become_the_requests() {
        assert_eq!(
            bound(syn::parse_quote!(Option<&str>)),
            "Option < & 'r str >"
        );
        assert_eq!(bound(syn::parse_quote!(Cow<'_, str>)), "Cow < 'r , str >");
        assert_eq!(bound(syn::parse_quote!(&'static str)), "& 'static str");
        assert_eq!(bound(syn::parse_quote!(fn(&str))), "fn (& str)");
    }

    #[test]
    fn reply_and_yield_are_recognized_by_their_last_segment() {
        assert!(reference_to(&syn::parse_quote!(&mut fastrs::Reply), "Reply").is_some());
        assert!(reference_to(&syn::parse_quote!(Reply), "Reply").is_none());
        assert!(ends_in(&syn::parse_quote!(fastrs::Yield<u8>), "Yield"));
        assert!(!ends_in(&syn::parse_quote!(Vec<Yield>), "Yield"));
    }
}
