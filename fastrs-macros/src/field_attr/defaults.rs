//! Checks literal defaults against literal constraints at compile time.

use proc_macro2::Span;
use syn::{Expr, ExprLit, Lit, Type, parse_quote_spanned};

use super::constraint::{Bound, Constraint, number_literal};
use crate::errors::Errors;
use crate::spelled;

/// Reports two literal constraints that no value satisfies, at the second one.
pub(super) fn check_order(constraints: &[Constraint], errors: &mut Errors) {
    let literal = |names: &[&str]| {
        let named = constraints.iter().rfind(|c| names.contains(&&*c.name))?;
        match &named.bound {
            Bound::Number { value, .. } => Some((named, *value)),
            Bound::Size { value, .. } => Some((named, *value as f64)),
            _ => None,
        }
    };
    let pairs: [(&[&str], &[&str]); 3] = [
        (&["ge", "gt"], &["le", "lt"]),
        (&["min_length"], &["max_length"]),
        (&["min_items"], &["max_items"]),
    ];
    for (least, most) in pairs {
        let (Some((low, least)), Some((high, most))) = (literal(least), literal(most)) else {
            continue;
        };
        let both = low.name != "gt" && high.name != "lt";
        if least > most || least == most && !both {
            errors.at(
                high.span,
                format!(
                    "no value satisfies both `{}{}` and `{}{}`: change one of them",
                    low.name,
                    low.bound_as_written(),
                    high.name,
                    high.bound_as_written()
                ),
            );
        }
    }
}

/// Returns the default of a type as a literal, if its spelling shows it.
pub(super) fn of_type(ty: &Type, span: Span) -> Option<Expr> {
    let name = spelled::last(ty)?.ident.to_string();
    match &*name {
        "Option" => None,
        "String" => Some(parse_quote_spanned!(span=> "")),
        _ if spelled::is_empty_by_default(ty) => Some(parse_quote_spanned!(span=> [])),
        _ if is_number(&name) => Some(parse_quote_spanned!(span=> 0)),
        _ => None,
    }
}

fn is_number(name: &str) -> bool {
    let bits = name.trim_start_matches(['i', 'u', 'f']);
    name == "Decimal"
        || name.len() == bits.len() + 1 && matches!(bits, "8" | "16" | "32" | "64" | "128" | "size")
}

/// Reports `default` if it violates `constraint`. A default that is not a literal is checked when the app starts.
pub(super) fn check(default: &Expr, constraint: &Constraint, errors: &mut Errors) {
    let default = bare(default);
    let broken = match &constraint.bound {
        Bound::Number { value, .. } => {
            number_literal(default).is_some_and(|(n, _)| !holds(&constraint.name, n, *value))
        }
        Bound::Size { value, .. } => {
            size_of(default, &constraint.name).is_some_and(|n| !fits(&constraint.name, n, *value))
        }
        Bound::None => repeats(default),
        _ => false,
    };
    if broken {
        let bound = constraint.bound_as_written();
        errors.on(
            default,
            format!(
                "the default violates its own constraint `{}{bound}`: change one of them",
                constraint.name
            ),
        );
    }
}

impl Constraint {
    fn bound_as_written(&self) -> String {
        match &self.bound {
            Bound::Number { tokens, .. } | Bound::Size { tokens, .. } => {
                format!(" = {}", tokens.to_string().replace("- ", "-"))
            }
            _ => String::new(),
        }
    }
}

/// Returns the literal in `Some(3)`, `String::from("ab")` and `"ab".to_owned()`.
fn bare(default: &Expr) -> &Expr {
    match default {
        Expr::Group(group) => bare(&group.expr),
        Expr::Paren(paren) => bare(&paren.expr),
        Expr::Call(call) if call.args.len() == 1 && wraps(&call.func) => bare(&call.args[0]),
        Expr::MethodCall(call) if owns(&call.method) => bare(&call.receiver),
        other => other,
    }
}

fn wraps(function: &Expr) -> bool {
    let function = quote::ToTokens::to_token_stream(function).to_string();
    ["Some", "String :: from"].contains(&&*function)
}

fn owns(method: &syn::Ident) -> bool {
    ["to_owned", "to_string", "into"]
        .iter()
        .any(|name| method == name)
}

fn holds(name: &str, n: f64, bound: f64) -> bool {
    match name {
        "ge" => n >= bound,
        "gt" => n > bound,
        "le" => n <= bound,
        "lt" => n < bound,
        _ => {
            let times = n / bound;
            (times - times.round()).abs() < 1e-9
        }
    }
}

fn fits(name: &str, n: usize, bound: usize) -> bool {
    match name {
        "min_length" | "min_items" => n >= bound,
        _ => n <= bound,
    }
}

/// Returns what a size constraint of this name counts in the default, if that is visible.
fn size_of(default: &Expr, name: &str) -> Option<usize> {
    match (name, default) {
        (
            "min_length" | "max_length",
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }),
        ) => Some(text.value().chars().count()),
        ("min_items" | "max_items", _) => items(default).map(|items| items.len()),
        _ => None,
    }
}

fn repeats(default: &Expr) -> bool {
    let items = items(default).unwrap_or_default();
    let (mut seen, mut all_literal) = (std::collections::HashSet::new(), true);
    let distinct = items.iter().all(|item| {
        all_literal &= matches!(item, Expr::Lit(_));
        seen.insert(quote::ToTokens::to_token_stream(item).to_string())
    });
    all_literal && !distinct
}

/// Returns the elements of `[a, b]` and `vec![a, b]`.
pub(super) fn items(default: &Expr) -> Option<Vec<Expr>> {
    match default {
        Expr::Array(array) => Some(array.elems.iter().cloned().collect()),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            let elements = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let elements = call.mac.parse_body_with(elements).ok()?;
            Some(elements.into_iter().collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use crate::errors::Errors;
    use crate::field_attr::{FIELD, FieldAttr};

    fn mistakes(keys: proc_macro2::TokenStream) -> usize {
        let mut errors = Errors::default();
        FieldAttr::read(keys, "`#[field]`", FIELD, &mut errors).check(&mut errors);
        errors
            .into_tokens()
            .to_string()
            .matches("compile_error")
            .count()
    }

    #[test]
    fn a_default_is_checked_against_its_constraints() {
        for keys in [
            quote!(ge = 1, default = 0),
            quote!(gt = 0.0, default = -0.5),
            quote!(le = 10, default = 11),
            quote!(lt = 10, default = 10),
            quote!(multiple_of = 0.1, default = 0.25),
            quote!(min_length = 3, default = "ab"),
            quote!(max_length = 1, default = "äö"),
            quote!(min_items = 1, default = []),
            quote!(max_items = 1, default = vec![1, 2]),
            quote!(unique, default = ["a", "a"]),
            quote!(ge = 1, default = Some(0)),
            quote!(max_length = 2, default = String::from("abc")),
            quote!(max_length = 2, default = Some("abc".to_owned())),
        ] {
            assert_eq!(mistakes(keys.clone()), 1, "{keys}");
        }
    }

    #[test]
    fn a_default_that_is_valid_or_not_a_literal_is_accepted() {
        for keys in [
            quote!(ge = 1, le = 100, default = 10),
            quote!(ge = -5, default = -5),
            quote!(multiple_of = 0.1, default = 0.3),
            quote!(min_length = 2, max_length = 2, default = "äö"),
            quote!(ge = MIN, default = 0),
            quote!(ge = 1, default = zero()),
            quote!(unique, default = ["a", "b"]),
        ] {
            assert_eq!(mistakes(keys.clone()), 0, "{keys}");
        }
    }
}
