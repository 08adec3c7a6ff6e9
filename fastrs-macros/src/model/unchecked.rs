//! Attributes for other crates on a field or a variant that would appear in the document but that nothing would check.

use syn::{Attribute, Path, parse_quote};

use super::schemars::{SchemarsAttr, With, names_a_type};
use super::serde::{metas, text};
use crate::errors::Errors;

/// Removes and reports attributes of a field or a variant that set unchecked bounds.
pub(super) fn check(
    attrs: &mut Vec<Attribute>,
    owner: &str,
    schemars: &mut SchemarsAttr,
    errors: &mut Errors,
) {
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
    if schemars.with.is_none() && !check_reader(attrs, owner, errors) {
        // Its own type may have no schema, which would cause a second error.
        schemars.with = Some(With::Type(parse_quote!(())));
    }
}

fn is_foreign(path: &Path) -> bool {
    path.is_ident("validate") || path.is_ident("garde")
}

/// Returns whether the type describes the JSON. A field that a function reads has to declare its schema.
fn check_reader(attrs: &[Attribute], owner: &str, errors: &mut Errors) -> bool {
    let entries = metas(attrs);
    let reader = entries.iter().find(|meta| {
        meta.path().is_ident("deserialize_with")
            || meta.path().is_ident("with") && text(meta).is_some_and(|path| !names_a_type(&path))
    });
    if let Some(reader) = reader {
        errors.on(
            reader.path(),
            format!(
                "a function deserializes this {owner}, so its type does not describe its JSON: add `#[schemars(with = \"String\")]`, with the right type for its JSON"
            ),
        );
    }
    reader.is_none()
}
