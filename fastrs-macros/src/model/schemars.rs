//! `#[schemars(..)]`: what a user adds to a schema, or puts in its place. fastrs reads it here, instead of schemars'
//! derive.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote_spanned;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, LitStr, Path, Token, Type, WherePredicate};

use super::serde::literal;
use super::serde_keys::{self, Owner};
use crate::errors::{Errors, suggestion};
use crate::keys::{self, Key, Value};
use crate::paths::{at, emit, private, private_at};

/// The contents of `#[schemars(..)]` on a type, a variant or a field.
#[derive(Default)]
pub(crate) struct SchemarsAttr {
    pub(crate) with: Option<With>,
    /// The name in documents, in which `{T}` stands for the name of a type parameter.
    pub(crate) rename: Option<LitStr>,
    pub(crate) inline: bool,
    /// The bounds of the impl, in place of those that are inferred.
    pub(crate) bound: Option<Punctuated<WherePredicate, Token![,]>>,
    /// Whether it is absent from the described input.
    pub(crate) is_unread: bool,
    /// Whether it is absent from the described output.
    pub(crate) is_unwritten: bool,
    /// The statements that add to the schema, each with the position of its key in the order in which they run.
    additions: Vec<(usize, TokenStream)>,
}

/// The type or function that describes a value in place of its type.
pub(crate) enum With {
    Type(Type),
    Function(Path),
}

pub(super) const TYPE: Owner = Owner {
    name: "a type",
    keys: &[
        "with",
        "schema_with",
        "title",
        "description",
        "example",
        "extend",
        "transform",
        "rename",
        "inline",
        "bound",
    ],
};

/// A variant or a field.
pub(super) const PART: Owner = Owner {
    name: "a variant or a field",
    keys: &[
        "with",
        "schema_with",
        "title",
        "description",
        "example",
        "extend",
        "transform",
        "skip",
        "skip_serializing",
        "skip_deserializing",
    ],
};

/// Keys for bounds, and their equivalents in fastrs.
const BOUNDS: [(&str, &str); 12] = [
    (
        "length",
        "`#[field(min_length = .., max_length = ..)]`, or `min_items` and `max_items`",
    ),
    ("range", "`#[field(ge = .., le = ..)]`"),
    ("regex", "`#[field(pattern = ..)]`"),
    ("pattern", "`#[field(pattern = ..)]`"),
    ("contains", "`#[field(pattern = ..)]`"),
    ("inner", "`#[field(..)]` on a newtype of the inner type"),
    ("required", "`#[field(required)]`"),
    ("email", "the type `EmailStr`"),
    ("url", "the type `Url`"),
    ("ip", "the type `IpAddr`"),
    ("ipv4", "the type `Ipv4Addr`"),
    ("ipv6", "the type `Ipv6Addr`"),
];

impl SchemarsAttr {
    /// Reads the attributes, and removes them.
    pub(super) fn take(attrs: &mut Vec<Attribute>, owner: Owner, errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for attr in attrs.extract_if(.., |attr| attr.path().is_ident("schemars")) {
            let keys = attr.parse_args_with(Punctuated::<Key, Token![,]>::parse_terminated);
            for key in errors.keep(keys).into_iter().flatten() {
                read.add(&key, owner, errors);
            }
        }
        read.additions.sort_by_key(|(at, _)| *at);
        read
    }

    fn add(&mut self, key: &Key, owner: Owner, errors: &mut Errors) {
        let name = key.name();
        if !owner.keys.contains(&&*name) {
            return errors.at(key.span(), unsupported(&name, owner));
        }
        match &*name {
            "with" => self.with = parsed(key, errors).map(With::Type).or(self.with.take()),
            "schema_with" => {
                self.with = parsed(key, errors).map(With::Function).or(self.with.take())
            }
            "rename" => self.rename = text(key, errors),
            "bound" => {
                let bound = text(key, errors);
                let bound = bound.map(|text| text.parse_with(Punctuated::parse_terminated));
                self.bound = bound.and_then(|bound| errors.keep(bound));
            }
            "inline" => self.inline = key.flag(errors),
            "skip" => (self.is_unread, self.is_unwritten) = (true, true),
            "skip_serializing" => self.is_unwritten = true,
            "skip_deserializing" => self.is_unread = true,
            _ => {
                let at = owner.keys.iter().position(|key| *key == name);
                let additions = additions(key, errors).into_iter();
                self.additions
                    .extend(additions.map(|addition| (at.unwrap_or_default(), addition)));
            }
        }
    }

    /// Returns `.schemars_attr(|schema| ..)`.
    pub(super) fn schemars_attr(&self) -> Option<TokenStream> {
        let additions = self.additions.iter().map(|(_, addition)| addition);
        (!self.additions.is_empty()).then(|| emit!(.schemars_attr(|schema| { #(#additions)* })))
    }
}

impl With {
    /// Returns the type that serde's `with = ".."` names, if it looks like one rather than a module.
    pub(super) fn of_serde(attrs: &[Attribute]) -> Option<Type> {
        let path = literal(attrs, "with")?;
        names_a_type(&path.value()).then(|| path.parse().ok())?
    }
}

fn unsupported(key: &str, owner: Owner) -> String {
    if let Some((_, fix)) = BOUNDS.iter().find(|(name, _)| *name == key) {
        return format!(
            "schemars' `{key}` would be documented, but nothing would check it: use {fix}"
        );
    }
    if serde_keys::is_known(key) && key != "crate" {
        return format!(
            "schemars' `{key}` would document something other than what serde reads and writes: move it to `#[serde(..)]`"
        );
    }
    let fix = suggestion(key, owner.keys);
    format!(
        "a model does not support schemars' `{key}` on {}: {fix}",
        owner.name
    )
}

fn text(key: &Key, errors: &mut Errors) -> Option<LitStr> {
    let (name, value) = (key.name(), key.expr(errors)?);
    let mistake = format!("`{name}` takes a string literal: `{name} = \"..\"`");
    keys::literal(value, &mistake, errors)
}

fn parsed<T: syn::parse::Parse>(key: &Key, errors: &mut Errors) -> Option<T> {
    let text = text(key, errors)?;
    errors.keep(text.parse())
}

/// Returns the statements of a key that adds to the schema.
fn additions(key: &Key, errors: &mut Errors) -> Vec<TokenStream> {
    let (p, name) = (private(), key.name());
    if name == "extend" {
        return extensions(key, errors);
    }
    let addition = key.expr(errors).map(|value| {
        let (of, span) = (private_at(value.span()), at(value.span()));
        match &*name {
            "example" => emit!(#p::add_example(schema, #p::json(#value));),
            "transform" => quote_spanned! {span=>
                #of::schemars::transform::Transform::transform(&mut #value, schema);
            },
            _ => emit!(#p::insert_text(schema, #name, #value);),
        }
    });
    addition.into_iter().collect()
}

/// Returns the statements of `extend("keyword" = value, ..)`. A value is written as in `json!`.
fn extensions(key: &Key, errors: &mut Errors) -> Vec<TokenStream> {
    let Value::List(entries) = &key.value else {
        errors.at(
            key.span(),
            "`extend` takes its keywords in parentheses: `extend(\"x-keyword\" = 1)`",
        );
        return Vec::new();
    };
    let parser = |input: ParseStream<'_>| {
        Punctuated::<_, Token![,]>::parse_terminated_with(input, extension)
    };
    let entries = errors.keep(parser.parse2(entries.clone()));
    entries.into_iter().flatten().collect()
}

fn extension(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let keyword: LitStr = input.parse()?;
    input.parse::<Token![=]>()?;
    let mut value = Vec::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        value.push(input.parse::<TokenTree>()?);
    }
    let p = private();
    Ok(emit!(#p::extend(schema, #keyword, #p::json!(#(#value)*));))
}

/// Returns whether a path looks like a type rather than a module, judging by its spelling.
pub(super) fn names_a_type(path: &str) -> bool {
    let path = path.split('<').next().unwrap_or_default();
    let last = path.trim_end_matches("::").rsplit("::").next();
    let last = last.unwrap_or_default().trim();
    last.starts_with(|first: char| first.is_uppercase())
}
