//! The attribute of a model's field or of an argument. Both take the same keys, whose names are FastAPI's.

mod constant;
mod constraint;
mod defaults;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprLit, Lit, Path, Type};

use crate::docs::Docs;
use crate::errors::Errors;
use crate::keys::{self, Key, Value};
use crate::paths::{emit, private};
use crate::token::is_token;

pub(crate) use constraint::{Constraint, is_named};

macro_rules! with_constraints {
    ($($key:literal),*) => {
        &[
            "ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern",
            "min_items", "max_items", "unique", "max_digits", "decimal_places", "title",
            "description", "examples", "deprecated", "validate", "alias", $($key),*
        ]
    };
}

pub(crate) const PATH: &[&str] =
    with_constraints!("include_in_schema", "openapi_examples", "default");
pub(crate) const PARAMETER: &[&str] = with_constraints!(
    "include_in_schema",
    "openapi_examples",
    "default",
    "required"
);
pub(crate) const HEADER: &[&str] = with_constraints!(
    "include_in_schema",
    "openapi_examples",
    "default",
    "required",
    "convert_underscores"
);
pub(crate) const BODY: &[&str] =
    with_constraints!("embed", "openapi_examples", "default", "required");
pub(crate) const FILE: &[&str] = &[
    "max_size",
    "content_types",
    "min_items",
    "max_items",
    "alias",
    "title",
    "description",
    "deprecated",
];
pub(crate) const FIELD: &[&str] = with_constraints!(
    "default",
    "read_only",
    "write_only",
    "required",
    "include_in_schema"
);

/// The contents of a field's or an argument's attribute: Pydantic's `FieldInfo`.
#[derive(Default)]
pub(crate) struct FieldAttr {
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) alias: Option<Expr>,
    pub(crate) title: Option<Expr>,
    pub(crate) description: Option<Expr>,
    pub(crate) examples: Vec<Expr>,
    pub(crate) openapi_examples: Option<Expr>,
    pub(crate) deprecated: bool,
    pub(crate) hidden: bool,
    pub(crate) required: bool,
    /// The spans of `required` and `include_in_schema`, which not every field may have.
    pub(crate) spans: Vec<(&'static str, Span)>,
    pub(crate) literal_name: bool,
    pub(crate) embed: bool,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) default: Option<(Span, Option<Expr>)>,
    pub(crate) validate: Option<Path>,
    /// Whether the field of a model has `#[file(..)]`.
    pub(crate) is_file: bool,
    max_size: Option<Constraint>,
    content_types: Vec<Expr>,
}

impl FieldAttr {
    /// Reads the keys in an attribute's parentheses. `owner` is the attribute, in backticks.
    pub(crate) fn read(
        tokens: TokenStream,
        owner: &str,
        known: &[&str],
        errors: &mut Errors,
    ) -> Self {
        let mut attr = Self::default();
        for key in keys::read_tokens(tokens, owner, known, errors) {
            attr.take(&key, errors);
        }
        attr
    }

    pub(crate) fn take(&mut self, key: &Key, errors: &mut Errors) {
        match key.name().as_str() {
            "alias" => self.alias = key.expr(errors),
            "title" => self.title = key.expr(errors),
            "description" => self.description = key.expr(errors),
            "examples" => self.examples = key.array(errors),
            "openapi_examples" => self.openapi_examples = key.expr(errors),
            "deprecated" => self.deprecated = key.flag(errors),
            "include_in_schema" => {
                self.spans.push(("include_in_schema", key.span()));
                self.hidden = !key.flag(errors);
            }
            "required" => {
                self.spans.push(("required", key.span()));
                self.required = key.flag(errors);
            }
            "convert_underscores" => self.literal_name = !key.flag(errors),
            "embed" => self.embed = key.flag(errors),
            "read_only" | "write_only" => {
                let (read_only, flag) = (key.name() == "read_only", key.flag(errors));
                match read_only {
                    true => self.read_only = flag,
                    false => self.write_only = flag,
                }
                if self.read_only && self.write_only {
                    errors.at(
                        key.span(),
                        "a field cannot be both `read_only` and `write_only`: remove one",
                    );
                }
            }
            "validate" => self.validate = key.path(errors),
            "max_size" => self.max_size = Constraint::of(key, errors),
            "content_types" => self.content_types = content_types(key, errors),
            "default" => self.default = default(key, errors),
            _ => self.constraints.extend(Constraint::of(key, errors)),
        }
    }

    /// Returns the alias, if it is written as a literal.
    pub(crate) fn literal_alias(&self) -> Option<String> {
        match self.alias.as_ref()? {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        }
    }

    /// Returns the value of `default = expr`.
    pub(crate) fn default_expr(&self) -> Option<&Expr> {
        self.default.as_ref().and_then(|(_, expr)| expr.as_ref())
    }

    /// Returns whether the document shows the default.
    pub(crate) fn has_constant_default(&self) -> bool {
        self.default_expr().is_none_or(constant::is_constant)
    }

    /// Reports literal constraints that exclude each other, and a literal default that violates a constraint.
    pub(crate) fn check(&self, errors: &mut Errors) {
        defaults::check_order(&self.constraints, errors);
        if let Some(default) = self.default_expr() {
            for constraint in &self.constraints {
                defaults::check(default, constraint, errors);
            }
        }
    }

    /// Reports a bare `default` that violates a constraint, if the type's spelling shows its value.
    pub(crate) fn check_default_of(&self, ty: &Type, errors: &mut Errors) {
        if let Some((span, None)) = &self.default
            && let Some(default) = defaults::of_type(ty, *span)
        {
            for constraint in &self.constraints {
                defaults::check(&default, constraint, errors);
            }
        }
    }

    /// Returns `Constraints::new().ge(1)..`.
    pub(crate) fn constraints(&self) -> TokenStream {
        let p = private();
        let calls = self.constraints.iter().map(Constraint::call);
        emit!(#p::Constraints::new()#(#calls)*)
    }

    /// Returns `.max_size(5_000_000).content_types(&["image/png"])`.
    pub(crate) fn of_file(&self) -> TokenStream {
        let max_size = self.max_size.as_ref().map(Constraint::call);
        let types = &self.content_types;
        let types = (!types.is_empty()).then(|| emit!(.content_types(&[#(#types),*])));
        emit!(#max_size #types)
    }

    /// Returns whether the title and the description, if there are any, are literals.
    pub(crate) fn is_literal(&self) -> bool {
        let mut texts = self.title.iter().chain(&self.description);
        texts.all(|text| matches!(text, Expr::Lit(_)))
    }

    /// Returns the builder calls that `ParamSpec` and `FieldMeta` have in common. A doc comment is the description.
    pub(crate) fn meta(&self, docs: &Docs) -> TokenStream {
        let title = self.title.iter();
        let description = match &self.description {
            Some(text) => Some(quote!(#text)),
            None if docs.is_empty() => None,
            None => {
                let text = docs.whole();
                Some(quote!(#text))
            }
        };
        let description = description.iter();
        let deprecated = self.deprecated.then(|| emit!(.deprecated()));
        let examples = examples(&self.examples);
        emit!(#(.title(#title))* #(.description(#description))* #deprecated #examples)
    }
}

/// Returns `.examples(|| vec![..])`, or nothing.
pub(crate) fn examples(examples: &[Expr]) -> Option<TokenStream> {
    let p = private();
    let values = examples.iter().map(|value| emit!(#p::json(#value)));
    (!examples.is_empty()).then(|| emit!(.examples(|| ::std::vec![#(#values),*])))
}

/// Returns the value of `default = expr`. The items of an empty array have no type yet.
pub(crate) fn default_value(expr: &Expr) -> TokenStream {
    let p = private();
    match expr {
        Expr::Array(array) if array.elems.is_empty() => emit!(#p::default(::std::vec::Vec::new())),
        expr => emit!(#p::default(#expr)),
    }
}

/// Reads media types. A literal that is not one is an error.
fn content_types(key: &Key, errors: &mut Errors) -> Vec<Expr> {
    let types = key.array(errors);
    for of in &types {
        if let Expr::Lit(ExprLit { lit, .. }) = of
            && !matches!(lit, Lit::Str(text) if is_media_type(&text.value()))
        {
            errors.on(
                of,
                "a content type is a media type, such as `\"image/png\"`, or `\"image/*\"` for all of a kind",
            );
        }
    }
    types
}

fn is_media_type(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

fn default(key: &Key, errors: &mut Errors) -> Option<(Span, Option<Expr>)> {
    match &key.value {
        Value::Flag => Some((key.span(), None)),
        _ => key.expr(errors).map(|expr| (key.span(), Some(expr))),
    }
}
