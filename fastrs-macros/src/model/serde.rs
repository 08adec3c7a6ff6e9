//! The parts of serde's own attributes that concern names in the input. [`serde_keys`](super::serde_keys) reports
//! mistakes in them.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Token};

use super::names::Rule;

/// A container's `#[serde(..)]`.
#[derive(Default)]
pub(crate) struct ContainerSerde {
    pub(crate) rename_all: Rule,
    /// The renaming rule for the output.
    pub(crate) rename_all_out: Rule,
    /// Whether unknown fields are rejected.
    pub(crate) closed: bool,
    pub(crate) rename_all_fields: Rule,
    pub(crate) rename_all_fields_out: Rule,
    pub(crate) tagging: Tagging,
    /// The name of the tag.
    pub(crate) tag: String,
    pub(crate) transparent: bool,
    /// Its name on the wire.
    pub(crate) rename: Option<String>,
}

/// How an enum's variants are distinguished.
#[derive(Default)]
pub(crate) enum Tagging {
    #[default]
    External,
    Internal,
    Adjacent {
        content: String,
    },
    Untagged,
}

/// A field's or a variant's `#[serde(..)]`.
#[derive(Default)]
pub(crate) struct ItemSerde {
    pub(crate) rename: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) rename_all: Rule,
    pub(crate) rename_all_out: Rule,
    /// Whether it is never read from the input.
    pub(crate) skipped: bool,
    pub(crate) flatten: bool,
    pub(crate) untagged: bool,
    /// Whether a function reads or writes it, instead of its type.
    pub(crate) converted: bool,
    /// Whether it is never written.
    pub(crate) hidden: bool,
    /// The name in the output, if it differs.
    pub(crate) renamed_out: Option<String>,
    /// The function that reads it instead of its type.
    pub(crate) reader: Option<String>,
}

impl ContainerSerde {
    pub(super) fn read(attrs: &[Attribute]) -> Self {
        let mut container = Self::default();
        let (mut tag, mut content) = (None, None);
        for meta in metas(attrs) {
            match name(&meta).as_str() {
                "rename" => container.rename = deserialize_text(&meta),
                "rename_all" => {
                    (container.rename_all, container.rename_all_out) = rules(&meta);
                }
                "deny_unknown_fields" => container.closed = true,
                "rename_all_fields" => {
                    (container.rename_all_fields, container.rename_all_fields_out) = rules(&meta);
                }
                "transparent" => container.transparent = true,
                "tag" => tag = deserialize_text(&meta),
                "content" => content = deserialize_text(&meta),
                "untagged" => container.tagging = Tagging::Untagged,
                _ => {}
            }
        }
        match (&tag, content) {
            (Some(_), Some(content)) => container.tagging = Tagging::Adjacent { content },
            (Some(_), None) => container.tagging = Tagging::Internal,
            (None, _) => {}
        }
        container.tag = tag.unwrap_or_default();
        container
    }
}

impl ItemSerde {
    pub(super) fn read(attrs: &[Attribute]) -> Self {
        let mut item = Self::default();
        for meta in metas(attrs) {
            match name(&meta).as_str() {
                "rename" => {
                    item.rename = deserialize_text(&meta);
                    item.renamed_out = serialize_text(&meta);
                }
                "skip_serializing" => item.hidden = true,
                "alias" => item.aliases.extend(text(&meta)),
                "rename_all" => (item.rename_all, item.rename_all_out) = rules(&meta),
                "skip" => (item.skipped, item.hidden) = (true, true),
                "skip_deserializing" => item.skipped = true,
                "flatten" => item.flatten = true,
                "untagged" => item.untagged = true,
                "deserialize_with" => item.reader = deserialize_text(&meta),
                "with" => {
                    item.reader =
                        deserialize_text(&meta).map(|module| format!("{module}::deserialize"))
                }
                _ => {}
            }
            let functions = ["with", "deserialize_with", "serialize_with", "getter"];
            item.converted |= functions.contains(&&*name(&meta));
        }
        item
    }
}

/// Returns whether `#[serde(..)]` has this key.
pub(super) fn has_key(attrs: &[Attribute], key: &str) -> bool {
    metas(attrs).iter().any(|meta| meta.path().is_ident(key))
}

/// Returns everything in `#[serde(..)]`.
pub(super) fn metas(attrs: &[Attribute]) -> Vec<Meta> {
    let attrs = attrs.iter().filter(|attr| attr.path().is_ident("serde"));
    let lists = attrs.filter_map(|attr| {
        attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .ok()
    });
    lists.flatten().collect()
}

/// Returns the value of serde's `key = ".."`.
pub(super) fn literal(attrs: &[Attribute], key: &str) -> Option<LitStr> {
    let entries = metas(attrs);
    let entry = entries.iter().find(|meta| meta.path().is_ident(key))?;
    string(entry).cloned()
}

pub(super) fn name(meta: &Meta) -> String {
    meta.path()
        .get_ident()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Returns the renaming rules for the input and for the output.
fn rules(meta: &Meta) -> (Rule, Rule) {
    let rule = |name: Option<String>| name.map(|name| Rule::of(&name)).unwrap_or_default();
    (rule(deserialize_text(meta)), rule(serialize_text(meta)))
}

/// Returns the text of `key = ".."`.
pub(super) fn text(meta: &Meta) -> Option<String> {
    string(meta).map(LitStr::value)
}

/// Returns the literal of `key = ".."`.
fn string(meta: &Meta) -> Option<&LitStr> {
    match &meta.require_name_value().ok()?.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        _ => None,
    }
}

/// Returns the text of `key = ".."`, or of `key(deserialize = "..")`.
fn deserialize_text(meta: &Meta) -> Option<String> {
    on_side(meta, "deserialize")
}

/// Returns the text of `key = ".."`, or of `key(serialize = "..")`.
fn serialize_text(meta: &Meta) -> Option<String> {
    on_side(meta, "serialize")
}

fn on_side(meta: &Meta, side: &str) -> Option<String> {
    match meta {
        Meta::NameValue(_) => text(meta),
        Meta::List(list) => {
            let inner = list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()?;
            let read = inner.iter().find(|meta| meta.path().is_ident(side))?;
            text(read)
        }
        Meta::Path(_) => None,
    }
}
