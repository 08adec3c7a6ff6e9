//! Types that do not exist, such as one that was not imported: one error for each place where the user writes it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::{Generics, Token};

/// Returns the item, with `<>` after its name unless it is generic.
///
/// rustc reports an unknown type wherever it occurs, and omits an error that it has reported before. But in an item of
/// the user's, it also suggests declaring the type as a type parameter, so that the same error about generated code
/// counts as a different one. It does not suggest this if the type itself appears to be among the generics, judging by
/// their spans. So these generics span the item.
pub(crate) fn reported_once(generics: &Generics, item: TokenStream) -> TokenStream {
    // The suggestion to declare a lifetime needs the position of the generics.
    if generics.lt_token.is_some() || has_lifetime(&item) {
        return item;
    }
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let end = tokens.last().map_or_else(Span::call_site, TokenTree::span);
    let name = tokens
        .iter()
        .position(is_keyword)
        .map(|keyword| keyword + 1);
    let tokens = tokens.into_iter().enumerate().map(|(i, token)| {
        let generics = (Some(i) == name).then(|| (Token![<](token.span()), Token![>](end)));
        let (open, close) = generics.unzip();
        quote!(#token #open #close)
    });
    tokens.collect()
}

fn has_lifetime(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == '\'',
        TokenTree::Group(group) => has_lifetime(&group.stream()),
        _ => false,
    })
}

/// Returns whether the item's name follows.
fn is_keyword(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if ["fn", "struct", "enum"].iter().any(|name| word == name))
}
