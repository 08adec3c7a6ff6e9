use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::emitted::mistakes;

#[test]
fn every_variant_is_documented_with_its_comment_or_its_text() {
    let expanded = expand(quote! {
        enum ItemError {
            #[error("no item {0}")] #[status(404)] NotFound(u64),
            /// Somebody was faster.
            ///
            /// It happens.
            #[error("{0} is sold out")] #[status(409)] SoldOut(u64),
            #[error("database: {source}")] #[status(500)] Database { #[from] source: io::Error },
            #[error(transparent)] #[status(StatusCode::BAD_GATEWAY)] Upstream(Upstream),
        }
    });
    assert_eq!(mistakes(&expanded), Vec::<String>::new());
    let text = expanded.to_string();
    assert!(text.contains("error_variant (op , 404 , \"no item …\")"));
    assert!(text.contains("error_variant (op , 409 , \"Somebody was faster\")"));
    assert!(text.contains("From < io :: Error > for ItemError"));
    assert!(text.contains("(StatusCode :: BAD_GATEWAY) . status ()"));
}

#[test]
fn a_transparent_variant_without_a_status_has_the_response_of_its_field() {
    let expanded = expand(quote! {
        enum ItemError {
            #[error(transparent)] Other(#[from] OtherError),
            #[error("x")] #[status(404)] Missing,
        }
    });
    assert_eq!(mistakes(&expanded), Vec::<String>::new());
    let text = expanded.to_string();
    assert!(
        text.contains("`Other` has no status, and neither has its field"),
        "{text}"
    );
    assert!(text.contains(":: Transparent :: < OtherError > :: describe (op)"));
    assert!(text.contains(":: Transparent (source) . http_error ()"));
    assert!(!text.contains("error_variant (op , 500"));
}

#[track_caller]
fn one_mistake(item: TokenStream, fix: &str) {
    let expanded = expand(item);
    let found = mistakes(&expanded);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(expanded.to_string().contains(fix), "{found:?}");
    assert!(expanded.to_string().contains("ResponseError for E"));
}

#[test]
fn what_an_error_must_declare() {
    for (item, fix) in [
        (
            quote!(
                enum E {
                    #[error("x")]
                    A,
                }
            ),
            "`A` has no status",
        ),
        (
            quote!(
                enum E {
                    #[status(404)]
                    A,
                }
            ),
            "`A` has no text",
        ),
        (
            quote!(
                enum E {
                    #[error("x")]
                    #[status(42)]
                    A,
                }
            ),
            "from 200 to 599",
        ),
        (
            quote!(
                enum E {
                    #[error("x")]
                    #[status(200)]
                    A,
                }
            ),
            "this status says that the request succeeded",
        ),
        (
            quote!(
                enum E {
                    #[error("x")]
                    #[status(404)]
                    #[status(405)]
                    A,
                }
            ),
            "the status appears twice",
        ),
        (
            quote!(
                enum E {
                    #[error("{1}")]
                    #[status(404)]
                    A(u8),
                }
            ),
            "no field for `{1}`",
        ),
        (
            quote!(
                enum E {
                    #[error("{}", 1)]
                    #[status(404)]
                    A,
                }
            ),
            "one literal",
        ),
        (
            quote!(
                enum E {
                    #[error(transparent)]
                    #[status(404)]
                    A,
                }
            ),
            "keep one field",
        ),
        (
            quote!(
                enum E {
                    #[error(transparent)]
                    A(u8, u8),
                }
            ),
            "keep one field",
        ),
        (
            quote!(
                enum E {
                    #[error(transparent)]
                    #[header("retry-after", "3")]
                    A(#[from] B),
                }
            ),
            "or remove the header",
        ),
        (
            quote!(
                enum E {
                    #[error("x")]
                    #[status(404)]
                    A(#[from] B, u8),
                }
            ),
            "or write `#[source]`",
        ),
        (
            quote!(
                enum E {
                    #[error("x")]
                    #[status(404)]
                    A(#[source] B, #[source] C),
                }
            ),
            "only one cause",
        ),
        (
            quote!(
                struct E;
            ),
            "has no status",
        ),
        (
            quote!(
                enum E {
                    #[error("x")]
                    #[status(429)]
                    #[header("retry-after")]
                    A,
                }
            ),
            "a header is written",
        ),
        (
            quote!(
                enum E {
                    #[error("x")]
                    #[status(429)]
                    #[header("retry after", "3")]
                    A,
                }
            ),
            "not a valid header name",
        ),
        (
            quote!(
                enum E {
                    #[error("x")]
                    #[status(429)]
                    #[header("retry-after", "{seconds}")]
                    A { second: u8 },
                }
            ),
            "no field for `{seconds}`",
        ),
    ] {
        let item = match item.to_string().starts_with("struct") {
            true => quote!(#[error("x")] #item),
            false => item,
        };
        one_mistake(item, fix);
    }
}
