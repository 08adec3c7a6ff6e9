//! `"no item {0}"`: text that contains the error's fields.

use proc_macro2::Span;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Fields, Ident, LitStr, Member};

use crate::errors::{Errors, instead};
use crate::paths::at;

/// A text, rewritten for `write!`, and the fields that it uses.
pub(crate) struct Template {
    described: String,
    rewritten: LitStr,
    fields: Vec<(Member, Ident)>,
}

impl Template {
    pub(super) fn read(literal: LitStr, fields: &Fields, errors: &mut Errors) -> Self {
        let text = literal.value();
        let known: Vec<(String, Member)> = fields
            .members()
            .map(|member| (label(&member), member))
            .collect();
        let (mut rewritten, mut used) = (String::new(), Vec::<(Member, Ident)>::new());
        let mut described = String::new();
        for piece in pieces(&text) {
            let Piece::Field { name, format } = piece else {
                rewritten.push_str(piece.text());
                described.push_str(&piece.text().replace("{{", "{").replace("}}", "}"));
                continue;
            };
            match name.starts_with(|c: char| c.is_ascii_digit()) {
                true => described.push('…'),
                false => described.push_str(&format!("{{{name}}}")),
            }
            let Some((_, member)) = known.iter().find(|(label, _)| label == name) else {
                errors.on(&literal, unknown(name, &known));
                continue;
            };
            let binding = binding(name);
            rewritten.push_str(&format!("{{{binding}{format}}}"));
            let widths = known
                .iter()
                .filter(|(label, _)| format.contains(&format!("{label}$")));
            let wanted = widths.map(|(_, member)| member).chain([member]);
            for member in wanted {
                if !used.iter().any(|(other, _)| other == member) {
                    used.push((member.clone(), self::binding(&label(member))));
                }
            }
        }
        let mut new = LitStr::new(&rewritten, literal.span());
        // Captured names have the literal's hygiene, but need the pattern's.
        new.set_span(at(literal.span()));
        Self {
            described,
            rewritten: new,
            fields: used,
        }
    }

    /// Returns the text for the document, in which `…` replaces a field without a name.
    pub(super) fn described(&self) -> &str {
        &self.described
    }

    pub(super) fn rewritten(&self) -> &LitStr {
        &self.rewritten
    }

    /// Returns the fields that the text uses, and their names in it.
    pub(super) fn fields(&self) -> &[(Member, Ident)] {
        &self.fields
    }
}

fn label(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

fn binding(name: &str) -> Ident {
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format_ident!("_{name}", span = Span::mixed_site()),
        false => format_ident!("{name}", span = Span::mixed_site()),
    }
}

fn unknown(name: &str, known: &[(String, Member)]) -> String {
    let labels: Vec<&str> = known.iter().map(|(label, _)| label.as_str()).collect();
    if labels.is_empty() {
        return format!("there is no field for `{{{name}}}`: write `{{{{` and `}}}}` for braces");
    }
    format!(
        "there is no field for `{{{name}}}`: {}",
        instead(name, &labels)
    )
}

/// Literal text, or a field name and its format.
enum Piece<'a> {
    Text(&'a str),
    Field { name: &'a str, format: &'a str },
}

impl Piece<'_> {
    fn text(&self) -> &str {
        match self {
            Piece::Text(text) => text,
            Piece::Field { .. } => "",
        }
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(open) = rest.find('{') {
        if rest[open..].starts_with("{{") {
            pieces.push(Piece::Text(&rest[..open + 2]));
            rest = &rest[open + 2..];
            continue;
        }
        // A lone opening brace is an error of `write!`, which reports it in its own words.
        let Some(close) = rest[open..].find('}') else {
            break;
        };
        pieces.push(Piece::Text(&rest[..open]));
        let inside = &rest[open + 1..open + close];
        let name = inside.split(':').next().unwrap_or(inside);
        let format = &inside[name.len()..];
        pieces.push(Piece::Field {
            name: name.trim(),
            format,
        });
        rest = &rest[open + close + 1..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, fields: syn::ItemStruct) -> (String, usize, String) {
        let mut errors = Errors::default();
        let literal = LitStr::new(text, Span::call_site());
        let template = Template::read(literal, &fields.fields, &mut errors);
        let count = template.fields().len();
        (
            template.rewritten().value(),
            count,
            errors.into_tokens().to_string(),
        )
    }

    #[test]
    fn fields_are_named_by_position_or_name() {
        let unnamed = || {
            syn::parse_quote!(
                struct E(u64, String);
            )
        };
        let named = || {
            syn::parse_quote!(
                struct E {
                    id: u64,
                    width: usize,
                }
            )
        };
        assert_eq!(read("no item {0}", unnamed()).0, "no item {_0}");
        assert_eq!(read("{0:?} {1:>4} {0}", unnamed()).0, "{_0:?} {_1:>4} {_0}");
        assert_eq!(read("{{{0}}} is {{0}}", unnamed()).0, "{{{_0}}} is {{0}}");
        assert_eq!(read("no item {id}", named()).0, "no item {id}");
        assert_eq!(read("{id:>width$}", named()).1, 2);
    }

    #[test]
    fn a_text_is_documented_without_numbers_and_formats() {
        let mut errors = Errors::default();
        for (text, described) in [
            ("the {0} {1:?} is taken", "the … … is taken"),
            ("{{{0}}}", "{…}"),
        ] {
            let fields: syn::ItemStruct = syn::parse_quote!(
                struct E(String, String);
            );
            let literal = LitStr::new(text, Span::call_site());
            let template = Template::read(literal, &fields.fields, &mut errors);
            assert_eq!(template.described(), described);
        }
    }

    #[test]
    fn a_missing_field_is_one_error() {
        let mistakes = read(
            "no {1} and {nmae}",
            syn::parse_quote!(
                struct E {
                    name: String,
                }
            ),
        )
        .2;
        assert_eq!(mistakes.matches("compile_error").count(), 2);
        assert!(mistakes.contains("did you mean `name`?"));
    }
}
