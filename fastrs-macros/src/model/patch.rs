//! The individual fields of a model, from which `Partial` is built.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::field::Field;
use super::item::Model;
use super::judge;
use super::shape::Shape;
use super::validate::field_rules;
use crate::paths::{at, emit, private, private_at};

/// Returns the impl of `Patch`, for a struct whose fields are all read and written by their types.
pub(super) fn patch(model: &Model) -> Option<TokenStream> {
    let Shape::Struct(fields) = &model.shape else {
        return None;
    };
    let is_converted = fields.iter().any(|field| field.serde.converted);
    if is_converted || !model.item.generics.params.is_empty() {
        return None;
    }
    let (p, name, closed) = (private(), &model.item.ident, model.serde.closed);
    let fields = fields.iter().filter(|field| field.is_read());
    let fields = fields.map(|field| of_field(model, field));
    let generics = judge::bound(model, model.item.generics.clone());
    let clause = &generics.where_clause;
    Some(emit! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all)]
        #[diagnostic::do_not_recommend]
        impl #p::Patch for #name #clause {
            const FIELDS: &'static [#p::PatchField<Self>] = &[#(#fields),*];
            const CLOSED: bool = #closed;
        }
    })
}

fn of_field(model: &Model, field: &Field) -> TokenStream {
    let (ty, member, cfgs, span) = (&field.ty, &field.member, &field.cfgs, at(field.ty_span()));
    let (p, of) = (private(), private_at(span));
    let judged = match judge::borrows(field) {
        true => judge::judged(model, field),
        false => quote!(#ty),
    };
    let of = quote_spanned!(span=> #of::FieldOf::<#judged>::TYPE);
    let rules = field_rules(field, emit!(#p::field_value::<#ty>(value)));
    let check = emit!(|value, report| { #rules });
    if field.serde.flatten {
        return emit! {
            #(#cfgs)*
            #p::PatchField::<Self>::flattened(
                #p::FlattenedOf::<#ty>::TYPE,
                #of,
                |it, value| #p::Flattened(&mut it.#member).set(value),
                #check,
            )
        };
    }
    let (name, aliases) = (&field.wire_name, &field.serde.aliases);
    let written = field.written_name().map(|name| emit!(.written(#name)));
    emit! {
        #(#cfgs)*
        #p::PatchField::<Self>::of(
            &[#name #(, #aliases)*],
            #of,
            |it, value| #p::set_field(&mut it.#member, value),
            #check,
        )#written
    }
}
