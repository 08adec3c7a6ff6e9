//! Attributes for other crates on a field that would appear in the document but that nothing would check.

use syn::{Attribute, Meta, Path};

use super::serde::{metas, text};
use crate::errors::Errors;

/// schemars' keys for bounds, and their equivalents in fastrs.
const BOUNDS: [(&str, &str); 8] = [
    (
        "length",
        "`#[field(min_length = .., max_length = ..)]`, or `min_items` and `max_items`",
    ),
    ("range", "`#[field(ge = .., le = ..)]`"),
    ("regex", "`#[field(pattern = ..)]`"),
    ("pattern", "`#[field(pattern = ..)]`"),
    ("contains", "`#[field(pattern = ..)]`"),
    ("inner", "`#[field(..)]` on a newtype of the inner type"),
    ("email", "the type `EmailStr`"),
    ("url", "the type `Url`"),
];

/// Removes and reports attributes that set unchecked bounds.
pub(super) fn check(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    for attr in attrs.extract_if(.., |attr| is_foreign(attr.path())) {
        let name = attr.path().get_ident().map(ToString::to_string);
        let name = name.unwrap_or_default();
        errors.on(
            attr.path(),
            format!(
                "`#[{name}(..)]` would be documented, but fastrs does not check it: write `#[field(..)]`, which is documented and checked"
            ),
        );
    }
    for attr in attrs
        .iter_mut()
        .filter(|attr| attr.path().is_ident("schemars"))
    {
        let entries = metas(std::slice::from_ref(attr), "schemars");
        for meta in &entries {
            let found = BOUNDS.iter().find(|(name, _)| meta.path().is_ident(*name));
            if let Some((name, fix)) = found {
                errors.on(
                    meta.path(),
                    format!("schemars' `{name}` would be documented, but nothing would check it: use {fix}"),
                );
            }
        }
        let kept = entries.iter().filter(|meta| !is_bound(meta));
        *attr = syn::parse_quote!(#[schemars(#(#kept),*)]);
    }
    if !check_reader(attrs, errors) {
        // schemars would mistake the module for a type.
        attrs.push(syn::parse_quote!(#[schemars(with = "()")]));
    }
}

fn is_foreign(path: &Path) -> bool {
    path.is_ident("validate") || path.is_ident("garde")
}

fn is_bound(meta: &Meta) -> bool {
    BOUNDS.iter().any(|(name, _)| meta.path().is_ident(*name))
}

/// Returns whether the field or its type declares its JSON schema. A field that a function reads has to declare it.
fn check_reader(attrs: &[Attribute], errors: &mut Errors) -> bool {
    let entries = metas(attrs, "schemars");
    let is_said = |meta: &Meta| {
        ["with", "schema_with"]
            .iter()
            .any(|name| meta.path().is_ident(*name))
    };
    if entries.iter().any(is_said) {
        return true;
    }
    let entries = metas(attrs, "serde");
    let reader = entries.iter().find(|meta| {
        meta.path().is_ident("deserialize_with")
            || meta.path().is_ident("with") && text(meta).is_some_and(|path| !names_a_type(&path))
    });
    if let Some(reader) = reader {
        errors.on(
            reader.path(),
            "a function deserializes this field, so its type does not describe its JSON: add `#[schemars(with = \"String\")]`, with the right type for its JSON",
        );
    }
    reader.is_none()
}

/// Returns whether a path looks like a type rather than a module, judging by its spelling.
fn names_a_type(path: &str) -> bool {
    let path = path.split('<').next().unwrap_or_default();
    let last = path.trim_end_matches("::").rsplit("::").next();
    let last = last.unwrap_or_default().trim();
    last.starts_with(|first: char| first.is_uppercase())
}
