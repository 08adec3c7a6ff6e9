use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::emitted::{decisions, mistakes};

#[test]
fn a_dependency_expands_to_calls_only() {
    for (attr, item) in [
        (
            quote!(),
            quote!(
                async fn a(
                    #[header] token: &str,
                    #[depends(b)] b: &mut B,
                    #[arg] role: u8,
                ) -> Result<A> {
                }
            ),
        ),
        (
            quote!(),
            quote!(
                async fn a(#[depends(b)] b: B, #[depends(c)] c: &C, lend: Yield<A>) -> Result<()> {}
            ),
        ),
        (
            quote!(scope = "app"),
            quote!(
                async fn a(#[depends(b)] b: &B) -> A {}
            ),
        ),
        (
            quote!(scope = "app"),
            quote!(
                pub async fn settings() -> Settings;
            ),
        ),
        (
            quote!(blocking),
            quote!(
                fn a() -> A {}
            ),
        ),
    ] {
        let expanded = expand(attr, item);
        assert_eq!(mistakes(&expanded), Vec::<String>::new());
        assert_eq!(decisions(expanded), Vec::<String>::new());
    }
    let job = crate::job::expand(
        quote!(),
        quote!(
            async fn j(#[depends(b)] b: &B) -> Result<()> {}
        ),
    );
    assert_eq!(mistakes(&job), Vec::<String>::new());
    assert_eq!(decisions(job), Vec::<String>::new());
}

#[test]
fn a_dependency_that_yields_keeps_what_it_takes() {
    let item = quote!(
        async fn a(#[depends(b)] b: B, #[depends(c)] c: &C, lend: Yield<A>) {}
    );
    let text = expand(quote!(), item).to_string();
    assert!(text.contains("use self :: { b as __Named0 } ;"));
    assert!(text.contains("keep_clone :: < __Dep0 , B > (d0)"));
    assert!(text.contains("keep_ref :: < __Dep1 > (d1)"));
    assert!(text.contains("d1 . get :: < C > ()"));
    assert!(text.contains(":: Then < A >> :: Type ;"));
}

#[test]
fn a_dependency_without_a_body_is_provided() {
    let text = expand(
        quote!(scope = "app"),
        quote!(
            async fn settings() -> Settings;
        ),
    )
    .to_string();
    assert!(text.contains("not_provided (\"settings\")"));
    assert!(text.contains("const PROVIDED : bool = true"));
}

#[track_caller]
fn one_mistake(attr: TokenStream, item: TokenStream, fix: &str) {
    let expanded = expand(attr, item);
    let found = mistakes(&expanded);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        expanded.to_string().replace("\\\"", "\"").contains(fix),
        "{found:?}"
    );
}

#[test]
fn what_a_dependency_cannot_be() {
    let app = || quote!(scope = "app");
    for (attr, item, fix) in [
        (
            app(),
            quote!(
                async fn a(#[query] q: u8) -> A {}
            ),
            "created before any request: remove `q`",
        ),
        (
            app(),
            quote!(
                async fn a(reply: &mut Reply) -> A {}
            ),
            "created before any request",
        ),
        (
            app(),
            quote!(
                async fn a(#[arg] q: u8) -> A {}
            ),
            "so it takes no arguments",
        ),
        (
            app(),
            quote!(
                async fn a(#[depends(b)] b: B) -> A;
            ),
            "gets its value from `App::provide`",
        ),
        (
            quote!(),
            quote!(
                async fn a() -> A;
            ),
            "add `scope = \"app\"`, or a body",
        ),
        (
            quote!(scope = "ap"),
            quote!(
                async fn a() -> A {}
            ),
            "a scope is `\"app\"`",
        ),
        (
            quote!(scop = "app"),
            quote!(
                async fn a() -> A {}
            ),
            "did you mean `scope`?",
        ),
        (
            quote!(),
            quote!(
                fn a() -> A {}
            ),
            "or add `blocking`",
        ),
        (
            quote!(),
            quote!(
                async fn a(q: &str) -> &str {}
            ),
            "return a type that owns",
        ),
        (
            quote!(),
            quote!(
                async fn a(x: Yield<A>, y: Yield<B>) {}
            ),
            "keep one `Yield`",
        ),
        (
            quote!(),
            quote!(
                async fn a(#[depends(b)] b: &mut B, y: Yield<A>) {}
            ),
            "take this one by value",
        ),
        (
            quote!(),
            quote!(
                async fn a(reply: &mut Reply, y: Yield<A>) {}
            ),
            "outlives the reply",
        ),
        (
            quote!(blocking),
            quote!(
                fn a(y: Yield<A>) {}
            ),
            "so it must be an `async fn`",
        ),
    ] {
        one_mistake(attr, item, fix);
    }
}

#[test]
fn an_unfinished_dependency_can_still_be_used() {
    let text = expand(
        quote!(),
        quote!(
            async fn a(#[qurey] q: u8) -> A {}
        ),
    )
    .to_string();
    assert!(text.contains("Provider for a"));
    assert!(text.contains("type Returned = A"));
}

#[test]
fn a_job_has_no_request() {
    let expanded = crate::job::expand(
        quote!(),
        quote!(
            async fn j(q: u8) {}
        ),
    );
    assert_eq!(mistakes(&expanded).len(), 1);
    assert!(expanded.to_string().contains("Job for j"));
}

#[test]
fn a_yield_is_reported_with_its_equivalent() {
    let item = quote!(
        async fn db() -> Db {
            let db = Db::open();
            yield db;
        }
    );
    let expanded = expand(quote!(), item);
    assert!(mistakes(&expanded)[0].contains("take `lend: Yield<T>`"));
    assert!(!expanded.to_string().contains("yield"));
    let item = quote!(
        async fn rows() -> Rows {
            stream! { yield 1; }
        }
    );
    assert_eq!(mistakes(&expand(quote!(), item)), Vec::<String>::new());
}
