//! The only path that generated code may start with, and the spans of generated code.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Ident;

/// Quotes tokens that the macro itself adds. Their local names cannot collide with the user's.
macro_rules! emit {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned! { ::proc_macro2::Span::mixed_site()=> $($tokens)* }
    };
}
pub(crate) use emit;

/// Returns `::fastrs::__private`, the only module of the library that macros refer to.
pub(crate) fn private() -> TokenStream {
    private_at(Span::mixed_site())
}

/// Returns the same path with `span`, so that an error about it is reported there.
pub(crate) fn private_at(span: Span) -> TokenStream {
    let span = at(span);
    quote_spanned! { span=> ::fastrs::__private }
}

/// Returns one of the macro's names with `span`, so that an error about it is reported there.
pub(crate) fn name_at(name: &Ident, span: Span) -> Ident {
    Ident::new(&name.to_string(), at(span))
}

/// Returns the user's location with the macro's hygiene: errors point there, and lints stay quiet.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// Returns `p::check(..)`. If the check panics, the error underlines all of `tokens`.
pub(crate) fn check_over(tokens: &impl ToTokens, check: &str, args: TokenStream) -> TokenStream {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::mixed_site);
    let (p, check) = (private_at(first), Ident::new(check, at(first)));
    let mut call = Group::new(Delimiter::Parenthesis, args);
    call.set_span(at(spans.last().unwrap_or(first)));
    quote_spanned!(at(first)=> #p::#check #call)
}

/// Returns an unnamed import of fallback methods, with which code compiles even if its types lack a required trait, so
/// that only the checks report it.
pub(crate) fn fallbacks() -> TokenStream {
    let p = private();
    emit! {
        #[allow(unused_imports)]
        use #p::fallback::*;
    }
}
