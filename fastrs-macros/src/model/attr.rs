//! The contents of `#[model(..)]`.

use proc_macro2::{Span, TokenStream};
use syn::{DeriveInput, Expr, ExprLit, Lit, Path};

use super::shape::Shape;
use crate::errors::Errors;
use crate::field_attr;
use crate::keys::{self, Key, Value};
use crate::paths::{emit, private};

const KEYS: &[&str] = &[
    "strict",
    "literal",
    "column",
    "title",
    "description",
    "examples",
    "validate",
];

/// How a model is stored in a column of a database.
enum Column {
    /// As the model's shape suggests.
    Default,
    Text,
    Json,
}

/// The container's keys.
#[derive(Default)]
pub(crate) struct ModelAttr {
    pub(crate) literal: Option<Span>,
    pub(crate) validate: Option<Path>,
    column: Option<Column>,
    strict: bool,
    title: Option<Expr>,
    description: Option<Expr>,
    examples: Vec<Expr>,
}

impl Column {
    fn read(key: &Key, errors: &mut Errors) -> Option<Self> {
        let written = match &key.value {
            Value::Flag => return Some(Self::Default),
            Value::Expr(Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            })) => text.value(),
            _ => String::new(),
        };
        match &*written {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => {
                let text = r#"write `column`, `column = "text"` or `column = "json"`"#;
                errors.at(key.span(), text);
                None
            }
        }
    }
}

impl ModelAttr {
    pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut attr = Self::default();
        for key in keys::read_tokens(tokens, "`#[model]`", KEYS, errors) {
            match key.name().as_str() {
                "strict" => attr.strict = key.flag(errors),
                "literal" => attr.literal = key.flag(errors).then(|| key.span()),
                "column" => attr.column = Column::read(&key, errors),
                "title" => attr.title = key.expr(errors),
                "description" => attr.description = key.expr(errors),
                "examples" => attr.examples = key.array(errors),
                _ => attr.validate = key.path(errors),
            }
        }
        attr
    }

    pub(super) fn check(&self, item: &DeriveInput, shape: &Shape, errors: &mut Errors) {
        if let (Some(_), Some(param)) = (&self.column, item.generics.params.first()) {
            errors.on(
                param,
                "a `column` has no parameters: put `column` on a type without them",
            );
        }
        if let (Some(span), false) = (self.literal, shape.is_unit_enum()) {
            errors.at(
                span,
                "`literal` is for an enum whose variants have no fields: remove it",
            );
        }
    }

    /// Returns the implementations of a column's traits.
    pub(super) fn column(&self, item: &DeriveInput, shape: &Shape) -> Option<TokenStream> {
        let (name, column) = (&item.ident, self.column.as_ref()?);
        let is_text = match column {
            Column::Default => shape.is_unit_enum(),
            Column::Text => true,
            Column::Json => false,
        };
        Some(match is_text {
            true => emit!(::fastrs::__text_column!(#name);),
            false => emit!(::fastrs::__json_column!(#name);),
        })
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
