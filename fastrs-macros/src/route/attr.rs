//! Reads `("/items/<id>", status = 201, tags = ["items"], ..)`.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Token, Type, parenthesized};

use super::cache;
use super::duration;
use super::model::{Declared, Method, RouteAttr, WEBSOCKET};
use crate::arguments::Provider;
use crate::errors::Errors;
use crate::keys::{self, Key, Value};
use crate::status::Status;
use crate::token::is_token;

/// The keys of a route attribute.
const KEYS: &[&str] = &[
    "path",
    "method",
    "methods",
    "status",
    "tags",
    "summary",
    "description",
    "response_description",
    "operation_id",
    "deprecated",
    "include_in_schema",
    "public",
    "responses",
    "depends",
    "middleware",
    "blocking",
    "cancel_on_disconnect",
    "body_limit",
    "form_limits",
    "timeout",
    "cache",
    "exempt_from_max_in_flight",
];

/// The keys of `#[websocket(..)]`.
const WEBSOCKET_KEYS: &[&str] = &[
    "path",
    "protocols",
    "max_message_size",
    "tags",
    "summary",
    "description",
    "include_in_schema",
    "public",
    "depends",
    "middleware",
    "cancel_on_disconnect",
];

/// Keys whose expressions are passed to the library unchanged.
const TEXTS: &[&str] = &[
    "summary",
    "description",
    "response_description",
    "operation_id",
    "body_limit",
    "form_limits",
    "max_message_size",
];

pub(super) fn read(method: Method, tokens: TokenStream, errors: &mut Errors) -> RouteAttr {
    let mut attr = RouteAttr {
        is_websocket: method == Some(WEBSOCKET),
        ..RouteAttr::default()
    };
    let mut names_methods = false;
    let (keys, method_name) = match attr.is_websocket {
        true => (WEBSOCKET_KEYS, Some("GET")),
        false => (KEYS, method),
    };
    attr.methods.extend(method_name.map(str::to_owned));
    let parser = |input: ParseStream<'_>| {
        if input.peek(LitStr) {
            attr.path = Some(input.parse()?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if attr.path.is_none() && !input.is_empty() && !input.peek(Ident::peek_any) {
            return Err(input.error(needs_path(method)));
        }
        if attr.path.is_none() && is_value(input) {
            let value = input.parse::<Expr>()?;
            return Err(syn::Error::new_spanned(
                value,
                format!(
                    "{}, as a literal, since a macro cannot read a constant",
                    needs_path(method)
                ),
            ));
        }
        for key in keys::read(input, &owner(method), keys, errors) {
            names_methods |= ["method", "methods"].contains(&key.name().as_str());
            take(&mut attr, &key, method, errors);
        }
        Ok(())
    };
    let parsed = parser.parse2(tokens);
    let whole = errors.keep(parsed).is_some();
    if whole && attr.path.is_none() {
        errors.at(Span::call_site(), needs_path(method));
    }
    if whole && attr.methods.is_empty() && !names_methods {
        errors.at(
            Span::call_site(),
            "`#[route]` needs a method: `method = \"PURGE\"`, or `methods = [\"GET\", \"POST\"]`",
        );
    }
    attr
}

/// Returns whether a constant or a call is written in place of the path.
fn is_value(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let name = ahead.call(Ident::parse_any).map(|name| name.to_string());
    let is_key = |name: &str| KEYS.contains(&name) || WEBSOCKET_KEYS.contains(&name);
    let is_other = name.is_ok_and(|name| !is_key(&name));
    let ends = ahead.is_empty() || ahead.peek(Token![,]);
    is_other && (ends || ahead.peek(Token![::]) || ahead.peek(Token![!]))
}

fn needs_path(method: Method) -> String {
    format!("{} needs a path: `\"/items/<id>\"`", owner(method))
}

fn owner(method: Method) -> String {
    format!(
        "`#[{}]`",
        method.map_or("route".to_owned(), str::to_lowercase)
    )
}

fn take(attr: &mut RouteAttr, key: &Key, method: Method, errors: &mut Errors) {
    match key.name().as_str() {
        "path" => match (&attr.path, key.expr(errors)) {
            (_, None) => {}
            (Some(_), _) => errors.at(key.span(), "the path appears twice: remove one"),
            (None, Some(expr)) => {
                attr.path = keys::literal(expr, "a path must be a string literal", errors)
            }
        },
        "method" | "methods" => methods(attr, key, method, errors),
        "status" => {
            let expr = key.expr(errors);
            attr.status = expr.and_then(|expr| Status::read(expr, errors));
        }
        "tags" => attr.tags = key.array(errors),
        "protocols" => attr.protocols = key.array(errors),
        "middleware" => {
            for expr in key.array(errors) {
                match expr {
                    Expr::Path(path) => attr.middleware.push(path),
                    other => errors.on(
                        other,
                        "`middleware` takes the names of `#[middleware]` functions; add a tower layer with `route.layer(..)`",
                    ),
                }
            }
        }
        "deprecated" => attr.deprecated = key.flag(errors),
        "include_in_schema" => attr.hidden = !key.flag(errors),
        "public" => attr.public = key.flag(errors).then(|| key.span()),
        "cancel_on_disconnect" => attr.cancel_on_disconnect = key.flag(errors),
        "timeout" => {
            let expr = key.expr(errors);
            attr.timeout = expr.and_then(|expr| duration::read(expr, errors));
        }
        "cache" => attr.cache = cache::read(key, errors),
        "exempt_from_max_in_flight" => attr.exempt_from_max_in_flight = key.flag(errors),
        "blocking" => attr.blocking = key.flag(errors).then(|| key.span()),
        "responses" => attr.responses = responses(key, errors),
        "depends" => {
            let asked = key.array(errors).into_iter();
            attr.depends = asked
                .filter_map(|expr| Provider::of_expr(expr, errors))
                .collect();
        }
        name => {
            let text = TEXTS.iter().find(|text| **text == name);
            attr.texts.extend(text.copied().zip(key.expr(errors)));
        }
    }
}

fn methods(attr: &mut RouteAttr, key: &Key, method: Method, errors: &mut Errors) {
    if method.is_some() {
        errors.at(
            key.span(),
            "the attribute's name is the method: remove the key, or write `#[route(..)]`",
        );
        return;
    }
    let written = match key.name() == "methods" {
        true => key.array(errors),
        false => key.expr(errors).into_iter().collect(),
    };
    for expr in written {
        let Some(literal) = keys::literal(expr, "a method must be a string literal", errors) else {
            continue;
        };
        let method = literal.value();
        if !is_token(&method) {
            errors.on(&literal, "a method must be one word, such as `\"PURGE\"`");
        } else if method.chars().any(|c| c.is_ascii_lowercase()) {
            let upper = method.to_ascii_uppercase();
            errors.on(
                &literal,
                format!("methods are case-sensitive: write `\"{upper}\"`"),
            );
        } else if attr.methods.contains(&method) {
            errors.on(
                &literal,
                format!("the method `{method}` appears twice: remove one"),
            );
        }
        attr.methods.push(method);
    }
}

fn responses(key: &Key, errors: &mut Errors) -> Vec<Declared> {
    let Value::List(tokens) = &key.value else {
        errors.at(
            key.span(),
            "`responses` takes its list in parentheses: `responses((404, \"No such item\"), (409, Problem))`",
        );
        return Vec::new();
    };
    let mut declared = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            declared.extend(response(input, errors)?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    let parsed = parser.parse2(tokens.clone());
    errors.keep(parsed);
    declared
}

/// Reads `(404, "No such item")`, `(409, Problem)` or `(410, Problem, "Gone")`.
fn response(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Declared>> {
    let (inside, fix) = (
        input.span(),
        "a response is written `(404, \"No such item\")`, `(409, Problem)` or `(410, Problem, \"Gone\")`",
    );
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(inside, fix));
    }
    let list;
    parenthesized!(list in input);
    let status = Status::read(list.parse()?, errors);
    if list.is_empty() {
        return Err(syn::Error::new(inside, fix));
    }
    list.parse::<Token![,]>()?;
    let model: Option<Type> = match list.peek(LitStr) || list.is_empty() {
        true => None,
        false => Some(list.parse()?),
    };
    if model.is_some() && !list.is_empty() {
        list.parse::<Token![,]>()?;
    }
    let text: Option<LitStr> = match list.peek(LitStr) {
        true => Some(list.parse()?),
        false => None,
    };
    list.parse::<Option<Token![,]>>()?;
    if !list.is_empty() || (model.is_none() && text.is_none()) {
        return Err(syn::Error::new(inside, fix));
    }
    Ok(status.map(|status| Declared {
        status,
        model,
        text,
    }))
}
