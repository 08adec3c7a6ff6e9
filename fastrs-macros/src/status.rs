//! `#[status(404)]`, `status = 201`: a number, or a constant.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Type};

use crate::errors::Errors;
use crate::field_attr::is_named;
use crate::keys;
use crate::paths::{at, check_over, emit, private_at};

/// The status of a response.
pub(crate) struct Status(Expr);

/// The tokens as they were written, for errors.
impl ToTokens for Status {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

impl Status {
    /// Reads a status and checks that a response may have it.
    pub(crate) fn read(expr: Expr, errors: &mut Errors) -> Option<Self> {
        let status = Self(keys::ungrouped(expr));
        match (&status.0, status.literal()) {
            (_, Some(200..=599)) => Some(status),
            (Expr::Lit(_) | Expr::Unary(_), _) => {
                errors.on(
                    &status.0,
                    "a response status must be a number from 200 to 599, or a constant such as `StatusCode::CREATED`",
                );
                None
            }
            _ => Some(status),
        }
    }

    /// Reads the `#[status(..)]` of a variant, which is required. `like` is an example.
    pub(crate) fn of_variant(
        attrs: &[Attribute],
        name: &Ident,
        like: u16,
        errors: &mut Errors,
    ) -> Option<Self> {
        let mut attrs = attrs.iter().filter(|attr| attr.path().is_ident("status"));
        let Some(attr) = attrs.next() else {
            errors.on(
                name,
                format!("`{name}` has no status: put `#[status({like})]` above it"),
            );
            return None;
        };
        for second in attrs {
            errors.on(second.path(), "the status appears twice: remove one");
        }
        match attr.parse_args::<Expr>() {
            Ok(expr) => Self::read(expr, errors),
            Err(_) => {
                errors.on(
                    attr.path(),
                    format!("a status is written `#[status({like})]`"),
                );
                None
            }
        }
    }

    /// Returns whether this is a number that says that the request succeeded.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.literal(), Some(200..=299))
    }

    /// Returns whether a response with this status has no body.
    pub(crate) fn is_bodyless(&self) -> bool {
        matches!(self.literal(), Some(204 | 205 | 304))
    }

    /// Returns a check that a constant status allows content of type `ty`, which only the compiler can decide.
    pub(crate) fn content_fits(&self, ty: &Type, span: Span) -> Option<TokenStream> {
        let (p, status) = (private_at(span), self.tokens());
        let none = emit!(::fastrs::__private::Can::<#ty>::BE_NO_CONTENT);
        let check = quote_spanned!(at(span)=> #p::content_fits(#status, #none););
        self.literal().is_none().then_some(check)
    }

    /// Returns a check that a constant status is an error status, which only the compiler can decide.
    pub(crate) fn is_error(&self) -> Option<TokenStream> {
        let check = check_over(&self.0, "is_error", self.tokens());
        let check = emit!(const _: () = #check;);
        self.literal().is_none().then_some(check)
    }

    /// Returns the status as a `u16`. A constant may be a `u16` or a `StatusCode`.
    pub(crate) fn tokens(&self) -> TokenStream {
        let expr = &self.0;
        match self.literal() {
            Some(number) => {
                let mut number = Literal::u16_unsuffixed(number);
                number.set_span(at(expr.span()));
                quote!(#number)
            }
            None if !is_named(expr) => expr.to_token_stream(),
            None => {
                let (p, span) = (private_at(expr.span()), at(expr.span()));
                quote_spanned!(span=> #p::Const(#expr).status())
            }
        }
    }

    /// Returns the number, if the status is written as one.
    fn literal(&self) -> Option<u16> {
        match &self.0 {
            Expr::Lit(ExprLit {
                lit: Lit::Int(int), ..
            }) => int.base10_parse().ok(),
            _ => None,
        }
    }
}
