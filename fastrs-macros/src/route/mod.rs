//! `#[get("/items/<id>")]` and similar attributes: read, check, emit.

mod attr;
mod cache;
mod check;
mod duration;
mod emit;
mod model;
mod pattern;

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::arguments::{self, Source};
use crate::errors::Errors;
use crate::fallback;
use crate::function::Function;
use crate::instead;
use crate::opaque;
pub(crate) use emit::call;
pub(crate) use model::WEBSOCKET;
use model::{Method, Route};
use pattern::Pattern;

/// Expands a route attribute.
pub(crate) fn expand(method: Method, attr: TokenStream, item: TokenStream) -> TokenStream {
    let name = method.map_or("route".to_owned(), str::to_lowercase);
    let mut function = match fallback::function(&name, item) {
        Ok(function) => function,
        Err(tokens) => return tokens,
    };
    let mut errors = Errors::default();
    let route = read(method, attr, &mut function, &mut errors);
    check::check(&route, &function, &mut errors);
    opaque::reject(&mut function, "a handler", &mut errors);
    let emitted = match errors.is_empty() {
        true => emit::emit(&route, &function),
        false => fallback::route(&function, errors),
    };
    let names = instead::names(&function.sig);
    quote!(#emitted #names)
}

/// Expands an attribute whose feature is off to an error that names the feature.
pub(crate) fn without_feature(method: &str, item: TokenStream) -> TokenStream {
    let name = method.to_lowercase();
    match fallback::function(&name, item) {
        Ok(function) => {
            let mut errors = Errors::default();
            errors.at(
                Span::call_site(),
                format!("`#[{name}]` needs the feature `{name}` of fastrs: `cargo add fastrs --features {name}`"),
            );
            fallback::route(&function, errors)
        }
        Err(tokens) => tokens,
    }
}

fn read(method: Method, attr: TokenStream, function: &mut Function, errors: &mut Errors) -> Route {
    let attr = attr::read(method, attr, errors);
    let pattern = attr.path.as_ref().map(|path| Pattern::read(path, errors));
    let mut arguments = arguments::read(function, errors);
    for argument in &mut arguments {
        let named = pattern.iter().any(|pattern| pattern.has(&argument.name));
        if let Source::Bare { in_path } = &mut argument.source {
            *in_path = named;
        }
    }
    Route {
        attr,
        pattern,
        arguments,
    }
}

#[cfg(test)]
mod tests;
