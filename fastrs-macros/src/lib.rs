//! The attribute macros of fastrs. Use them through the `fastrs` crate, which documents them with examples and defines
//! the types that they refer to.
//!
//! A macro reads its item, checks what the text alone shows, and emits the item unchanged next to calls into
//! `::fastrs::__private`. Traits decide what a type is.

// `fastrs::macros` documents them, where users look and where examples compile.
#![allow(missing_docs)]

mod arguments;
mod dependency;
mod docs;
#[cfg(test)]
mod emitted;
mod errors;
mod fallback;
mod field_attr;
mod function;
#[cfg(test)]
mod golden;
mod http_error;
mod instead;
mod into_response;
mod job;
mod keys;
mod main_fn;
mod middleware;
mod model;
mod opaque;
mod paths;
mod returned;
mod route;
mod routes;
mod settings;
mod spelled;
mod status;
mod token;
mod types;
mod unknown;

use proc_macro::TokenStream;

#[proc_macro_attribute]
pub fn get(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("GET"), attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn post(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("POST"), attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn put(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("PUT"), attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn delete(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("DELETE"), attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn patch(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("PATCH"), attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn head(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("HEAD"), attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn options(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("OPTIONS"), attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn trace(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("TRACE"), attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn route(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(None, attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn websocket(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some(route::WEBSOCKET), attr.into(), item.into()).into()
}

/// Replaces `websocket` if fastrs is built without that feature.
#[proc_macro_attribute]
pub fn websocket_without_feature(_: TokenStream, item: TokenStream) -> TokenStream {
    route::without_feature(route::WEBSOCKET, item.into()).into()
}

#[proc_macro_attribute]
pub fn dependency(attr: TokenStream, item: TokenStream) -> TokenStream {
    dependency::expand(attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn middleware(attr: TokenStream, item: TokenStream) -> TokenStream {
    middleware::expand(attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn job(attr: TokenStream, item: TokenStream) -> TokenStream {
    job::expand(attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn model(attr: TokenStream, item: TokenStream) -> TokenStream {
    model::expand(attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn settings(attr: TokenStream, item: TokenStream) -> TokenStream {
    settings::expand(attr.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn serde(attr: TokenStream, item: TokenStream) -> TokenStream {
    model::serde_above(attr.into(), item.into()).into()
}

/// Replaces its item with the contents of the attribute.
#[proc_macro_attribute]
pub fn items(contents: TokenStream, _: TokenStream) -> TokenStream {
    contents
}

/// Registers serde's attributes on items that derive nothing from serde.
#[proc_macro_derive(Attributes, attributes(serde))]
pub fn attributes(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

#[proc_macro_derive(HttpError, attributes(error, status, header, from, source))]
pub fn http_error(item: TokenStream) -> TokenStream {
    http_error::expand(item.into()).into()
}

#[proc_macro_derive(IntoResponse, attributes(status))]
pub fn into_response(item: TokenStream) -> TokenStream {
    into_response::expand(item.into()).into()
}

#[proc_macro]
pub fn routes(handlers: TokenStream) -> TokenStream {
    routes::expand(handlers.into()).into()
}

#[proc_macro_attribute]
pub fn main(attr: TokenStream, item: TokenStream) -> TokenStream {
    main_fn::expand(attr.into(), item.into()).into()
}
