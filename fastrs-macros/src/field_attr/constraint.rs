//! `ge = 1`, `min_length = 3`, `unique`: one constraint.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::errors::Errors;
use crate::keys::Key;
use crate::paths::{at, emit, private};

/// One constraint of an argument or a field.
#[derive(Clone)]
pub(crate) struct Constraint {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) bound: Bound,
}

/// The value that a constraint compares with.
#[derive(Clone)]
pub(crate) enum Bound {
    /// `unique`.
    None,
    /// A number, as a literal.
    Number {
        value: f64,
        tokens: TokenStream,
        integer: bool,
    },
    /// A length, a count of items or of digits, as a literal.
    Size {
        value: usize,
        tokens: TokenStream,
    },
    /// A regular expression, or a constant whose type only the compiler can determine.
    Text(Expr),
    NumberConst(Expr),
    SizeConst(Expr),
}

impl Constraint {
    /// Reads `key` as a constraint. Returns `None` if it is not one, or if it is `unique = false`.
    pub(crate) fn of(key: &Key, errors: &mut Errors) -> Option<Self> {
        let name = key.name();
        let bound = match name.as_str() {
            "unique" => key.flag(errors).then_some(Bound::None)?,
            "pattern" => text(key.expr(errors)?, errors)?,
            "ge" | "gt" | "le" | "lt" | "multiple_of" => number(&name, key.expr(errors)?, errors)?,
            _ => size(&name, key.expr(errors)?, errors)?,
        };
        Some(Self {
            name,
            span: key.span(),
            bound,
        })
    }

    /// Returns its call on the builder.
    pub(crate) fn call(&self) -> TokenStream {
        let p = private();
        let name = syn::Ident::new(&self.name, at(self.span));
        match &self.bound {
            Bound::None => emit!(.#name()),
            Bound::Number {
                tokens,
                integer: true,
                ..
            } => emit!(.#name(#p::Number::Int(#tokens))),
            Bound::Number { tokens, .. } => emit!(.#name(#p::Number::Float(#tokens))),
            Bound::NumberConst(expr) if is_named(expr) => emit!(.#name(#p::Const(#expr).number())),
            Bound::NumberConst(expr) if has_point(expr) => {
                emit!(.#name(#p::Number::Float(#expr)))
            }
            Bound::NumberConst(expr) => emit!(.#name(#p::Number::Int(#expr))),
            Bound::Size { tokens, .. } => emit!(.#name(#tokens)),
            Bound::SizeConst(expr) if is_named(expr) => emit!(.#name(#p::Const(#expr).size())),
            Bound::Text(expr) | Bound::SizeConst(expr) => emit!(.#name(#expr)),
        }
    }
}

/// Returns the value of a number literal, signed or not, and whether it is an integer.
pub(crate) fn number_literal(expr: &Expr) -> Option<(f64, bool)> {
    match expr {
        Expr::Group(group) => number_literal(&group.expr),
        Expr::Paren(paren) => number_literal(&paren.expr),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => number_literal(expr).map(|(value, integer)| (-value, integer)),
        Expr::Lit(ExprLit {
            lit: Lit::Int(int), ..
        }) => {
            let float = matches!(int.suffix(), "f32" | "f64");
            int.base10_digits()
                .parse()
                .ok()
                .map(|value| (value, !float))
        }
        Expr::Lit(ExprLit {
            lit: Lit::Float(float),
            ..
        }) => float
            .base10_digits()
            .parse()
            .ok()
            .map(|value| (value, false)),
        _ => None,
    }
}

fn number(name: &str, expr: Expr, errors: &mut Errors) -> Option<Bound> {
    let expr = without_parentheses(expr);
    if let Some((value, integer)) = number_literal(&expr) {
        if name == "multiple_of" && value <= 0.0 {
            errors.on(expr, "`multiple_of` must be greater than zero");
            return None;
        }
        let tokens = bare_literal(&expr, value);
        return Some(Bound::Number {
            value,
            tokens,
            integer,
        });
    }
    match expr {
        Expr::Lit(_) => {
            errors.on(
                expr,
                format!("`{name}` takes a number: `{name} = 1` or `{name} = 0.5`"),
            );
            None
        }
        expr => Some(Bound::NumberConst(expr)),
    }
}

fn size(name: &str, expr: Expr, errors: &mut Errors) -> Option<Bound> {
    let expr = without_parentheses(expr);
    if let Expr::Lit(ExprLit {
        lit: Lit::Int(int), ..
    }) = &expr
        && let Ok(value) = int.base10_parse::<usize>()
    {
        let tokens = bare_literal(&expr, value as f64);
        return Some(Bound::Size { value, tokens });
    }
    match expr {
        Expr::Lit(_) | Expr::Unary(_) => {
            errors.on(expr, format!("`{name}` takes a whole number: `{name} = 3`"));
            None
        }
        expr => Some(Bound::SizeConst(expr)),
    }
}

/// Returns whether an expression of literals has a fractional value.
fn has_point(expr: &Expr) -> bool {
    expr.to_token_stream().to_string().contains('.')
}

fn without_parentheses(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(paren) => without_parentheses(*paren.expr),
        other => other,
    }
}

/// Returns whether a name occurs in the expression, which then has its own type.
pub(crate) fn is_named(expr: &Expr) -> bool {
    fn names(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(_) => true,
            TokenTree::Group(group) => names(group.stream()),
            _ => false,
        })
    }
    names(expr.to_token_stream())
}

fn text(expr: Expr, errors: &mut Errors) -> Option<Bound> {
    match &expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(_), ..
        }) => Some(Bound::Text(expr)),
        Expr::Lit(_) => {
            errors.on(
                expr,
                "`pattern` takes a regular expression: `pattern = \"^[a-z]+$\"`",
            );
            None
        }
        _ => Some(Bound::Text(expr)),
    }
}

/// Returns the literal without its suffix: `1u8` sets the same bound as `1`.
fn bare_literal(expr: &Expr, value: f64) -> TokenStream {
    let (sign, lit) = match expr {
        Expr::Unary(ExprUnary { op, expr, .. }) => (Some(op), &**expr),
        other => (None, other),
    };
    let span = syn::spanned::Spanned::span(expr);
    let digits = match lit {
        Expr::Lit(ExprLit {
            lit: Lit::Int(int), ..
        }) if matches!(int.suffix(), "f32" | "f64") => {
            proc_macro2::Literal::f64_unsuffixed(value.abs()).to_token_stream()
        }
        Expr::Lit(ExprLit {
            lit: Lit::Int(int), ..
        }) => {
            let digits = int.base10_digits();
            syn::LitInt::new(digits, span).to_token_stream()
        }
        Expr::Lit(ExprLit {
            lit: Lit::Float(float),
            ..
        }) => syn::LitFloat::new(float.base10_digits(), span).to_token_stream(),
        other => return other.to_token_stream(),
    };
    quote::quote!(#sign #digits)
}
