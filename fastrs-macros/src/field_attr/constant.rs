//! Whether a default is the same value each time. Only then is it part of the document, as in Pydantic, which leaves
//! out what a `default_factory` returns.

use syn::{Expr, ExprPath};

use super::defaults::items;

/// Types whose `new` returns an empty value. For other types, `new` may return a new id, for example.
const EMPTY: &[&str] = &[
    "String", "Vec", "VecDeque", "HashMap", "HashSet", "BTreeMap", "BTreeSet",
];

/// Returns whether the expression consists of literals, constants, and calls with such arguments.
///
/// A call without arguments, such as `Utc::now()`, depends on something that cannot be seen.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    let mut parts: Vec<&Expr> = Vec::new();
    match expr {
        Expr::Lit(_) | Expr::Path(_) | Expr::Const(_) => {}
        Expr::Macro(_) => return items(expr).is_none_or(|items| items.iter().all(is_constant)),
        Expr::Call(call) if call.args.is_empty() => return is_empty_value(&call.func),
        Expr::Call(call) => parts.extend(&call.args),
        Expr::MethodCall(call) => {
            parts.push(&call.receiver);
            parts.extend(&call.args);
        }
        Expr::Array(array) => parts.extend(&array.elems),
        Expr::Tuple(tuple) => parts.extend(&tuple.elems),
        Expr::Struct(value) => {
            parts.extend(value.fields.iter().map(|field| &field.expr));
            parts.extend(value.rest.as_deref());
        }
        Expr::Binary(pair) => parts.extend([&*pair.left, &*pair.right]),
        Expr::Repeat(list) => parts.push(&list.expr),
        Expr::Group(inner) => parts.push(&inner.expr),
        Expr::Paren(inner) => parts.push(&inner.expr),
        Expr::Reference(inner) => parts.push(&inner.expr),
        Expr::Unary(inner) => parts.push(&inner.expr),
        Expr::Cast(inner) => parts.push(&inner.expr),
        Expr::Field(inner) => parts.push(&inner.base),
        _ => return false,
    }
    parts.into_iter().all(is_constant)
}

/// Returns whether it is `T::default`, or `new` of a collection.
fn is_empty_value(function: &Expr) -> bool {
    let Expr::Path(ExprPath { path, .. }) = function else {
        return false;
    };
    let mut names = path.segments.iter().rev().map(|part| &part.ident);
    match names.next() {
        Some(name) if name == "default" => true,
        Some(name) if name == "new" => names
            .next()
            .is_some_and(|of| EMPTY.iter().any(|name| of == name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use syn::{Expr, parse_str};

    use super::is_constant;

    #[test]
    fn literals_constants_and_what_is_made_of_them_are_constant() {
        for text in [
            "10",
            "-0.5",
            "LIMIT * 2",
            "Size::Small",
            "limits::MOST as u32",
            "Some(5)",
            "\"a\".to_owned()",
            "Duration::from_secs(5)",
            "Point { x: 1, ..Point::ORIGIN }",
            "[1, 2]",
            "vec![\"a\".into()]",
            "dec!(1.5)",
            "Vec::new()",
            "std::collections::HashMap::<String, u8>::new()",
            "Settings::default()",
            "(\"a\", [0; 4])",
        ] {
            assert!(is_constant(&parse_str::<Expr>(text).unwrap()), "{text}");
        }
    }

    #[test]
    fn what_a_call_without_arguments_returns_is_not() {
        for text in [
            "Utc::now()",
            "Utc::now() + Duration::days(1)",
            "Uuid::new_v4().to_string()",
            "Ulid::new()",
            "Some(next())",
            "vec![rand::random()]",
            "{ 5 }",
            "if is_long { 1 } else { 2 }",
        ] {
            assert!(!is_constant(&parse_str::<Expr>(text).unwrap()), "{text}");
        }
    }
}
