//! Mistakes in `#[serde(..)]`. serde would report them too, but then derive nothing, and every use of the model would
//! be a separate error.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Expr, Ident, Lit, Meta, Token, parse_quote};

use super::names::Rule;
use super::serde::{metas, name, text};
use crate::errors::{Errors, suggestion};

/// The item that an attribute is written on, as named in messages, and the keys that are supported there.
#[derive(Clone, Copy)]
pub(super) struct Owner {
    pub(super) name: &'static str,
    pub(super) keys: &'static [&'static str],
}

const TYPE: Owner = Owner {
    name: "a type",
    keys: &[
        "rename",
        "rename_all",
        "rename_all_fields",
        "deny_unknown_fields",
        "tag",
        "content",
        "untagged",
        "default",
        "transparent",
        "from",
        "try_from",
        "into",
        "bound",
        "remote",
        "crate",
        "expecting",
        "field_identifier",
        "variant_identifier",
    ],
};

const VARIANT: Owner = Owner {
    name: "a variant",
    keys: &[
        "rename",
        "alias",
        "rename_all",
        "skip",
        "skip_serializing",
        "skip_deserializing",
        "other",
        "untagged",
        "with",
        "serialize_with",
        "deserialize_with",
        "bound",
        "borrow",
    ],
};

const FIELD: Owner = Owner {
    name: "a field",
    keys: &[
        "rename",
        "alias",
        "default",
        "flatten",
        "skip",
        "skip_serializing",
        "skip_deserializing",
        "skip_serializing_if",
        "with",
        "serialize_with",
        "deserialize_with",
        "bound",
        "borrow",
        "getter",
    ],
};

/// Keys without a value.
const FLAGS: &[&str] = &[
    "deny_unknown_fields",
    "untagged",
    "transparent",
    "field_identifier",
    "variant_identifier",
    "flatten",
    "skip",
    "skip_serializing",
    "skip_deserializing",
    "other",
];

/// Keys with and without a value.
const OPTIONAL_VALUE: &[&str] = &["default", "borrow"];

/// Names the function behind `#[serde(default)]` on a type, so that fastrs reports a type without a default. Returns
/// the span of the key. Generic types are left to serde, which adds a `Default` bound.
pub(super) fn name_default(item: &mut DeriveInput, function: &Ident) -> Option<Span> {
    if !item.generics.params.is_empty() {
        return None;
    }
    let path = format!("{}::{function}", item.ident);
    let mut found = None;
    for attr in &mut item.attrs {
        let is_default = |meta: &Meta| matches!(meta, Meta::Path(path) if path.is_ident("default"));
        let mut metas = metas(std::slice::from_ref(attr));
        let Some(default) = metas.iter_mut().find(|meta| is_default(meta)) else {
            continue;
        };
        found = Some(default.span());
        *default = parse_quote!(default = #path);
        *attr = parse_quote!(#[serde(#(#metas),*)]);
    }
    found
}

/// Returns whether serde has a key of this name.
pub(super) fn is_known(key: &str) -> bool {
    let owners = [TYPE, VARIANT, FIELD];
    owners.iter().any(|owner| owner.keys.contains(&key))
}

/// Reports mistakes in the serde attributes of the item, its variants and its fields, and removes the keys.
pub(super) fn check(item: &mut DeriveInput, errors: &mut Errors) {
    check_attrs(&mut item.attrs, TYPE, errors);
    let fields = match &mut item.data {
        Data::Struct(data) => data.fields.iter_mut().collect(),
        Data::Enum(data) => {
            let mut fields = Vec::new();
            for variant in &mut data.variants {
                check_attrs(&mut variant.attrs, VARIANT, errors);
                fields.extend(&mut variant.fields);
            }
            fields
        }
        Data::Union(_) => Vec::new(),
    };
    for field in fields {
        check_attrs(&mut field.attrs, FIELD, errors);
    }
}

fn check_attrs(attrs: &mut [Attribute], owner: Owner, errors: &mut Errors) {
    let mut seen = Vec::new();
    for attr in attrs
        .iter_mut()
        .filter(|attr| attr.path().is_ident("serde"))
    {
        let parsed = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let Ok(metas) = parsed else {
            errors.on(
                &attr.meta,
                "`#[serde]` takes its keys in parentheses: `#[serde(rename = \"itemName\")]`",
            );
            *attr = parse_quote!(#[serde()]);
            continue;
        };
        let count = metas.len();
        let kept: Vec<Meta> = metas
            .into_iter()
            .filter(|meta| is_valid(meta, owner, &mut seen, errors))
            .collect();
        if kept.len() < count {
            *attr = parse_quote!(#[serde(#(#kept),*)]);
        }
    }
}

/// Returns whether serde understands the key and its value; otherwise, the mistake is reported.
fn is_valid(meta: &Meta, owner: Owner, seen: &mut Vec<String>, errors: &mut Errors) -> bool {
    let key = name(meta);
    if !owner.keys.contains(&&*key) {
        errors.on(meta.path(), unknown(&key, owner));
        return false;
    }
    if seen.contains(&key) && key != "alias" {
        errors.on(meta.path(), format!("`{key}` appears twice: remove one"));
        return false;
    }
    seen.push(key.clone());
    let (is_flag, is_either) = (FLAGS.contains(&&*key), OPTIONAL_VALUE.contains(&&*key));
    match meta {
        Meta::Path(_) if !is_flag && !is_either => {
            errors.on(meta, format!("`{key}` needs a value: `{key} = \"..\"`"));
            return false;
        }
        Meta::NameValue(_) | Meta::List(_) if is_flag => {
            errors.on(meta, format!("`{key}` takes no value: write `{key}` alone"));
            return false;
        }
        Meta::NameValue(pair) if !is_text(&pair.value) => {
            errors.on(
                &pair.value,
                format!("a value in `#[serde(..)]` must be a string literal: `{key} = \"..\"`"),
            );
            return false;
        }
        _ => {}
    }
    let rule = key.starts_with("rename_all").then(|| text(meta)).flatten();
    if let (Some(rule), Meta::NameValue(pair)) = (rule, meta)
        && Rule::named(&rule).is_none()
    {
        errors.on(&pair.value, unknown_rule(&rule));
        return false;
    }
    true
}

/// Returns whether the value is a string literal, or a macro call, which may expand to one.
fn is_text(value: &Expr) -> bool {
    match value {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Str(_)),
        Expr::Group(group) => is_text(&group.expr),
        Expr::Macro(_) => true,
        _ => false,
    }
}

fn unknown(key: &str, owner: Owner) -> String {
    let others = [TYPE, VARIANT, FIELD];
    let elsewhere = others.iter().find(|other| other.keys.contains(&key));
    let fix = match elsewhere {
        Some(other) => format!("it belongs on {}", other.name),
        None => suggestion(key, owner.keys),
    };
    format!("serde has no key `{key}` for {}: {fix}", owner.name)
}

fn unknown_rule(rule: &str) -> String {
    let fix = suggestion(rule, Rule::NAMES);
    format!("serde has no case `{rule}`: {fix}")
}
