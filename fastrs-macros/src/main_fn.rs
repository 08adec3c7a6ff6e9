//! `#[fastrs::main]`: an `async fn main` on the runtime that fastrs provides.

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::fallback;
use crate::paths::{emit, private};

/// Expands `#[main]`.
pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let function = match fallback::function("main", item) {
        Ok(function) => function,
        Err(tokens) => return tokens,
    };
    let (mut errors, sig) = (Errors::default(), &function.sig);
    if !attr.is_empty() {
        errors.on(
            &attr,
            "`#[main]` takes no arguments: write `#[fastrs::main]` alone",
        );
    }
    if sig.asyncness.is_none() {
        errors.at(
            sig.fn_token.span,
            "`#[main]` runs an `async fn`: write `async fn`, or remove the attribute",
        );
    }
    if !sig.inputs.is_empty() {
        errors.on(
            &sig.inputs,
            "`main` takes no arguments: read `std::env::args()` in its body",
        );
    }
    let (Some(body), true) = (&function.body, errors.is_empty()) else {
        return unfinished(&function, errors);
    };
    let (p, attrs, vis) = (private(), &function.attrs, &function.vis);
    let (name, output) = (function.name(), &sig.output);
    let main = quote!(#sig #body);
    emit! {
        #(#attrs)*
        #vis fn #name() #output {
            #main
            #p::block_on(#name())
        }
    }
}

/// Returns an empty function of the same name, since a program needs a `main` even if this one has errors.
fn unfinished(function: &crate::function::Function, errors: Errors) -> TokenStream {
    let (name, errors) = (function.name(), errors.into_tokens());
    quote! {
        #[allow(dead_code)]
        fn #name() {}
        #errors
    }
}
