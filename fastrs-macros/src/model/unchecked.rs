//! Attributes for other crates on a field that would appear in the document but that nothing would check.

use syn::{Attribute, Meta, Path};

use super::schemars;
use super::serde::{metas, text};
use crate::errors::Errors;

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
    if !check_reader(attrs, errors) {
        attrs.push(schemars::nothing());
    }
}

fn is_foreign(path: &Path) -> bool {
    path.is_ident("validate") || path.is_ident("garde")
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
            || meta.path().is_ident("with")
                && text(meta).is_some_and(|path| !schemars::names_a_type(&path))
    });
    if let Some(reader) = reader {
        errors.on(
            reader.path(),
            "a function deserializes this field, so its type does not describe its JSON: add `#[schemars(with = \"String\")]`, with the right type for its JSON",
        );
    }
    reader.is_none()
}
