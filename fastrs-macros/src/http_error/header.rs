//! `#[header("retry-after", "{seconds}")]`: a header of an error's response.

use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, LitStr, Token};

use super::template::Template;
use crate::errors::Errors;
use crate::token::is_token;

/// A header, and the error fields that its value uses.
pub(crate) struct Header {
    pub(super) name: LitStr,
    pub(super) value: Template,
}

/// Reads the headers of a variant or a struct.
pub(super) fn read(attrs: &[Attribute], fields: &Fields, errors: &mut Errors) -> Vec<Header> {
    let attrs = attrs.iter().filter(|attr| attr.path().is_ident("header"));
    attrs
        .filter_map(|attr| {
            let texts = attr.parse_args_with(Punctuated::<LitStr, Token![,]>::parse_terminated);
            let texts: Vec<LitStr> = texts.into_iter().flatten().collect();
            let Ok([name, value]) = <[LitStr; 2]>::try_from(texts) else {
                errors.on(
                    attr.path(),
                    "a header is written `#[header(\"retry-after\", \"{seconds}\")]`: its name, then its value, with `{0}` or `{name}` for fields",
                );
                return None;
            };
            if !is_token(&name.value()) {
                errors.on(
                    &name,
                    "not a valid header name: use letters, digits and hyphens",
                );
                return None;
            }
            let value = Template::read(value, fields, errors);
            Some(Header { name, value })
        })
        .collect()
}
