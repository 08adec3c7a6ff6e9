//! The `Display`, `Error` and `From` impls of an error type, and its response.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Ident, Member, Type};

use super::{Kind, Text};
use crate::paths::{at, check_over, emit, fallbacks, private};
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
        Text::Transparent(member, _) => {
            let (p, path) = (private(), kind.path());
            match kind.inherits() {
                None => emit!(#path { #member: source } => ::core::fmt::Display::fmt(source, f),),
                Some(_) => emit!(#path { #member: source } => #p::Transparent(source).write(f),),
            }
        }
        Text::Missing => {
            let path = kind.path();
            emit!(#path { .. } => ::core::result::Result::Ok(()),)
        }
    });
    let (fallbacks, body) = (fallbacks(), choose(arms, kinds));
    emit! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all)]
        impl #params ::core::fmt::Display for #name #args #clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #fallbacks
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
            (Text::Transparent(member, _), _) => {
                emit!(#path { #member: source } => #p::Cause(source).source(),)
            }
            (_, Some((member, ty))) => {
                let cause = quote_spanned!(at(ty.span())=> #p::Cause(source).error());
                emit!(#path { #member: source, .. } => #cause,)
            }
            (_, None) => emit!(#path { .. } => ::core::option::Option::None,),
        }
    });
    let (fallbacks, body) = (fallbacks(), choose(arms, kinds));
    emit! {
        #[automatically_derived]
        #[allow(clippy::all, deprecated)]
        impl #params ::core::error::Error for #name #args #clause {
            fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                #fallbacks
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
        if let Some((_, ty)) = kind.inherits() {
            let check = kind.has_status(name, ty);
            // In a generic type, only an inline constant can name the parameters.
            let check = match item.generics.params.is_empty() {
                true => emit!(const _: () = #check;),
                false => emit!(const { #check };),
            };
            return emit!(#check #p::Transparent::<#ty>::describe(op););
        }
        let (status, text) = (kind.status(), kind.description());
        let headers = kind.headers.iter().map(|header| {
            let name = &header.name;
            emit!(#p::error_header(op, #status, #name);)
        });
        emit!(#p::error_variant(op, #status, #text); #(#headers)*)
    });
    let arms = kinds.iter().map(|kind| {
        let (path, status) = (kind.path(), kind.status());
        match (&kind.text, kind.inherits()) {
            (_, Some((member, _))) => {
                emit!(#path { #member: source } => #p::Transparent(source).http_error(),)
            }
            (Text::Transparent(member, _), None) => {
                emit!(#path { #member: source } => #p::Transparent(source).with_status(#status, self),)
            }
            _ => emit!(#path { .. } => #p::http_error(#status, self),),
        }
    });
    let (fallbacks, error) = (fallbacks(), choose(arms, kinds));
    let headers = match kinds.iter().any(|kind| !kind.headers.is_empty()) {
        true => choose(kinds.iter().map(with_headers), kinds),
        false => emit!(error),
    };
    let inner = inner(kinds);
    let checks = kinds
        .iter()
        .filter_map(|kind| kind.status.as_ref()?.is_error());
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        #[allow(unused_variables, unreachable_code, clippy::all)]
        impl #params #p::ResponseError for #name #args #clause {
            fn describe(op: &mut #p::Operation<'_>) {
                #fallbacks
                #(#describe)*
            }
            fn to_http_error(&self) -> #p::HttpError {
                #fallbacks
                #(#checks)*
                let error = #error;
                #headers
            }
            #inner
        }
    }
}

/// Returns the method `inner`, which returns the error that a transparent variant stands for.
fn inner(kinds: &[Kind]) -> Option<TokenStream> {
    kinds.iter().find_map(Kind::inherits)?;
    let (p, fallbacks) = (private(), fallbacks());
    let arms = kinds.iter().map(|kind| {
        let path = kind.path();
        match kind.inherits() {
            Some((member, _)) => {
                emit!(#path { #member: source } => #p::Transparent(source).inner(),)
            }
            None => emit!(#path { .. } => ::core::option::Option::None,),
        }
    });
    Some(emit! {
        fn inner(&self) -> ::core::option::Option<&dyn #p::ErasedError> {
            #fallbacks
            match self { #(#arms)* }
        }
    })
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

/// Returns `match self { .. }`, even for an empty enum.
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

    /// Returns the field whose response this error has.
    fn inherits(&self) -> Option<(&Member, &Type)> {
        match &self.text {
            Text::Transparent(member, ty) if self.inherits => Some((member, ty)),
            _ => None,
        }
    }

    /// Returns a check that the field of a transparent error has a status.
    fn has_status(&self, of: &Ident, ty: &Type) -> TokenStream {
        let (p, name) = (private(), self.variant.as_ref().unwrap_or(of));
        let mistake = format!(
            "`{name}` has no status, and neither has its field: put `#[status(500)]` above `{name}`"
        );
        let args = emit!(#p::Transparent::<#ty>::HAS_STATUS, #mistake);
        check_over(ty, "has_status", args)
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
