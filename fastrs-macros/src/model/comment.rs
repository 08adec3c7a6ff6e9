//! The documentation of a type, a variant or a field in the source: its doc comment, and whether it is deprecated.

use proc_macro2::TokenStream;
use syn::Attribute;

use super::schemars::SchemarsAttr;
use super::serde::text;
use crate::paths::emit;

/// Returns `.docs(..)`, `.deprecated()` and `.schemars_attr(..)`.
pub(super) fn docs(attrs: &[Attribute], schemars: &SchemarsAttr) -> TokenStream {
    let deprecated = attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
    let deprecated = deprecated.then(|| emit!(.deprecated()));
    let (docs, schemars_attr) = (comment(attrs), schemars.schemars_attr());
    emit!(#docs #deprecated #schemars_attr)
}

/// Returns `.docs(..)`, if there is a doc comment.
fn comment(attrs: &[Attribute]) -> Option<TokenStream> {
    let attrs = attrs.iter().filter(|attr| attr.path().is_ident("doc"));
    // The text of a line that a macro generates is not known here.
    let lines = attrs.filter_map(|attr| {
        let line = &attr.meta.require_name_value().ok()?.value;
        let text = text(&attr.meta);
        let text = text.map(|text| text.strip_prefix(' ').map(str::to_owned).unwrap_or(text));
        Some(text.ok_or_else(|| emit!(#line)))
    });
    let lines: Vec<Result<String, TokenStream>> = lines.collect();
    let known: Option<Vec<&str>> = lines.iter().map(|line| line.as_deref().ok()).collect();
    let Some(known) = known else {
        let lines = lines.iter().map(|line| match line {
            Ok(text) => emit!(#text),
            Err(line) => line.clone(),
        });
        return Some(emit!(.docs(::core::concat!(#(#lines, "\n"),*))));
    };
    let docs = known.join("\n");
    let docs = docs.trim_ascii();
    (!docs.is_empty()).then(|| emit!(.docs(#docs)))
}
