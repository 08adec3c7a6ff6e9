//! An argument's spec and default, which the library reads.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Ident;

use super::{Argument, Location, Source};
use crate::field_attr::default_value;
use crate::paths::{at, emit, private};
use crate::types;

/// Returns `ParamSpec::new("limit", Location::Query).constraints(..)..`.
pub(super) fn spec(arg: &Argument) -> TokenStream {
    let (p, name) = (private(), &arg.name);
    let location = match &arg.source {
        Source::Located(location, _) => location.ident(),
        Source::Bare { in_path: true } => Location::Path.ident(),
        _ => Ident::new("Bare", Span::mixed_site()),
    };
    // The type may contain a map, whose keys have their own schema.
    let ty = &arg.ty;
    let may_hold_maps = types::has_several(ty) && types::first_elided(ty).is_none();
    let keys = may_hold_maps.then(|| emit!(.keys(#p::Can::<#ty>::KEYS)));
    let new = emit!(#p::ParamSpec::new(#name, #p::Location::#location)#keys);
    let Source::Located(location, attr) = &arg.source else {
        let docs = (!arg.docs.is_empty()).then(|| arg.docs.whole());
        let docs = docs.iter();
        return emit!(#new #(.description(#docs))*);
    };
    let constraints = attr.constraints();
    let constraints = (!attr.constraints.is_empty()).then(|| emit!(.constraints(#constraints)));
    let alias = attr.alias.iter();
    let kebab = (*location == Location::Header && attr.alias.is_none() && !attr.literal_name)
        .then(|| name.replace('_', "-"));
    let kebab = kebab.iter();
    let meta = attr.meta(&arg.docs);
    let named = attr.openapi_examples.iter();
    let hidden = attr.hidden.then(|| emit!(.hidden()));
    let required = attr.required.then(|| emit!(.required()));
    let literal = attr.literal_name.then(|| emit!(.literal_name()));
    let of_file = attr.of_file();
    let embed = attr.embed.then(|| emit!(.embed()));
    emit!(#new #constraints #(.alias(#alias))* #(.header_name(#kebab))* #meta #(.openapi_examples(|| #p::json(#named)))* #hidden #required #literal #embed #of_file)
}

/// Returns the function behind `default = expr`. The document and the request use the same function.
pub(super) fn default(arg: &Argument, name: &Ident) -> Option<TokenStream> {
    let ty = arg.bound();
    let Source::Located(_, attr) = &arg.source else {
        return None;
    };
    let value = match attr.default.as_ref()? {
        (_, Some(value)) => default_value(value),
        (span, None) => {
            let span = at(*span);
            quote_spanned!(span=> ::core::default::Default::default())
        }
    };
    let lifetime = types::first_elided(&arg.ty).map(|_| emit!(<'r>));
    Some(emit! {
        fn #name #lifetime () -> #ty {
            #value
        }
    })
}
