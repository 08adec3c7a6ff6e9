//! Doc comments as text for readers of the OpenAPI document.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// A doc comment, without the space that follows its slashes.
#[derive(Clone, Default)]
pub(crate) struct Docs(String);

impl Docs {
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let lines: Vec<String> = attrs.iter().filter_map(text).flat_map(lines).collect();
        Self(unindent(&lines).trim().to_owned())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn whole(&self) -> &str {
        &self.0
    }

    /// Returns the first paragraph on one line, and the text after it.
    pub(crate) fn split(&self) -> (String, &str) {
        let (first, rest) = self.0.split_once("\n\n").unwrap_or((&self.0, ""));
        let words: Vec<&str> = first.lines().map(str::trim).collect();
        (words.join(" "), rest.trim())
    }
}

/// Returns the literal of `#[doc = ".."]`. `#[doc(hidden)]` and computed docs have no text here.
fn text(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the lines of one comment, without the stars of a block comment.
fn lines(comment: String) -> Vec<String> {
    let block = comment.contains('\n');
    comment
        .lines()
        .map(|line| match line.trim_start().strip_prefix('*') {
            Some(text) if block => text.to_owned(),
            _ => line.to_owned(),
        })
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .into_iter()
        .chain(comment.is_empty().then(String::new))
        .collect()
}

/// Removes the indentation that all lines share.
fn unindent(lines: &[String]) -> String {
    let indent = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let texts: Vec<&str> = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or(""))
        .collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docs(item: syn::ItemStruct) -> Docs {
        Docs::of(&item.attrs)
    }

    #[test]
    fn the_first_paragraph_is_one_line_and_the_rest_keeps_its_shape() {
        let docs = docs(syn::parse_quote! {
            /// Read one
            /// item.
            ///
            /// - a
            ///   - b
            struct S;
        });
        assert_eq!(docs.split(), ("Read one item.".to_owned(), "- a\n  - b"));
        assert_eq!(docs.whole(), "Read one\nitem.\n\n- a\n  - b");
    }

    #[test]
    fn a_block_comment_reads_like_lines() {
        let docs = docs(syn::parse_quote! {
            /** One.
              *
              * Two. */
            struct S;
        });
        assert_eq!(docs.split().0, "One.");
        assert_eq!(docs.split().1, "Two.");
    }

    #[test]
    fn other_doc_attributes_are_not_text() {
        let docs = docs(syn::parse_quote! {
            #[doc(hidden)]
            struct S;
        });
        assert!(docs.is_empty());
    }
}
