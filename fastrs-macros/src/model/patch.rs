//! The individual fields of a model, from which `Partial` is built.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::field::Field;
use super::field_checks;
use super::item::Model;
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
    let unread = fields.iter().filter(|field| !field.is_read());
    let unread: Vec<_> = unread.filter_map(Field::written_name).collect();
    let unread = (!unread.is_empty())
        .then(|| emit!(const UNREAD: &'static [&'static str] = &[#(#unread),*];));
    let fields: Vec<&Field> = fields.iter().filter(|field| field.is_read()).collect();
    let (all, set) = (
        fields.iter().map(|field| of_field(model, field)),
        fields.iter().map(|field| set(field)),
    );
    let check = check(&fields);
    Some(emit! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all)]
        #[diagnostic::do_not_recommend]
        impl #p::Patch for #name {
            const FIELDS: &'static [#p::PatchField] = &[#(#all),*];
            #unread
            const CLOSED: bool = #closed;
            fn set(&mut self, mut sent: #p::SentValues) {
                #(#set)*
            }
            #check
        }
    })
}

/// Returns the field's names and the operations on its type.
fn of_field(model: &Model, field: &Field) -> TokenStream {
    let (ty, cfgs, span) = (&field.ty, &field.cfgs, at(field.ty_span()));
    let (p, of) = (private(), private_at(span));
    let checked_type = match field_checks::borrows(field) {
        true => field_checks::checked_type(model, field),
        false => quote!(#ty),
    };
    let of = quote_spanned!(span=> #of::FieldOf::<#checked_type>::TYPE);
    if field.serde.flatten {
        return emit!(#(#cfgs)* #p::PatchField::flattened(#p::FlattenedOf::<#ty>::TYPE, #of));
    }
    let (name, aliases) = (&field.wire_name, &field.serde.aliases);
    let written = field.written_name().map(|name| emit!(.written(#name)));
    emit!(#(#cfgs)* #p::PatchField::of(&[#name #(, #aliases)*], #of)#written)
}

/// Returns the statement that puts the next value into the field.
fn set(field: &Field) -> TokenStream {
    let (p, member, cfgs) = (private(), &field.member, &field.cfgs);
    match field.serde.flatten {
        true => emit!(#(#cfgs)* #p::Flattened(&mut self.#member).set(&mut sent);),
        false => emit!(#(#cfgs)* sent.set(&mut self.#member);),
    }
}

/// Returns the function that checks the values, unless there is nothing to check.
fn check(fields: &[&Field]) -> Option<TokenStream> {
    let (p, mut is_checked) = (private(), false);
    let each: Vec<_> = fields
        .iter()
        .map(|field| {
            let (ty, cfgs) = (&field.ty, &field.cfgs);
            let rules = field_rules(field, emit!(value));
            is_checked |= !rules.is_empty();
            match rules.is_empty() {
                true => emit!(#(#cfgs)* sent.skip();),
                false => emit! {
                    #(#cfgs)*
                    sent.check::<#ty>(report, |value, report| { #rules });
                },
            }
        })
        .collect();
    is_checked.then(|| {
        emit! {
            fn check(mut sent: #p::SentRefs<'_>, report: &mut #p::Report<'_>) {
                #(#each)*
            }
        }
    })
}
