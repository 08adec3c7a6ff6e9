//! `routes![read_item, items::create]`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Path, Token};

use crate::paths::{at, emit, private, private_at};

/// Expands `routes![..]` to an array, by the types that stand beside the handlers.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let p = private();
    let paths = match Punctuated::<Path, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(paths) => paths,
        Err(error) => {
            let mend = "`routes![..]` lists handlers by name: `routes![read_item, items::create]`";
            let error = syn::Error::new(error.span(), mend).into_compile_error();
            return emit!({ #error [] as [#p::Route; 0] });
        }
    };
    if paths.is_empty() {
        return emit!([] as [#p::Route; 0]);
    }
    let routes = paths.iter().map(|path| {
        let (p, span) = (private_at(path.span()), at(path.span()));
        quote_spanned!(span=> #p::IntoRoute::into_route(#path {}))
    });
    emit!([#(#routes),*])
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::expand;

    #[test]
    fn handlers_are_found_by_the_type_of_their_name() {
        let routes = expand(quote!(read_item, items::create,)).to_string();
        assert_eq!(
            routes,
            "[:: fastrs :: __private :: IntoRoute :: into_route (read_item { }) , \
             :: fastrs :: __private :: IntoRoute :: into_route (items :: create { })]"
        );
        assert_eq!(
            expand(quote!(f(1)))
                .to_string()
                .matches("compile_error")
                .count(),
            1
        );
    }
}
