//! Reads the arguments of a signature and strips the attributes that only fastrs understands.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Meta, Pat, PatType, Type, parse_quote};

use super::{Argument, Location, Provider, Source, scheme};
use crate::docs::Docs;
use crate::errors::{self, Errors};
use crate::field_attr::{self, FieldAttr};
use crate::function::Function;
use crate::instead;
use crate::types;

/// Attributes that set an argument's source.
const SOURCES: &[&str] = &[
    "path", "query", "header", "cookie", "body", "form", "file", "depends", "security", "reply",
    "lend", "arg",
];

/// Built-in attributes that may stay on an argument.
const LANGUAGE: &[&str] = &["allow", "expect", "warn", "deny", "forbid"];

/// Reads all arguments of `function` and removes their helper attributes and docs from it. Leaves out arguments that
/// `Function::check` rejects.
pub(crate) fn read(function: &mut Function, errors: &mut Errors) -> Vec<Argument> {
    take_request(function, errors);
    let typed = function
        .sig
        .inputs
        .iter_mut()
        .filter_map(|input| match input {
            FnArg::Typed(arg) => Some(arg),
            FnArg::Receiver(_) => None,
        });
    typed.filter_map(|arg| argument(arg, errors)).collect()
}

/// Replaces a request of the `http` crate in the signature, and reports it. In a signature, the prelude's `Request`
/// with a parameter would be an error at each use of the type.
fn take_request(function: &mut Function, errors: &mut Errors) {
    for input in &mut function.sig.inputs {
        let FnArg::Typed(arg) = input else { continue };
        let ty = match types::ungrouped(&arg.ty) {
            Type::Reference(reference) => &reference.elem,
            ty => ty,
        };
        if instead::is_foreign_request(ty) {
            errors.on(&arg.ty, instead::REQUEST);
            *arg.ty = parse_quote!(());
            function.body = Some(quote!({ ::core::unreachable!() }));
            function
                .attrs
                .push(parse_quote!(#[allow(unused_variables)]));
        }
    }
}

fn argument(arg: &mut PatType, errors: &mut Errors) -> Option<Argument> {
    let docs = Docs::of(&arg.attrs);
    let attrs = std::mem::take(&mut arg.attrs);
    let mut source = None;
    for attr in attrs {
        let name = attr.path().get_ident().map(ToString::to_string);
        match name.as_deref() {
            Some("doc") => {}
            Some(name) if SOURCES.contains(&name) => {
                let found = source_of(name, &attr, arg, errors);
                match &source {
                    None => source = Some((name.to_owned(), found)),
                    Some((first, _)) => errors.on(attr.path(), second_source(first, name)),
                }
            }
            Some(name) if LANGUAGE.contains(&name) => arg.attrs.push(attr),
            Some("cfg" | "cfg_attr") => errors.on(
                attr.path(),
                "an argument cannot be conditional: define the function twice, with a `#[cfg]` on each",
            ),
            _ => {
                let path = attr.path();
                let name = name.unwrap_or_else(|| types::spelled(path));
                let fix = match name.as_str() {
                    "field" => "write `#[query(..)]`, since `#[field]` is for the fields of a model".to_owned(),
                    key if field_attr::PARAMETER.contains(&key) => {
                        format!("write `#[query({key} = ..)]`, since `{key}` is a key")
                    }
                    name => errors::instead(name, SOURCES),
                };
                errors.on(
                    path,
                    format!("an argument has no attribute `#[{name}]`: {fix}"),
                );
            }
        }
    }
    let Pat::Ident(pat) = &*arg.pat else {
        return None;
    };
    let source = match source {
        // already reported when it was read
        Some((_, None)) => return None,
        Some((_, Some(source))) => source,
        None => by_spelling(arg, errors)?,
    };
    // No replacement type would help, because the function's own future would not be `Send`; so the spelling decides.
    let is_read = matches!(source, Source::Bare { .. } | Source::Located(..));
    if is_read && types::mentions_names(&arg.ty, &["Rc"]) {
        errors.on(
            &arg.ty,
            "an argument moves between threads, but an `Rc` cannot: write the type without it",
        );
    }
    Some(Argument {
        name: pat.ident.unraw().to_string(),
        span: pat.ident.span(),
        ty: (*arg.ty).clone(),
        docs,
        source,
    })
}

/// Returns the text for an argument with two sources.
fn second_source(first: &str, second: &str) -> String {
    match (first, second) {
        ("security", "security") => scheme::SEVERAL.to_owned(),
        _ if first == second => format!("`#[{first}]` appears twice: remove one"),
        _ => format!("an argument can have only one source: remove `#[{first}]` or `#[{second}]`"),
    }
}

/// Returns the source that the spelling of the type implies. `Reply` and `Yield` are recognized by name; `#[reply]` and
/// `#[lend]` cover aliases of them.
fn by_spelling(arg: &PatType, errors: &mut Errors) -> Option<Source> {
    if types::reference_to(&arg.ty, "Reply").is_some() {
        return Some(Source::Reply);
    }
    match types::ends_in(&arg.ty, "Yield") {
        true => {
            let lent = types::only_parameter(&arg.ty).cloned();
            if lent.is_none() {
                errors.leave_to_rustc();
            }
            lent.map(Source::Lend)
        }
        false => Some(Source::Bare { in_path: false }),
    }
}

fn source_of(name: &str, attr: &Attribute, arg: &PatType, errors: &mut Errors) -> Option<Source> {
    let tokens = keys_of(attr, name, errors)?;
    if let Some(location) = Location::of(name) {
        let attr = FieldAttr::read(tokens, &format!("`#[{name}]`"), keys_for(location), errors);
        attr.check(errors);
        if let (Location::Path, Some((span, _))) = (location, &attr.default) {
            errors.at(
                *span,
                "a path value is always present, so it cannot have a default: remove the default",
            );
        }
        return Some(Source::Located(location, Box::new(attr)));
    }
    if name == "depends" {
        if tokens.is_empty() {
            errors.on(
                attr.path(),
                "`#[depends]` needs a dependency: `#[depends(current_user)]`",
            );
            return None;
        }
        return Provider::of_attribute(tokens, errors).map(Source::Depends);
    }
    if name == "security" {
        return scheme::read(tokens, attr, errors).map(Source::Security);
    }
    if !tokens.is_empty() {
        errors.on(
            tokens,
            format!("`#[{name}]` takes no arguments: write `#[{name}]` alone"),
        );
    }
    match (name, types::ungrouped(&arg.ty)) {
        ("reply", syn::Type::Reference(_)) => Some(Source::Reply),
        ("reply", other) => {
            errors.on(other, "the reply is borrowed: write `&mut Reply`");
            None
        }
        ("lend", ty) => match types::only_parameter(ty) {
            Some(lent) => Some(Source::Lend(lent.clone())),
            None => {
                errors.on(ty, "`#[lend]` needs the type of the lent value: `Yield<T>`");
                None
            }
        },
        _ => Some(Source::Param),
    }
}

/// Returns the tokens in the attribute's parentheses.
fn keys_of(attr: &Attribute, name: &str, errors: &mut Errors) -> Option<TokenStream> {
    match &attr.meta {
        Meta::Path(_) => Some(TokenStream::new()),
        Meta::List(list) => Some(list.tokens.clone()),
        Meta::NameValue(_) => {
            errors.on(attr.path(), format!("write `#[{name}(..)]`"));
            None
        }
    }
}

/// Returns the keys that the attribute accepts.
fn keys_for(location: Location) -> &'static [&'static str] {
    match location {
        Location::Path => field_attr::PATH,
        Location::Query | Location::Cookie | Location::Form => field_attr::PARAMETER,
        Location::Header => field_attr::HEADER,
        Location::Body => field_attr::BODY,
        Location::File => field_attr::FILE,
    }
}
