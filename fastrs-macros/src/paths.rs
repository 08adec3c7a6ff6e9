//! The only path that generated code may start with, and the spans it carries.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

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

/// The user's place in the file with the macro's hygiene: carets point there, lints stay quiet.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}
