//! The `Display`, `Error` and `From` impls of an error type, and its response.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Ident, Member};

use super::{Kind, Text};
use crate::paths::{at, emit, private};
use crate::status::Status;

pub(super) fn emit(item: &DeriveInput, kinds: &[Kind]) -> TokenStream {
    let (display, error) = (display(item, kinds), error(item, kinds));
    let (from, response) = (from(item, kinds), response(item, kinds));
    emit!(#display #error #from #response)
}

fn display(item: &DeriveInput, kinds: &[Kind]) -> TokenStream {
    let (name, (params, args, clause)) = (&item.ident, item.generics.split_for_impl());
    let arms = kinds.iter().map(|kind| match &kind.text {
        Text::Template(template) => {
            let (members, names) = template
                .fields()
                .iter()
                .cloned()
                .unzip::<_, _, Vec<_>, Vec<_>>();
            let (path, text) = (kind.path(), template.rewritten());
            emit!(#path { #(#members: #names,)* .. } => ::core::write!(f, #text),)
        }
        Text::Transparent(member) => {
            let path = kind.path();
            emit!(#path { #member: source } => ::core::fmt::Display::fmt(source, f),)
        }
        Text::Missing => {
            let path = kind.path();
            emit!(#path { .. } => ::core::result::Result::Ok(()),)
        }
    });
    let body = choose(arms, kinds);
    emit! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all)]
        impl #params ::core::fmt::Display for #name #args #clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #body
            }
        }
    }
}

fn error(item: &DeriveInput, kinds: &[Kind]) -> TokenStream {
    let (p, name) = (private(), &item.ident);
    let (params, args, clause) = item.generics.split_for_impl();
    let arms = kinds.iter().map(|kind| {
        let path = kind.path();
        match (&kind.text, &kind.source) {
            (Text::Transparent(member), _) => {
                emit!(#path { #member: source } => source.as_dyn_error().source(),)
            }
            (_, Some((member, ty))) => {
                let source = quote_spanned!(at(ty.span())=> source.as_dyn_error());
                emit!(#path { #member: source, .. } => ::core::option::Option::Some(#source),)
            }
            (_, None) => emit!(#path { .. } => ::core::option::Option::None,),
        }
    });
    let body = choose(arms, kinds);
    emit! {
        #[automatically_derived]
        #[allow(clippy::all, deprecated)]
        impl #params ::core::error::Error for #name #args #clause {
            fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                #[allow(unused_imports)]
                use #p::AsDynError as _;
                #body
            }
            fn cause(&self) -> ::core::option::Option<&dyn ::core::error::Error> {
                ::core::option::Option::Some(const { &#p::as_http_error::<Self>() })
            }
        }
    }
}

fn from(item: &DeriveInput, kinds: &[Kind]) -> TokenStream {
    let (name, (params, args, clause)) = (&item.ident, item.generics.split_for_impl());
    let impls = kinds.iter().filter(|kind| kind.from).filter_map(|kind| {
        let ((member, ty), path) = (kind.source.as_ref()?, kind.path());
        Some(emit! {
            #[automatically_derived]
            impl #params ::core::convert::From<#ty> for #name #args #clause {
                fn from(source: #ty) -> Self {
                    #path { #member: source }
                }
            }
        })
    });
    quote!(#(#impls)*)
}

fn response(item: &DeriveInput, kinds: &[Kind]) -> TokenStream {
    let (p, name) = (private(), &item.ident);
    let (params, args, clause) = item.generics.split_for_impl();
    let describe = kinds.iter().map(|kind| {
        let (status, text) = (kind.status(), kind.description());
        let headers = kind.headers.iter().map(|header| {
            let name = &header.name;
            emit!(#p::error_header(op, #status, #name);)
        });
        emit!(#p::error_variant(op, #status, #text); #(#headers)*)
    });
    let arms = kinds.iter().map(|kind| {
        let (path, status) = (kind.path(), kind.status());
        emit!(#path { .. } => #status,)
    });
    let status = match kinds.is_empty() {
        true => emit!(match *self {}),
        false => emit!(match self { #(#arms)* }),
    };
    let headers = match kinds.iter().any(|kind| !kind.headers.is_empty()) {
        true => choose(kinds.iter().map(with_headers), kinds),
        false => emit!(error),
    };
    let checks = kinds
        .iter()
        .filter_map(|kind| kind.status.as_ref()?.is_error());
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        #[allow(unused_variables, unreachable_code, clippy::all)]
        impl #params #p::ResponseError for #name #args #clause {
            fn describe(op: &mut #p::Operation<'_>) {
                #(#describe)*
            }
            fn to_http_error(&self) -> #p::HttpError {
                #(#checks)*
                let status: u16 = #status;
                let error = #p::http_error(status, self);
                #headers
            }
        }
    }
}

/// Returns the arm that adds the headers of a kind.
fn with_headers(kind: &Kind) -> TokenStream {
    let path = kind.path();
    let mut fields: Vec<&(Member, Ident)> = Vec::new();
    for field in kind.headers.iter().flat_map(|header| header.value.fields()) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    let (members, names): (Vec<_>, Vec<_>) = fields.into_iter().map(|(m, n)| (m, n)).unzip();
    let headers = kind.headers.iter().map(|header| {
        let (name, text) = (&header.name, header.value.rewritten());
        emit!(.header(#name, &::std::format!(#text)))
    });
    emit!(#path { #(#members: #names,)* .. } => error #(#headers)*,)
}

/// Returns `match self { .. }`, also for an empty enum.
fn choose(arms: impl Iterator<Item = TokenStream>, kinds: &[Kind]) -> TokenStream {
    match kinds.is_empty() {
        true => emit!(match *self {}),
        false => emit!(match self { #(#arms)* }),
    }
}

impl Kind {
    fn path(&self) -> TokenStream {
        match &self.variant {
            Some(variant) => emit!(Self::#variant),
            None => emit!(Self),
        }
    }

    /// Returns the description for the document: the comment's first paragraph, or else the error's text.
    fn description(&self) -> String {
        match &self.text {
            _ if !self.docs.is_empty() => self.docs.split().0.trim_end_matches('.').to_owned(),
            Text::Template(template) => template.described().to_owned(),
            _ => String::new(),
        }
    }

    /// Returns the status. A missing status is reported, so its placeholder is never visible.
    fn status(&self) -> TokenStream {
        self.status
            .as_ref()
            .map(Status::tokens)
            .unwrap_or(quote!(500))
    }
}
