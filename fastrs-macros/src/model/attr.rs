//! The contents of `#[model(..)]`.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Path};

use super::shape::Shape;
use crate::errors::Errors;
use crate::field_attr;
use crate::keys;
use crate::paths::{emit, private};

const KEYS: &[&str] = &[
    "strict",
    "literal",
    "title",
    "description",
    "examples",
    "validate",
];

/// The container's keys.
#[derive(Default)]
pub(crate) struct ModelAttr {
    pub(crate) literal: Option<Span>,
    pub(crate) validate: Option<Path>,
    strict: bool,
    title: Option<Expr>,
    description: Option<Expr>,
    examples: Vec<Expr>,
}

impl ModelAttr {
    pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut attr = Self::default();
        for key in keys::read_tokens(tokens, "`#[model]`", KEYS, errors) {
            match key.name().as_str() {
                "strict" => attr.strict = key.flag(errors),
                "literal" => attr.literal = key.flag(errors).then(|| key.span()),
                "title" => attr.title = key.expr(errors),
                "description" => attr.description = key.expr(errors),
                "examples" => attr.examples = key.array(errors),
                _ => attr.validate = key.path(errors),
            }
        }
        attr
    }

    pub(super) fn check(&self, shape: &Shape, errors: &mut Errors) {
        if let (Some(span), false) = (self.literal, shape.is_unit_enum()) {
            errors.at(
                span,
                "`literal` is for an enum whose variants have no fields: remove it",
            );
        }
    }

    /// Returns `ModelMeta::new()..`.
    pub(super) fn meta(&self) -> TokenStream {
        let p = private();
        let literal = self.literal.map(|_| emit!(.literal()));
        let strict = self.strict.then(|| emit!(.strict()));
        let (title, description) = (self.title.iter(), self.description.iter());
        let examples = field_attr::examples(&self.examples);
        emit! {
            #p::ModelMeta::new()
                #(.title(#title))* #(.description(#description))* #strict #literal #examples
        }
    }
}
