use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::emitted::{decisions, mistakes};

fn model(item: TokenStream) -> String {
    let expanded = expand(TokenStream::new(), item);
    assert_eq!(mistakes(&expanded), Vec::<String>::new());
    expanded.to_string()
}

#[test]
fn a_model_expands_to_calls_only() {
    for item in [
        quote!(
            struct Item {
                #[field(min_length = 1, default = "a", validate = check)]
                name: String,
                #[serde(flatten)]
                rest: Rest,
            }
        ),
        quote!(
            struct Age(#[field(ge = 0)] u8);
        ),
        quote!(
            struct Page<T> {
                items: Vec<T>,
            }
        ),
        quote!(
            enum Color {
                Red,
                Green,
            }
        ),
    ] {
        let expanded = expand(quote!(title = "T", validate = check), item);
        assert_eq!(mistakes(&expanded), Vec::<String>::new());
        assert_eq!(decisions(expanded), Vec::<String>::new());
    }
}

#[test]
fn an_enum_with_values_only_chooses_its_variant() {
    let expanded = expand(
        quote!(),
        quote!(
            enum Pet {
                Cat(Cat),
                Dog { name: String },
                None,
            }
        ),
    );
    assert_eq!(decisions(expanded).len(), 1);
}

#[test]
fn errors_are_placed_by_the_names_in_the_input() {
    let text = model(quote! {
        #[serde(rename_all = "camelCase")]
        struct Item {
            in_stock: Stock,
            #[field(alias = "itemName")] name: Name,
            #[serde(rename(serialize = "out", deserialize = "in"))] both: Both,
            #[serde(skip)] hidden: u8,
            #[field(read_only)] id: u64,
        }
    });
    for name in ["inStock", "itemName", "in"] {
        assert!(text.contains(&format!("validate_at (\"{name}\"")), "{name}");
    }
    // Once for the model, and once for `Partial`; none for the field that no client sends, or for the number.
    assert_eq!(text.matches("validate_at").count(), 6);
    assert!(text.contains("# [serde (rename = \"itemName\")]"));
    assert!(text.contains("# [serde (skip_deserializing)]"));
}

#[test]
fn a_variants_place_follows_its_tag() {
    let fields = quote!({
        #[serde(rename_all = "UPPERCASE")]
        BigCat {
            name: Name,
            age: u8,
        }
    });
    let with = |serde: TokenStream| model(quote!(#serde enum Pet #fields));
    let external = with(quote!(#[serde(rename_all = "snake_case")]));
    assert!(external.contains("at_field (\"big_cat\""));
    assert!(external.contains("validate_at (\"NAME\""));
    let adjacent = with(quote!(#[serde(tag = "kind", content = "data")]));
    assert!(adjacent.contains("at_field (\"data\""));
    let untagged = with(quote!(#[serde(untagged)]));
    assert_eq!(untagged.matches("validate_at").count(), 1);
    assert!(!untagged.contains("at_field"));
}

#[test]
fn a_default_is_a_function_of_the_type() {
    let text = model(quote!(
        struct Page<T> {
            #[field(default = 1)]
            number: u32,
            items: Vec<T>,
        }
    ));
    assert!(text.contains("# [serde (default = \"Page :: < T > :: __default_number\")]"));
    assert!(text.contains("fn __default_number () -> u32"));
    assert!(text.contains("format ! (\"Page_{T}_\" , T = "));
}

#[test]
fn a_type_is_read_as_what_it_is() {
    assert!(
        model(quote!(
            struct A {
                x: u8,
            }
        ))
        .contains("Element for A { }")
    );
    assert!(
        model(quote!(
            enum A {
                X,
                Y,
            }
        ))
        .contains("Reads :: Scalar")
    );
    assert!(
        model(quote!(
            #[serde(tag = "t")]
            enum A {
                X,
                Y,
            }
        ))
        .contains("Element for A { }")
    );
    assert!(
        model(quote!(
            struct A(u8);
        ))
        .contains("Inner :: < u8 > :: READ")
    );
    assert!(
        model(quote!(
            #[serde(transparent)]
            struct A {
                x: u8,
            }
        ))
        .contains("Inner :: < u8 > :: READ")
    );
}

#[track_caller]
fn one_mistake(attr: TokenStream, item: TokenStream, fix: &str) {
    let expanded = expand(attr, item);
    let found = mistakes(&expanded);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(expanded.to_string().contains(fix), "{found:?}");
}

#[test]
fn what_a_model_cannot_declare() {
    for (attr, item, fix) in [
        (
            quote!(),
            quote!(
                struct A {
                    #[field(min_lenght = 1)]
                    x: String,
                }
            ),
            "did you mean `min_length`?",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[field(ge = 1, default = 0)]
                    x: u8,
                }
            ),
            "violates its own constraint",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[field(ge = 1)]
                    #[field(ge = 2)]
                    x: u8,
                }
            ),
            "`ge` appears twice",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[field(read_only, write_only)]
                    x: u8,
                }
            ),
            "both `read_only` and `write_only`",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[field]
                    x: u8,
                }
            ),
            "write `#[field(..)]`",
        ),
        (
            quote!(),
            quote!(
                enum A {
                    #[field(ge = 1)]
                    X(u8),
                }
            ),
            "`#[field]` is for fields",
        ),
        (
            quote!(),
            quote!(
                struct A<'a> {
                    x: &'a str,
                }
            ),
            "a model must own its data",
        ),
        (
            quote!(),
            quote!(
                fn a() {}
            ),
            "is for a type",
        ),
        (
            quote!(literal),
            quote!(
                struct A {
                    x: u8,
                }
            ),
            "variants have no fields",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[validate(length(min = 1))]
                    x: String,
                }
            ),
            "fastrs does not check it: write `#[field(..)]`",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[garde(length(min = 1))]
                    x: String,
                }
            ),
            "fastrs does not check it: write `#[field(..)]`",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[schemars(length(min = 1), title = "X")]
                    x: String,
                }
            ),
            "use `#[field(min_length = .., max_length = ..)]`",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[serde(with = "stamp")]
                    x: String,
                }
            ),
            "add `#[schemars(with = ",
        ),
        (
            quote!(),
            quote!(
                enum A {
                    X {
                        #[serde(deserialize_with = "stamp")]
                        x: String,
                    },
                }
            ),
            "add `#[schemars(with = ",
        ),
        (
            quote!(),
            quote!(
                enum A {
                    #[serde(with = "stamp")]
                    X(String),
                }
            ),
            "a function deserializes this variant",
        ),
        (
            quote!(),
            quote!(
                struct A {
                    #[schemars(with = String)]
                    x: String,
                }
            ),
            "`with` takes a string literal",
        ),
        (
            quote!(),
            quote!(
                #[schemars(extend = "x-a")]
                struct A {
                    x: String,
                }
            ),
            "`extend` takes its keywords in parentheses",
        ),
        (
            quote!(strct),
            quote!(
                struct A {
                    x: u8,
                }
            ),
            "did you mean `strict`?",
        ),
    ] {
        one_mistake(attr, item, fix);
    }
}

#[test]
fn a_field_that_declares_its_json_may_be_read_by_a_function() {
    for field in [
        quote!(#[serde(with = "stamp")] #[schemars(with = "String")] x: Stamp),
        quote!(#[serde(deserialize_with = "stamp")] #[schemars(schema_with = "schema")] x: Stamp),
        quote!(#[serde(with = "As::<Stamp>")] x: Stamp),
        quote!(#[serde(serialize_with = "stamp")] x: Stamp),
    ] {
        let text = model(quote!(struct A { #field }));
        assert!(
            !text.contains("Patch for A"),
            "its fields are not read by their types"
        );
    }
}

#[test]
fn a_flattened_field_is_read_from_the_remaining_keys() {
    let text = model(quote!(
        struct A {
            x: u8,
            #[serde(flatten)]
            rest: Rest,
        }
    ));
    assert!(text.contains("Represented for A"));
    assert!(text.contains(
        "names_of :: < < __Fields as :: fastrs :: __private :: Then < Rest >> :: Type >"
    ));
    assert!(text.contains("PatchField :: flattened"));
}

#[test]
fn a_model_with_a_mistake_is_still_a_model() {
    let text = expand(
        quote!(),
        quote!(
            struct A {
                #[field(gee = 1)]
                x: u8,
            }
        ),
    )
    .to_string();
    assert!(text.contains("Model for A"));
    assert!(!text.contains("# [field"));
}
