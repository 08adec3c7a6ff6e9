use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::emitted::{decisions, mistakes};

fn get(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand(Some("GET"), attr, item)
}

/// Expects exactly one error, which contains `fix`.
#[track_caller]
fn one_mistake(expanded: TokenStream, fix: &str) {
    let found = mistakes(&expanded);
    assert_eq!(found.len(), 1, "{found:?}");
    let text = expanded.to_string().replace("\\\"", "\"");
    assert!(text.contains(fix), "{found:?}");
}

#[test]
fn a_handler_expands_to_calls_only() {
    let expanded = get(
        quote!(
            "/items/<id>",
            status = 201,
            tags = ["items"],
            depends = [verify],
            responses((404, "No such item"), (409, Problem, "Taken"))
        ),
        quote! {
            /// Read one item.
            async fn read_item(
                /// Its number.
                id: u64,
                #[query(ge = 1, default = 10, validate = even)] limit: u32,
                #[header] x_token: Option<&str>,
                item: Item,
                #[depends(current_user)] user: &User,
                #[depends(has_role(role = "admin"))] _role: (),
                reply: &mut Reply,
            ) -> Result<Item, ItemError> {}
        },
    );
    assert_eq!(mistakes(&expanded), Vec::<String>::new());
    assert_eq!(decisions(expanded.clone()), Vec::<String>::new());
    let text = expanded.to_string();
    assert!(text.starts_with("# [doc = r\" Read one item.\"] # [allow ("));
    assert!(text.contains(")] async fn read_item < > (id : u64 , limit : u32 ,"));
    assert!(text.contains(". header_name (\"x-token\")"));
    assert!(text.contains(". doc_comment (\"Read one item.\")"));
}

#[test]
fn a_blocking_handler_is_called_where_it_may_block() {
    let text = get(
        quote!("/", blocking),
        quote!(
            fn f() -> u64 {
                1
            }
        ),
    )
    .to_string();
    assert!(text.contains(":: blocking (|| f ())"));
}

#[test]
fn an_incomplete_body_is_kept() {
    let text = get(quote!("/"), quote!(async fn f() -> u64 { let x = ; x. })).to_string();
    assert!(text.contains("{ let x = ; x . }"));
}

#[test]
fn a_wrong_attribute_leaves_the_function_and_its_struct() {
    let expanded = get(
        quote!("/<id>"),
        quote!(
            pub async fn f(
                /** doc */
                #[query(ge = 1)]
                x: u8,
            ) {
            }
        ),
    );
    let text = expanded.to_string();
    assert!(text.contains(")] pub async fn f < > (x : u8 ,) { }"));
    assert!(text.contains("pub type f = __handler_f ;"));
    assert!(text.contains("IntoRoute for "));
}

#[test]
fn placeholders_are_arguments() {
    let read_item = || {
        quote!(
            async fn f() {}
        )
    };
    one_mistake(
        get(quote!("/<id>"), read_item()),
        "add `id: ..` to the function",
    );
    one_mistake(
        get(
            quote!("/<id>"),
            quote!(
                async fn f(ids: u8) {}
            ),
        ),
        "or the argument to `id`",
    );
    one_mistake(
        get(
            quote!("/<id>"),
            quote!(
                async fn f(#[query] id: u8) {}
            ),
        ),
        "is not read from the path",
    );
    one_mistake(
        get(
            quote!("/{id}"),
            quote!(
                async fn f(id: u8) {}
            ),
        ),
        "write `<id>`",
    );
    // A router's prefix may provide it.
    assert!(
        mistakes(&get(
            quote!("/"),
            quote!(
                async fn f(#[path] shop: u8) {}
            )
        ))
        .is_empty()
    );
    let aliased = quote!(
        async fn f(#[path(alias = "item-id")] id: u8) {}
    );
    assert!(mistakes(&get(quote!("/<item-id>"), aliased)).is_empty());
}

#[test]
fn the_attribute_reports_unknown_keys() {
    let read_item = || {
        quote!(
            async fn f() {}
        )
    };
    for (attr, fix) in [
        (quote!("/", staus = 201), "did you mean `status`?"),
        (
            quote!("/", status = 201, status = 202),
            "`status` appears twice",
        ),
        (quote!("/", status = 99), "from 200 to 599"),
        (quote!("/", status = "ok"), "from 200 to 599"),
        (
            quote!("/", responses = [404]),
            "responses((404, \"No such item\")",
        ),
        (
            quote!("/", responses((404))),
            "a response is written `(404, \"No such item\")`",
        ),
        (quote!("/", tags = "a"), "`tags` is a list"),
        (quote!("/", summary), "`summary` needs a value"),
        (quote!("/", depends = [1]), "the name of its function"),
        (quote!("/", path = "/x"), "the path appears twice"),
        (
            quote!("/", method = "GET"),
            "the attribute's name is the method",
        ),
        (quote!(), "needs a path"),
        (quote!(3), "needs a path"),
        (quote!(ITEMS), "a macro cannot read a constant"),
        (
            quote!(paths::ITEMS, status = 201),
            "a macro cannot read a constant",
        ),
        (quote!(concat!("/", "x")), "a macro cannot read a constant"),
    ] {
        one_mistake(get(attr, read_item()), fix);
    }
    one_mistake(expand(None, quote!("/"), read_item()), "needs a method");
    one_mistake(
        expand(None, quote!("/", method = "purge"), read_item()),
        "write `\"PURGE\"`",
    );
    assert!(
        mistakes(&expand(
            None,
            quote!(method = "PURGE", path = "/x"),
            read_item()
        ))
        .is_empty()
    );
}

#[test]
fn mistakes_in_a_signature_are_reported() {
    for (item, fix) in [
        (
            quote!(
                fn f() {}
            ),
            "or add `blocking`",
        ),
        (
            quote!(
                async fn f<T>(x: T) {}
            ),
            "cannot be generic",
        ),
        (
            quote!(
                async fn f() -> impl Sized {}
            ),
            "write the concrete type",
        ),
        (
            quote!(
                async fn f(&self) {}
            ),
            "without `self`",
        ),
        (
            quote!(
                async fn f(Item { id }: Item) {}
            ),
            "write a plain name",
        ),
        (
            quote!(
                async fn f(y: Yield<u8>) {}
            ),
            "only a `#[dependency]` can take a `Yield`",
        ),
        (
            quote!(
                async fn f(#[arg] y: u8) {}
            ),
            "`#[arg]` is for the arguments of a dependency",
        ),
        (
            quote!(
                async fn f();
            ),
            "a handler must have a body",
        ),
        (
            quote!(
                struct S;
            ),
            "is for a function",
        ),
        (
            quote!(
                async fn f(#[qurey] q: u8) {}
            ),
            "did you mean `query`?",
        ),
        (
            quote!(
                async fn f(
                    #[query]
                    #[header]
                    q: u8,
                ) {
                }
            ),
            "an argument can have only one source",
        ),
        (
            quote!(
                async fn f(#[query(gee = 1)] q: u8) {}
            ),
            "did you mean `ge`?",
        ),
        (
            quote!(
                async fn f(#[query(ge = 1, ge = 2)] q: u8) {}
            ),
            "`ge` appears twice",
        ),
        (
            quote!(
                async fn f(#[query(ge = 1, default = 0)] q: u8) {}
            ),
            "violates its own constraint `ge = 1`",
        ),
        (
            quote!(
                async fn f(#[query(ge = "a")] q: u8) {}
            ),
            "`ge` takes a number",
        ),
        (
            quote!(
                async fn f(#[query(min_length = -1)] q: String) {}
            ),
            "`min_length` takes a whole number",
        ),
        (
            quote!(
                async fn f(#[path(default = 0)] q: u8) {}
            ),
            "cannot have a default",
        ),
        (
            quote!(
                async fn f(#[depends] q: u8) {}
            ),
            "needs a dependency",
        ),
        (
            quote!(
                async fn f(#[depends(a, use_cahce = false)] q: u8) {}
            ),
            "did you mean `use_cache`?",
        ),
        (
            quote!(
                async fn f(#[cfg(unix)] q: u8) {}
            ),
            "define the function twice",
        ),
    ] {
        one_mistake(get(quote!("/"), item), fix);
    }
    let contradiction = get(
        quote!("/", blocking),
        quote!(
            async fn f() {}
        ),
    );
    one_mistake(contradiction, "`blocking` is for a plain `fn`");
}

#[test]
fn a_cached_handler_says_for_how_long() {
    let item = || {
        quote!(
            async fn f() {}
        )
    };
    let expanded = get(
        quote!(
            "/",
            cache(
                seconds = TTL,
                stale = 5,
                tags = ["a"],
                by = [],
                shared,
                statuses = [203]
            )
        ),
        item(),
    );
    assert_eq!(mistakes(&expanded), Vec::<String>::new());
    let text = expanded.to_string();
    assert!(text.contains("CacheMeta :: new (TTL) . stale (5)"));
    assert!(text.contains(". tags (& [\"a\"]) . by (& []) . shared () . statuses (& ["));
    assert!(text.contains("__drive_cached ! (Self , request)"));
    for (attr, fix) in [
        (quote!("/", cache), "`cache(seconds = 60)`"),
        (quote!("/", cache = 60), "`cache(seconds = 60)`"),
        (quote!("/", cache(stale = 60)), "`cache(seconds = 60)`"),
        (
            quote!("/", cache(second = 60, seconds = 1)),
            "did you mean `seconds`?",
        ),
        (
            quote!("/", cache(seconds = 1, tags = [TAG])),
            "a tag must be a string literal",
        ),
        (quote!("/", cache(seconds = 1, by = "x")), "`by = [..]`"),
    ] {
        one_mistake(get(attr, item()), fix);
    }
    let post = expand(Some("POST"), quote!("/", cache(seconds = 1)), item());
    one_mistake(post, "only the responses of a `GET` can be cached");
}

#[test]
fn several_mistakes_are_shown_together() {
    let expanded = get(
        quote!("/<id>", staus = 1),
        quote!(
            fn f(#[qurey] x: u8) {}
        ),
    );
    assert_eq!(mistakes(&expanded).len(), 4);
}

#[test]
fn the_status_determines_whether_there_is_a_body() {
    let text = get(
        quote!("/", status = 204),
        quote!(
            async fn f() {}
        ),
    )
    .to_string();
    assert!(text.contains("Returns :: < () > :: no_content"));
    let text = get(
        quote!("/"),
        quote!(
            async fn f() {}
        ),
    )
    .to_string();
    assert!(text.contains("Returns :: < () > :: response"));
}
