//! `#[derive(HttpError)]`: an enum of errors that become responses.

mod emit;
mod header;
mod template;

use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Member, Meta, Type};

use crate::docs::Docs;
use crate::errors::Errors;
use crate::paths::emit;
use crate::status::Status;
use crate::types::spelled;
use header::Header;
use template::Template;

/// One kind of error: a variant, or the whole struct.
pub(crate) struct Kind {
    /// `None` for a struct.
    variant: Option<Ident>,
    docs: Docs,
    text: Text,
    status: Option<Status>,
    /// Whether it is transparent and has no status, so that its field determines the response.
    inherits: bool,
    headers: Vec<Header>,
    /// The field that holds the cause.
    source: Option<(Member, Type)>,
    /// Whether `?` converts the cause into this error.
    from: bool,
}

/// The text of an error.
pub(crate) enum Text {
    Template(Template),
    /// The text of its cause.
    Transparent(Member, Box<Type>),
    /// There is no text, which has been reported.
    Missing,
}

/// Expands the derive. Reports what is missing, and generates the rest anyway.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    if let Data::Union(data) = &item.data {
        errors.at(
            data.union_token.span,
            "an error must be an `enum` or a `struct`",
        );
        return errors.into_tokens();
    }
    let kinds = match &item.data {
        Data::Enum(data) => {
            let misplaced = item
                .attrs
                .iter()
                .find(|attr| attr.path().is_ident("status"));
            if let Some(attr) = misplaced {
                errors.on(
                    attr.path(),
                    "each variant has its own status: move `#[status(..)]` to the variants",
                );
            }
            let variants = data.variants.iter();
            variants
                .map(|variant| {
                    let (own, mut attrs) = (Some(variant.ident.clone()), variant.attrs.clone());
                    if !attrs.iter().any(|attr| attr.path().is_ident("status")) {
                        attrs.extend(misplaced.cloned());
                    }
                    kind(own, &variant.ident, &attrs, &variant.fields, &mut errors)
                })
                .collect()
        }
        Data::Struct(data) => {
            vec![kind(
                None,
                &item.ident,
                &item.attrs,
                &data.fields,
                &mut errors,
            )]
        }
        Data::Union(_) => Vec::new(),
    };
    let (emitted, errors) = (emit::emit(&item, &kinds), errors.into_tokens());
    emit!(#emitted #errors)
}

fn kind(
    variant: Option<Ident>,
    name: &Ident,
    attrs: &[Attribute],
    fields: &Fields,
    errors: &mut Errors,
) -> Kind {
    let (source, from) = source(fields, errors);
    let is_of_a_field = |attr: &&Attribute| {
        ["from", "source"]
            .iter()
            .any(|name| attr.path().is_ident(name))
    };
    if let (Some(attr), true) = (attrs.iter().find(is_of_a_field), variant.is_some()) {
        let of = spelled(attr.path());
        errors.on(
            attr.path(),
            format!("`#[{of}]` marks the field that holds the cause: write `{name}(#[{of}] ..)`"),
        );
    }
    let has = |what: &str| attrs.iter().any(|attr| attr.path().is_ident(what));
    let inherits = !has("status") && attrs.iter().any(|attr| transparent_word(attr).is_some());
    let (text, status) = match has("error") || has("status") {
        true if inherits => (text(name, attrs, fields, errors), None),
        true => (
            text(name, attrs, fields, errors),
            status(attrs, name, errors),
        ),
        false => {
            errors.on(
                name,
                format!("`{name}` has no text and no status: put `#[error(\"..\")]` and `#[status(404)]` above it"),
            );
            (Text::Missing, None)
        }
    };
    let headers = header::read(attrs, fields, errors);
    if let (true, Some(header)) = (inherits, headers.first()) {
        errors.on(
            &header.name,
            "without a status, the response is that of the field: put `#[status(500)]` above the variant, or remove the header",
        );
    }
    Kind {
        variant,
        docs: Docs::of(attrs),
        text,
        status,
        inherits,
        headers,
        source,
        from,
    }
}

/// Reads the status, which must not be a success status.
fn status(attrs: &[Attribute], name: &Ident, errors: &mut Errors) -> Option<Status> {
    let status = Status::of_variant(attrs, name, 500, errors)?;
    if !status.is_success() {
        return Some(status);
    }
    errors.on(
        &status,
        "this status says that the request succeeded: an error has one from 300 to 599, such as `404`",
    );
    None
}

fn text(name: &Ident, attrs: &[Attribute], fields: &Fields, errors: &mut Errors) -> Text {
    let mut attrs = attrs.iter().filter(|attr| attr.path().is_ident("error"));
    let Some(attr) = attrs.next() else {
        errors.on(
            name,
            format!("`{name}` has no text: put `#[error(\"..\")]` above it, with `{{0}}` or `{{name}}` for its fields"),
        );
        return Text::Missing;
    };
    for second in attrs {
        errors.on(second.path(), "the text appears twice: remove one");
    }
    if let Some(word) = transparent_word(attr) {
        return transparent(&word, fields, errors);
    }
    match attr.parse_args::<LitStr>() {
        Ok(literal) => Text::Template(Template::read(literal, fields, errors)),
        Err(_) => {
            let fix = "an error's text must be one literal, with `{0}` or `{name}` for its fields: `#[error(\"no item {0}\")]`";
            match &attr.meta {
                Meta::List(list) if !list.tokens.is_empty() => errors.on(&list.tokens, fix),
                _ => errors.on(attr.path(), fix),
            }
            Text::Missing
        }
    }
}

/// Returns the word of `#[error(transparent)]`.
fn transparent_word(attr: &Attribute) -> Option<Ident> {
    let word: Ident = attr.parse_args().ok()?;
    (attr.path().is_ident("error") && word == "transparent").then_some(word)
}

fn transparent(word: &Ident, fields: &Fields, errors: &mut Errors) -> Text {
    match members(fields).as_slice() {
        [(member, ty)] => Text::Transparent(member.clone(), Box::new(ty.clone())),
        _ => {
            errors.on(
                word,
                "`transparent` takes its text from a single field: keep one field, or write the text",
            );
            Text::Missing
        }
    }
}

/// Returns the field marked `#[from]` or `#[source]`, or named `source`.
fn source(fields: &Fields, errors: &mut Errors) -> (Option<(Member, Type)>, bool) {
    let has =
        |field: &syn::Field, name: &str| field.attrs.iter().any(|attr| attr.path().is_ident(name));
    let all: Vec<_> = fields.iter().zip(members(fields)).collect();
    let marked = all
        .iter()
        .filter(|(field, _)| has(field, "from") || has(field, "source"));
    for (second, _) in marked.clone().skip(1) {
        errors.on(
            &second.ty,
            "an error can have only one cause: remove one `#[from]` or `#[source]`",
        );
    }
    let named = || {
        all.iter()
            .find(|(field, _)| field.ident.as_ref().is_some_and(|name| name == "source"))
    };
    let found = marked.clone().next().or_else(named);
    let from = found.is_some_and(|(field, _)| has(field, "from"));
    if let (true, Some((field, _))) = (from && all.len() > 1, found) {
        errors.on(
            &field.ty,
            "`#[from]` creates the error from its cause alone: remove the other fields, or write `#[source]`",
        );
        return (found.map(|(_, member)| member.clone()), false);
    }
    (found.map(|(_, member)| member.clone()), from)
}

fn members(fields: &Fields) -> Vec<(Member, Type)> {
    let types = fields.iter().map(|field| field.ty.clone());
    fields.members().zip(types).collect()
}

#[cfg(test)]
mod tests;
