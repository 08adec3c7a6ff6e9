//! `#[cfg_attr(..)]` on a model or in it. The compiler resolves it only after `#[model]`, which has to read what is
//! inside. So the model is emitted twice, once for each case, under a `#[cfg(..)]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Meta, Token, parse_quote};

use crate::paths::{emit, private};

/// Returns the model for both values of the first condition, if there is any.
pub(super) fn split(attr: &TokenStream, item: &DeriveInput) -> Option<TokenStream> {
    let mut with = item.clone();
    let lists = attributes(&mut with);
    let (condition, _) = lists
        .into_iter()
        .flatten()
        .find_map(|attr| conditional(attr))?;
    let mut without = item.clone();
    for (item, holds) in [(&mut with, true), (&mut without, false)] {
        for attrs in attributes(item) {
            resolve(attrs, &condition, holds);
        }
    }
    let p = private();
    Some(emit! {
        #[cfg(#condition)]
        #[#p::model(#attr)]
        #with
        #[cfg(not(#condition))]
        #[#p::model(#attr)]
        #without
    })
}

/// Returns the attributes of the type, its variants and its fields.
fn attributes(item: &mut DeriveInput) -> Vec<&mut Vec<Attribute>> {
    let mut all = vec![&mut item.attrs];
    let fields = match &mut item.data {
        Data::Struct(data) => vec![&mut data.fields],
        Data::Enum(data) => {
            let mut fields = Vec::new();
            for variant in &mut data.variants {
                all.push(&mut variant.attrs);
                fields.push(&mut variant.fields);
            }
            fields
        }
        Data::Union(_) => Vec::new(),
    };
    all.extend(fields.into_iter().flatten().map(|field| &mut field.attrs));
    all
}

/// Puts the contents in place of every `cfg_attr` with this condition, or removes it.
fn resolve(attrs: &mut Vec<Attribute>, condition: &Meta, holds: bool) {
    let resolved = std::mem::take(attrs)
        .into_iter()
        .flat_map(|attr| match conditional(&attr) {
            Some((own, contents)) if is_same(&own, condition) => match holds {
                true => contents,
                false => Vec::new(),
            },
            _ => vec![attr],
        });
    *attrs = resolved.collect();
}

/// Returns the condition of a `cfg_attr`, and the attributes inside it.
fn conditional(attr: &Attribute) -> Option<(Meta, Vec<Attribute>)> {
    if !attr.path().is_ident("cfg_attr") {
        return None;
    }
    let metas = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let mut metas = metas.ok()?.into_iter();
    let condition = metas.next()?;
    let contents = metas.map(|meta| parse_quote!(#[#meta]));
    Some((condition, contents.collect()))
}

fn is_same(a: &Meta, b: &Meta) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}
