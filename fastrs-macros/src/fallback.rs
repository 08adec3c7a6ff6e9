//! The replacement for code that cannot be generated: the item itself, plus enough generated code that imports and
//! `routes![..]` keep working, so that one mistake produces one error.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use syn::{Attribute, Ident, Meta};

use crate::errors::Errors;
use crate::function::Function;
use crate::paths::{at, emit, is_indented, private};
use crate::types;

/// Attributes that define a route.
const ROUTES: &[&str] = &[
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "head",
    "options",
    "trace",
    "route",
    "websocket",
];

/// Returns the function below the attribute, or the item as written together with the error. A method is an error,
/// since no item can be generated next to it.
pub(crate) fn function(attribute: &str, item: TokenStream) -> Result<Function, TokenStream> {
    let parsed = syn::parse2::<Function>(item.clone());
    let is_syntax = parsed.is_err();
    let parsed = parsed.and_then(|function| {
        match function.sig.receiver() {
            None => Ok(function),
            Some(this) => Err(syn::Error::new(
                this.self_token.span,
                format!("`#[{attribute}]` is for a free function, without `self`: move it out of the `impl`, and pass what it needs as arguments"),
            )),
        }
    });
    let parsed = parsed.and_then(|function| match function.attrs.iter().find(|attr| makes(attr)) {
        None => Ok(function),
        Some(second) => Err(syn::Error::new_spanned(
            second.path(),
            format!("this function already has `#[{attribute}]`: write a second function, or one `#[route(\"..\", methods = [\"GET\", \"POST\"])]`"),
        )),
    });
    let function = parsed.map_err(|error| {
        let mut errors = Errors::default();
        let is_fn = |token: TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "fn");
        match item.clone().into_iter().any(is_fn) {
            // rustc has already reported syntax that Rust does not have, such as `limit: u32 = 10`.
            true if is_syntax => {}
            true => drop(errors.keep::<()>(Err(error))),
            false => errors.on(
                &item,
                format!("`#[{attribute}]` is for a function: put it above an `async fn`"),
            ),
        }
        let errors = errors.into_tokens();
        quote!(#item #errors)
    })?;
    without_argument_attributes(attribute, function)
}

/// Rejects argument attributes on the function itself, and removes them.
fn without_argument_attributes(
    attribute: &str,
    mut function: Function,
) -> Result<Function, TokenStream> {
    let mut errors = Errors::default();
    for attr in function
        .attrs
        .extract_if(.., |attr| is_of_an_argument(attr))
    {
        let name = types::spelled(attr.path());
        let also = match name.as_str() {
            "depends" => ", or write `depends = [..]` in the route's attribute",
            _ => "",
        };
        errors.on(
            attr.path(),
            format!(
                "`#[{name}]` says where an argument comes from: put it above the argument{also}"
            ),
        );
    }
    match (errors.is_empty(), ROUTES.contains(&attribute)) {
        (true, _) => Ok(function),
        (false, true) => Err(route(&function, errors)),
        (false, false) => {
            let errors = errors.into_tokens();
            Err(quote!(#function #errors))
        }
    }
}

/// Returns whether the attribute belongs on an argument.
pub(crate) fn is_of_an_argument(attr: &Attribute) -> bool {
    let sources = ["query", "header", "cookie", "body", "form", "depends"];
    sources.iter().any(|name| attr.path().is_ident(name))
}

/// Returns whether the attribute turns its function into a route, a dependency, a job or middleware, judging by its text.
fn makes(attr: &Attribute) -> bool {
    let name = attr
        .path()
        .segments
        .last()
        .map(|last| last.ident.to_string());
    let name = name.unwrap_or_default();
    let route = |tokens: TokenStream| {
        let first = tokens.into_iter().next();
        ROUTES.contains(&&*name) && first.is_some_and(|path| path.to_string().starts_with("\"/"))
    };
    match &attr.meta {
        Meta::List(list) if route(list.tokens.clone()) => true,
        Meta::List(_) | Meta::Path(_) => ["dependency", "job", "middleware"].contains(&&*name),
        Meta::NameValue(_) => false,
    }
}

/// Returns the function and the items generated next to it. If the function may be in an `impl`, which only its
/// indentation suggests, the items come from `#[items(..)]` on a placeholder: an `impl` cannot contain it, so rustc
/// reports one error instead of one per item.
pub(crate) fn with_items(function: &Function, items: TokenStream) -> TokenStream {
    if !is_indented() {
        return quote!(#function #items);
    }
    let name = function.name();
    let unused = format_ident!("__{}", name.unraw(), span = at(name.span()));
    let item = quote_spanned!(at(name.span())=> struct #unused;);
    emit! {
        #function
        #[::fastrs::__private::items(#items)]
        #item
    }
}

/// Returns the type that has the function's name. `use` imports it along with the function, and generated code finds
/// the function through it.
pub(crate) fn companion(function: &Function) -> TokenStream {
    let (vis, name) = (&function.vis, function.name());
    emit! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations)]
        #vis struct #name {}
    }
}

/// Returns the companion of a handler: a type with a unique name, and an alias of it with the function's name. If a
/// module has the same name as the function, rustc then reports one error, at the function's name, since the impls use
/// the unique name.
pub(crate) fn companion_of_handler(function: &Function) -> (Ident, TokenStream) {
    let (vis, name) = (&function.vis, function.name());
    let own = format_ident!("__handler_{}", name.unraw(), span = Span::mixed_site());
    let span = at(name.span());
    let alias = quote_spanned!(span=> #vis type #name = #own;);
    let beside = emit! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations)]
        #vis struct #own {}
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #alias
    };
    (own, beside)
}

/// Returns a handler that cannot be called, next to the function it would call.
pub(crate) fn route(function: &Function, errors: Errors) -> TokenStream {
    let (p, (own, beside)) = (private(), companion_of_handler(function));
    let errors = errors.into_tokens();
    let items = emit! {
        #beside
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #p::IntoRoute for #own {
            fn into_route(self) -> #p::Route {
                ::core::unreachable!()
            }
        }
        #errors
    };
    with_items(&with_body(function), items)
}

/// Returns the function with a body. The macro reports a missing body, so rustc does not have to.
pub(crate) fn with_body(function: &Function) -> Function {
    let mut function = function.clone();
    let empty = || quote!({ ::core::unreachable!() });
    function.body = Some(function.body.take().unwrap_or_else(empty));
    function
}
