//! Complete expansions as files, next to their sources, so that every change in generated code shows up in a diff.
//!
//! `UPDATE_GOLDEN=1 cargo test -p fastrs-macros` writes them.

use std::{fs, path::PathBuf};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, File, Item, Meta};

use crate::emitted::decisions;

const NAMES: [&str; 9] = [
    "handler",
    "smallest",
    "dependency",
    "yielding",
    "secured",
    "model",
    "data_enum",
    "socket",
    "settings",
];

#[test]
fn expansions_are_as_reviewed() {
    for name in NAMES {
        let expanded = prettyplease::unparse(&expand(name));
        let path = folder().join(format!("{name}.expanded.rs"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &expanded).unwrap();
        }
        let reviewed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            expanded == reviewed,
            "{}: the expansion differs; `UPDATE_GOLDEN=1` rewrites it",
            path.display()
        );
    }
}

#[test]
fn expansions_contain_no_decisions() {
    for name in NAMES.into_iter().filter(|name| *name != "data_enum") {
        assert_eq!(decisions(own(name)), Vec::<String>::new(), "{name}");
    }
}

/// `match` is allowed here: only it determines which variant a value is, and only the macro sees the variants.
#[test]
fn an_enum_with_data_is_resolved_once() {
    let decisions = decisions(own("data_enum"));
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    assert!(decisions[0].starts_with("match self"), "{decisions:?}");
}

/// Returns the macro's own part of an expansion: everything except the annotated item.
fn own(name: &str) -> TokenStream {
    let file = expand(name);
    let items = file.items.iter().skip(1);
    items.map(ToTokens::to_token_stream).collect()
}

fn expand(name: &str) -> File {
    let source = fs::read_to_string(folder().join(format!("{name}.rs"))).unwrap();
    let mut file = syn::parse_file(&source).unwrap();
    let item = &mut file.items[0];
    let attrs = match item {
        Item::Fn(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        _ => panic!("{name} is a function or a type"),
    };
    let is_ours = |attr: &Attribute| !attr.path().is_ident("doc");
    let ours = attrs.iter().position(is_ours).unwrap();
    let ours = attrs.remove(ours);
    let keys = match &ours.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let (name, item) = (
        ours.path().to_token_stream().to_string(),
        item.to_token_stream(),
    );
    let expanded = match name.as_str() {
        "get" => crate::route::expand(Some("GET"), keys, item),
        "websocket" => crate::route::expand(Some(crate::route::WEBSOCKET), keys, item),
        "dependency" => crate::dependency::expand(keys, item),
        "model" => crate::model::expand(keys, item),
        "settings" => crate::settings::expand(keys, item),
        other => panic!("unknown macro `{other}`"),
    };
    syn::parse2(expanded).unwrap()
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/golden/expand"
    ))
}
