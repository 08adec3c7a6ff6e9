//! `#[dependency]`: read, check, emit.

mod emit;
mod model;
mod params;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::{Expr, ExprLit, Lit, Type};

use crate::arguments::{self, Argument, Source};
use crate::errors::Errors;
use crate::fallback;
use crate::function::Function;
use crate::instead;
use crate::keys;
use crate::opaque;
use crate::types;
pub(crate) use emit::static_node;
use model::Dependency;

/// Expands `#[dependency]`.
pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut function = match fallback::function("dependency", item) {
        Ok(function) => function,
        Err(tokens) => return tokens,
    };
    let mut errors = Errors::default();
    let dependency = read(attr, &mut function, &mut errors);
    check(&dependency, &function, &mut errors);
    without_yield(&mut function, &mut errors);
    opaque::reject(&mut function, "a dependency", &mut errors);
    let emitted = match errors.is_empty() {
        true => emit::emit(&dependency, &function),
        false => emit::unfinished(&dependency, &function, errors),
    };
    let names = instead::names(&function.sig);
    quote!(#emitted #names)
}

fn read(attr: TokenStream, function: &mut Function, errors: &mut Errors) -> Dependency {
    let (mut app_scoped, mut blocking) = (false, None);
    for key in keys::read_tokens(attr, "`#[dependency]`", &["scope", "blocking"], errors) {
        match key.name().as_str() {
            "scope" => {
                let scope = key.expr(errors);
                app_scoped = scope.is_some_and(|scope| is_app(scope, errors));
            }
            _ => blocking = key.flag(errors).then(|| key.span()),
        }
    }
    let arguments = arguments::read(function, errors);
    Dependency {
        app_scoped,
        blocking,
        arguments,
    }
}

fn is_app(scope: Expr, errors: &mut Errors) -> bool {
    let fix = "a scope is `\"app\"` (created once, at startup) or `\"request\"` (created once per request, the default)";
    match &scope {
        Expr::Lit(ExprLit {
            lit: Lit::Str(name),
            ..
        }) => match name.value().as_str() {
            "app" => return true,
            "request" => {}
            _ => errors.on(scope, fix),
        },
        _ => errors.on(scope, fix),
    }
    false
}

/// Reports a `yield`, which FastAPI's dependencies use, and leaves the body out, since rustc would report the `yield`
/// several times.
fn without_yield(function: &mut Function, errors: &mut Errors) {
    if let Some(span) = function.body.clone().and_then(first_yield) {
        errors.at(
            span,
            "a dependency lends its value through a `Yield`: take `lend: Yield<T>` as an argument, and write `lend.until_done(value).await`",
        );
        function.body = Some(quote!({ ::core::unreachable!() }));
    }
}

/// Returns the first `yield` outside macros, which may have a `yield` of their own.
fn first_yield(tokens: TokenStream) -> Option<Span> {
    let mut is_macro = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == "yield" => return Some(ident.span()),
            TokenTree::Group(group) if !is_macro => {
                if let Some(span) = first_yield(group.stream()) {
                    return Some(span);
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '!' => {
                is_macro = true;
                continue;
            }
            _ => {}
        }
        is_macro = false;
    }
    None
}

fn check(dependency: &Dependency, function: &Function, errors: &mut Errors) {
    function.check("a dependency", dependency.blocking, errors);
    if !types::mentions_impl(&function.returned())
        && let Some(elided) = types::first_elided(&function.returned())
    {
        errors.on(
            elided,
            "a dependency's value outlives its arguments: return a type that owns its data",
        );
    }
    if function.body.is_none() {
        provided(dependency, function, errors);
    }
    for argument in &dependency.arguments {
        if dependency.app_scoped && function.body.is_some() {
            without_request(argument, errors);
        }
        if dependency.lent().is_some() {
            yielding(argument, errors);
        }
    }
    let lends = |arg: &&Argument| matches!(arg.source, Source::Lend(_));
    for second in dependency.arguments.iter().filter(lends).skip(1) {
        errors.on(
            &second.ty,
            "a dependency lends one value: keep one `Yield`, and use a tuple or a struct for several values",
        );
    }
    if let (Some(_), Some(span)) = (dependency.lent(), dependency.blocking) {
        errors.at(
            span,
            "a dependency that yields waits for the handler, so it must be an `async fn`: remove `blocking`",
        );
    }
}

/// Checks a dependency without a body, whose value is given to the app.
fn provided(dependency: &Dependency, function: &Function, errors: &mut Errors) {
    if !dependency.app_scoped {
        errors.on(
            function.name(),
            "a dependency without a body gets its value from `App::provide`: add `scope = \"app\"`, or a body",
        );
    }
    if !function.sig.inputs.is_empty() {
        errors.on(
            &function.sig.inputs,
            "a dependency without a body gets its value from `App::provide`: remove the arguments, or add a body",
        );
    }
}

fn without_request(argument: &Argument, errors: &mut Errors) {
    match &argument.source {
        Source::Bare { .. } | Source::Located(..) | Source::Security(_) | Source::Reply => errors.at(
            argument.span,
            format!(
                "an app-scoped dependency is created before any request: remove `{}`, or `scope = \"app\"`",
                argument.name
            ),
        ),
        Source::Param => errors.at(
            argument.span,
            "an app-scoped dependency is created once, so it takes no arguments: remove `#[arg]`, or `scope = \"app\"`",
        ),
        Source::Depends(_) | Source::Lend(_) => {}
    }
}

fn yielding(argument: &Argument, errors: &mut Errors) {
    match (&argument.source, types::ungrouped(&argument.ty)) {
        (Source::Reply, ty) => errors.on(
            ty,
            "a dependency that yields outlives the reply: take `Reply` in a dependency that does not yield",
        ),
        (Source::Depends(_), Type::Reference(reference)) if reference.mutability.is_some() => {
            errors.on(
                &argument.ty,
                "a dependency that yields outlives the values that it borrows: take this one by value (`T`), or as `&T` from an app-scoped dependency",
            );
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
