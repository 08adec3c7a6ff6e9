//! The description of one field, as calls: its type, and what serde's attributes, `#[field(..)]` and `#[schemars(..)]`
//! say about it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::ExprPath;
use syn::spanned::Spanned;

use super::comment::docs;
use super::field::{self, Field};
use super::field_checks;
use super::item::Model;
use super::schemars::With;
use super::serde::{has_key, literal};
use super::shape::Shape;
use crate::paths::{at, emit, private, private_at};
use crate::types;

/// Returns a reference to a constant, unless a title or a description in the model is not a literal.
pub(super) fn constant(model: &Model, value: TokenStream) -> TokenStream {
    let fields = model.shape.fields();
    match fields.iter().all(|field| field.attr.is_literal()) {
        true => emit!(const { &#value }),
        false => emit!(&#value),
    }
}

/// Returns the description of the field, unless it is neither read nor written.
pub(super) fn property(
    model: &Model,
    field: &Field,
    item: &syn::Field,
    name: &str,
) -> Option<TokenStream> {
    if !field.is_described() {
        return None;
    }
    let (cfgs, meta) = (&field.cfgs, meta(field, item));
    let of = of(model, field, item, name);
    let is_said = !field.attr.constraints.is_empty() || !meta.is_empty();
    let said = is_said.then(|| {
        let (p, constraints) = (private(), field.attr.constraints());
        emit!(.field_attr(#constraints, #p::FieldMeta::new()#meta))
    });
    if field.serde.flatten {
        return Some(emit!(#(#cfgs)* #of #said));
    }
    let is_renamed = !name.is_empty() && field.written != field.wire_name;
    let written = is_renamed.then(|| {
        let name = &field.written;
        emit!(.written(#name))
    });
    let default = default(model, field, item);
    let optional = optional(model, field, default.is_some());
    let default = default.map(|default| emit!(.default(|| #default)));
    let skipped = has_key(&item.attrs, "skip_serializing_if");
    let skipped = skipped.then(|| emit!(.may_be_skipped()));
    let (docs, keys) = (docs(&item.attrs, &field.schemars), keys(field));
    Some(emit!(#(#cfgs)* #of #written #docs #default #optional #skipped #said #keys))
}

/// Returns the description of the field's type.
fn of(model: &Model, field: &Field, item: &syn::Field, name: &str) -> TokenStream {
    let flattened = field.serde.flatten;
    if let Some(With::Function(path)) = &field.schemars.with {
        let p = private_at(path.span());
        let flattened = flattened.then(|| emit!(.flattened(false)));
        return emit!(#p::Property::by(#name, #path)#flattened);
    }
    let of_serde = With::of_serde(&item.attrs);
    let (ty, span) = match (&field.schemars.with, &of_serde) {
        (Some(With::Type(ty)), _) | (_, Some(ty)) => (ty.into_token_stream(), ty.span()),
        _ => (field_checks::checked_type(model, field), field.ty_span()),
    };
    let p = private_at(span);
    match flattened {
        true => quote_spanned!(at(span)=> #p::FlatField::<#ty>::PROPERTY),
        false => {
            let of = quote_spanned!(at(span)=> #p::Property::of::<#ty>);
            emit!(#of(#name))
        }
    }
}

/// Returns what `#[field(..)]` says, and whether the field is only in the input or only in the output.
fn meta(field: &Field, item: &syn::Field) -> TokenStream {
    let attr = &field.attr;
    let meta = field::meta(attr);
    let read_only = (field.is_unread() && !attr.read_only).then(|| emit!(.read_only()));
    let write_only = (field.is_unwritten() && !attr.write_only).then(|| emit!(.write_only()));
    let aliases = &field.serde.aliases;
    let aliases = (!aliases.is_empty()).then(|| emit!(.aliases(&[#(#aliases),*])));
    let is_computed = match &field.default {
        Some(_) => !attr.has_constant_default(),
        None => literal(&item.attrs, "default").is_some(),
    };
    let factory = is_computed.then(|| emit!(.default_factory()));
    emit!(#meta #read_only #write_only #aliases #factory)
}

/// Returns `.optional(..)` for a field that fastrs reads. serde reads a missing field only if it is an `Option`.
fn optional(model: &Model, field: &Field, has_default: bool) -> Option<TokenStream> {
    let is_asked = model.plain && field.is_read() && !has_default;
    is_asked.then(|| {
        let (span, ty) = (field.ty_span(), field_checks::checked_type(model, field));
        let p = private_at(span);
        let when_missing = quote_spanned!(at(span)=> #p::WhenMissing::<#ty>::IS_VALUE);
        emit!(.optional(#when_missing))
    })
}

/// Returns `.keys(..)`: the type may be a map, whose keys have their own schema.
fn keys(field: &Field) -> Option<TokenStream> {
    let (p, ty) = (private(), &field.ty);
    let may_have_keys = types::has_several(ty) && field.schemars.with.is_none();
    may_have_keys.then(|| emit!(.keys(#p::Can::<#ty>::KEYS)))
}

/// Returns the default of a named field as JSON.
fn default(model: &Model, field: &Field, item: &syn::Field) -> Option<TokenStream> {
    let (p, value) = (private(), default_value(model, field, item)?);
    let path = |key| literal(&item.attrs, key)?.parse::<ExprPath>().ok();
    let is_skipped = path("skip_serializing_if");
    let written = path("serialize_with").map(|path| emit!(#path));
    let written = written.or_else(|| path("with").map(|path| emit!(#path::serialize)));
    let json = |value: TokenStream| match &written {
        Some(write) => {
            emit!(#p::to_json_with(#value, |value| #write(value, #p::ValueSerializer)))
        }
        None => emit!(#p::Shown(#value).to_json()),
    };
    Some(match is_skipped {
        Some(is_skipped) => {
            let json = json(emit!(value));
            emit!(#p::unless(#value, |value| #is_skipped(value)).and_then(|value| #json))
        }
        None => json(value),
    })
}

/// Returns the expression of a named field's default.
fn default_value(model: &Model, field: &Field, item: &syn::Field) -> Option<TokenStream> {
    let (name, ty) = (item.ident.as_ref()?, &field.ty);
    let called = |path: &syn::LitStr| {
        let path: ExprPath = path.parse().ok()?;
        Some(emit!(#path()))
    };
    if let Some((function, _)) = &field.default {
        return Some(emit!(Self::#function()));
    }
    if has_key(&item.attrs, "default") {
        return match literal(&item.attrs, "default") {
            Some(path) => called(&path),
            None => Some(emit!(<#ty as ::core::default::Default>::default())),
        };
    }
    let is_struct = matches!(model.shape, Shape::Struct(_));
    let attrs = &model.item.attrs;
    if is_struct && has_key(attrs, "default") {
        let all = match literal(attrs, "default") {
            Some(path) => called(&path)?,
            None => emit!(<Self as ::core::default::Default>::default()),
        };
        return Some(emit!(#all.#name));
    }
    // serde does not read it, and uses the default of its type.
    let is_known = field.serde.skipped && !types::mentions_any(ty, &model.type_params());
    is_known.then(|| emit!(<#ty as ::core::default::Default>::default()))
}
