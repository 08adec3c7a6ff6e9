//! Lists of `key`, `key = value` and `key(..)`, as every fastrs attribute uses them.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token};

use crate::errors::{Errors, instead};

/// One key of an attribute.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) ident: Ident,
    pub(crate) value: Value,
}

/// The value of a key.
#[derive(Clone)]
pub(crate) enum Value {
    Flag,
    Expr(Expr),
    List(TokenStream),
}

impl Key {
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }

    /// Returns the expression of `key = expr`.
    pub(crate) fn expr(&self, errors: &mut Errors) -> Option<Expr> {
        match &self.value {
            Value::Expr(expr) => Some(expr.clone()),
            _ => {
                let name = self.name();
                errors.at(
                    self.span(),
                    format!("`{name}` needs a value: `{name} = ..`"),
                );
                None
            }
        }
    }

    /// Returns the elements of `key = [a, b]`.
    pub(crate) fn array(&self, errors: &mut Errors) -> Vec<Expr> {
        let name = self.name();
        match self.expr(errors) {
            Some(Expr::Array(array)) => array.elems.into_iter().collect(),
            Some(other) => {
                errors.on(other, format!("`{name}` is a list: `{name} = [..]`"));
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Returns the value of `key`, `key = true` or `key = false`.
    pub(crate) fn flag(&self, errors: &mut Errors) -> bool {
        match &self.value {
            Value::Flag => true,
            Value::Expr(Expr::Lit(ExprLit {
                lit: Lit::Bool(flag),
                ..
            })) => flag.value,
            _ => {
                let name = self.name();
                errors.at(
                    self.span(),
                    format!("`{name}` is a flag: `{name}`, or `{name} = false`"),
                );
                false
            }
        }
    }

    /// Returns the function of `key = path`.
    pub(crate) fn path(&self, errors: &mut Errors) -> Option<syn::Path> {
        let name = self.name();
        match self.expr(errors)? {
            Expr::Path(path) => Some(path.path),
            other => {
                errors.on(
                    other,
                    format!("`{name}` names a function: `{name} = path::to::function`"),
                );
                None
            }
        }
    }
}

impl Parse for Key {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ident = Ident::parse_any(input)?;
        if input.peek(Token![:]) && !input.peek(Token![::]) {
            return Err(input.error(format!("a key must be followed by `=`: `{ident} = ..`")));
        }
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            match input.peek(syn::token::Brace) && input.fork().parse::<Expr>().is_err() {
                // Python's `{404: ..}`, which the key's reader reports.
                true => input.parse::<TokenTree>().map(|_| Value::Flag)?,
                false => Value::Expr(ungrouped(input.parse()?)),
            }
        } else if input.peek(syn::token::Paren) {
            let list;
            syn::parenthesized!(list in input);
            Value::List(list.parse()?)
        } else {
            Value::Flag
        };
        Ok(Self { ident, value })
    }
}

/// Returns the expression without the invisible groups that `macro_rules!` puts around it.
pub(crate) fn ungrouped(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => ungrouped(*group.expr),
        other => other,
    }
}

/// Returns the expression if it is a string literal. Reports `mistake` at any other expression.
pub(crate) fn literal(expr: Expr, mistake: &str, errors: &mut Errors) -> Option<LitStr> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        other => {
            errors.on(other, mistake);
            None
        }
    }
}

/// Reads the keys of `input`, up to its end. Reports unknown and repeated keys, and leaves them out.
pub(crate) fn read(
    input: ParseStream<'_>,
    owner: &str,
    known: &[&str],
    errors: &mut Errors,
) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    while !input.is_empty() {
        if let Some(unknown) = unknown(input, known) {
            let name = unknown.unraw().to_string();
            let fix = instead(&name, known);
            errors.at(
                unknown.span(),
                format!("{owner} has no key `{name}`: {fix}"),
            );
            skip_one(input);
            continue;
        }
        if input.peek(LitStr) {
            errors.keep::<()>(Err(input.error(without_key(known))));
            skip(input);
            break;
        }
        let Some(key) = errors.keep(input.parse::<Key>()) else {
            skip(input);
            break;
        };
        let name = key.name();
        if keys.iter().any(|other| other.name() == name) {
            errors.at(key.span(), format!("`{name}` appears twice: remove one"));
        } else {
            keys.push(key);
        }
        if !input.is_empty() && errors.keep(input.parse::<Token![,]>()).is_none() {
            skip(input);
        }
    }
    keys
}

/// Reads the keys in an attribute's tokens.
pub(crate) fn read_tokens(
    tokens: TokenStream,
    owner: &str,
    known: &[&str],
    errors: &mut Errors,
) -> Vec<Key> {
    let mut keys = Vec::new();
    let parser = |input: ParseStream<'_>| {
        keys = read(input, owner, known, errors);
        Ok(())
    };
    // `read` consumes all tokens and reports errors itself.
    Parser::parse2(parser, tokens).ok();
    keys
}

/// Returns the text for a value without a key, which is most likely a name.
fn without_key(known: &[&str]) -> String {
    let likely = ["alias", "title", "summary"];
    let likely = likely.iter().find(|key| known.contains(key));
    let key = likely.or(known.first()).unwrap_or(&"key");
    format!("a key is missing before the value: write `{key} = \"..\"`")
}

/// Returns an unknown key, whatever follows it. A colon is the exception, since it is a separate mistake.
fn unknown(input: ParseStream<'_>, known: &[&str]) -> Option<Ident> {
    let ahead = input.fork();
    let ident = Ident::parse_any(&ahead).ok()?;
    let has_a_colon = ahead.peek(Token![:]) && !ahead.peek(Token![::]);
    let is_known = known.contains(&ident.unraw().to_string().as_str());
    (!is_known && !has_a_colon).then_some(ident)
}

/// Skips a key and its value.
fn skip_one(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            input.parse::<Token![,]>().ok();
            break;
        }
        input.parse::<TokenTree>().ok();
    }
}

/// Skips the remaining tokens after their error was reported.
pub(crate) fn skip(input: ParseStream<'_>) {
    input.parse::<TokenStream>().ok();
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn mistakes(tokens: TokenStream) -> String {
        let mut errors = Errors::default();
        read_tokens(
            tokens,
            "`#[query]`",
            &["ge", "default", "title"],
            &mut errors,
        );
        errors.into_tokens().to_string()
    }

    #[test]
    fn keys_are_flags_values_and_lists() {
        let mut errors = Errors::default();
        let keys = read_tokens(
            quote!(ge = 1, default, title(a, b)),
            "`#[query]`",
            &["ge", "default", "title"],
            &mut errors,
        );
        assert!(errors.is_empty());
        assert!(matches!(keys[0].value, Value::Expr(_)));
        assert!(matches!(keys[1].value, Value::Flag));
        assert!(matches!(keys[2].value, Value::List(_)));
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        assert!(mistakes(quote!(titel = "x")).contains("did you mean `title`?"));
        assert!(mistakes(quote!(minimum = 3)).contains("did you mean `ge`?"));
    }

    #[test]
    fn a_repeated_key_is_one_error() {
        let mistakes = mistakes(quote!(ge = 1, ge = 2));
        assert!(mistakes.contains("`ge` appears twice"));
        assert_eq!(mistakes.matches("compile_error").count(), 1);
    }
}
