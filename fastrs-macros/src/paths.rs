//! The only path that generated code may start with, and the spans of generated code.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Path};

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

/// Returns `use path as name;`, or `type name = path;` where an import might not resolve to the same item.
///
/// A function without `#[dependency]` has no type next to it. rustc would reject an alias of its path, whereas an
/// import provides only the function. The type `name` is then the one that [`fallbacks`] imports, which the checks
/// report. An import resolves relative to the module, so it finds neither items that are local to a function nor other
/// crates.
pub(crate) fn import(path: &Path, name: &Ident) -> TokenStream {
    let (span, name) = (at(path.span()), name_at(name, path.span()));
    let first = path.segments.first().map(|first| first.ident.to_string());
    let is_rooted = matches!(first.as_deref(), Some("crate" | "self" | "super"));
    let has_no_parameters = path.segments.iter().all(|part| part.arguments.is_none());
    match has_no_parameters && !is_indented() && !is_doc_test() {
        true if is_rooted => quote_spanned!(span=> use {#path as #name};),
        true if path.get_ident().is_some() => quote_spanned!(span=> use self::{#path as #name};),
        _ => quote_spanned!(span=> type #name = #path;),
    }
}

/// Returns whether the attribute is not at the start of its line, as in a function or an `impl`. Outside the compiler
/// there are no lines.
pub(crate) fn is_indented() -> bool {
    proc_macro::is_available() && proc_macro::Span::call_site().column() > 1
}

/// Returns whether this is a doc test, whose lines rustdoc puts into a function unchanged. rustdoc first compiles
/// several tests as one file, and each separately if that fails.
fn is_doc_test() -> bool {
    let is_bundle = || {
        proc_macro::Span::call_site()
            .file()
            .contains("doctest_bundle")
    };
    proc_macro::is_available()
        && (std::env::var_os("UNSTABLE_RUSTDOC_TEST_PATH").is_some() || is_bundle())
}
