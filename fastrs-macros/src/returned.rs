//! The one place where a returned type is judged.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Ident;

use crate::function::Function;
use crate::paths::emit;

/// `let _: fn() = p::Returns::<R>::answer;`: judges `ty` as `role`, at `span`.
///
/// With the user's own span: what is wrong is the user's type, and no expansion is worth a line.
pub(crate) fn judge(ty: impl ToTokens, span: Span, role: &str) -> TokenStream {
    let role = Ident::new(role, span);
    let check = quote_spanned!(span=> ::fastrs::__private::Returns::<#ty>::#role);
    emit!(let _: fn() = #check;)
}

/// The same for what a function returns.
pub(crate) fn of(function: &Function, role: &str) -> TokenStream {
    judge(function.returned(), function.returned_span(), role)
}
