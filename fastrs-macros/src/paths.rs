//! The only path that generated code may start with, and the spans it carries.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Ident;

/// Quotes tokens that the macro itself contributes: their local names can't collide with the user's.
macro_rules! emit {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned! { ::proc_macro2::Span::mixed_site()=> $($tokens)* }
    };
}
pub(crate) use emit;

/// `::fastrs::__private`, the one room of the library that macros name.
pub(crate) fn private() -> TokenStream {
    private_at(Span::mixed_site())
}

/// The same, so that an error about it shows at `span`.
pub(crate) fn private_at(span: Span) -> TokenStream {
    let span = at(span);
    quote_spanned! { span=> ::fastrs::__private }
}

/// A name of the macro's, so that an error about it shows at `span`.
pub(crate) fn name_at(name: &Ident, span: Span) -> Ident {
    Ident::new(&name.to_string(), at(span))
}

/// The user's place in the file with the macro's hygiene: carets point there, lints stay quiet.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// `p::check(..)`, whose caret stands under all of `tokens` if it panics.
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

/// The import by which code compiles whose types cannot do what is asked of them, so that the checks alone report it.
/// It has no names.
pub(crate) fn fallbacks() -> TokenStream {
    let p = private();
    emit! {
        #[allow(unused_imports)]
        use #p::fallback::*;
    }
}
