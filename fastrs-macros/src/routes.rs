//! `routes![read_item, items::create]`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Path, Token};

use crate::paths::{at, emit, private, private_at};

/// A handler's name, and the `#[cfg]`s above it.
struct Listed {
    attrs: Vec<Attribute>,
    path: Path,
}

/// Expands `routes![..]` to an array, through the types generated next to the handlers.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let p = private();
    let listed = match Punctuated::<Listed, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(listed) => listed,
        Err(error) => {
            let error = error.into_compile_error();
            return emit!({ #error [] as [#p::Route; 0] });
        }
    };
    if listed.is_empty() {
        return emit!([] as [#p::Route; 0]);
    }
    let routes = listed.iter().map(|Listed { attrs, path }| {
        let (p, span) = (private_at(path.span()), at(path.span()));
        quote_spanned!(span=> #(#attrs)* #p::IntoRoute::into_route(#path {}))
    });
    match listed.iter().all(|listed| listed.attrs.is_empty()) {
        true => emit!([#(#routes),*]),
        // The compiler cannot infer the element type of an array that may be empty.
        false => emit!({ let routes: [#p::Route; _] = [#(#routes),*]; routes }),
    }
}

impl Parse for Listed {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        if let Some(attr) = attrs.iter().find(|attr| !attr.path().is_ident("cfg")) {
            return Err(syn::Error::new_spanned(
                attr.path(),
                "only `#[cfg(..)]` is allowed on a handler in `routes![..]`",
            ));
        }
        let by_name = "`routes![..]` lists handlers by name: `routes![read_item, items::create]`";
        let wrong = |input: ParseStream<'_>| syn::Error::new(input.span(), by_name);
        let path = input.parse().map_err(|_| wrong(input))?;
        match input.is_empty() || input.peek(Token![,]) {
            true => Ok(Self { attrs, path }),
            false => Err(wrong(input)),
        }
    }
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
