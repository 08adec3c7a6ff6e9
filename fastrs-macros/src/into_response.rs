//! `#[derive(IntoResponse)]`: one type per status.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::errors::Errors;
use crate::paths::{emit, fallbacks, private};
use crate::returned;
use crate::status::Status;

/// One response of the enum.
struct VariantResponse {
    name: Ident,
    status: Option<Status>,
    /// `None` if the variant holds no value.
    value: Option<Type>,
}

/// Expands the derive. Reports what is missing, and generates the rest anyway.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let responses = match &item.data {
        Data::Enum(data) => {
            let variants = data.variants.iter();
            variants
                .map(|variant| variant_response(variant, &mut errors))
                .collect()
        }
        _ => {
            errors.on(
                &item.ident,
                "`IntoResponse` can only be derived for an `enum` with a variant for each status: put `#[model]` on a `struct`",
            );
            Vec::new()
        }
    };
    let emitted = match errors.is_empty() || !responses.is_empty() {
        true => emit(&item, &responses),
        false => unfinished(&item),
    };
    let errors = errors.into_tokens();
    quote!(#emitted #errors)
}

fn variant_response(variant: &syn::Variant, errors: &mut Errors) -> VariantResponse {
    let name = variant.ident.clone();
    let status = Status::of_variant(&variant.attrs, &name, 200, errors);
    let value = match &variant.fields {
        Fields::Unit => None,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().map(|field| field.ty.clone())
        }
        fields => {
            errors.on(
                fields,
                format!("a variant holds at most one value: write `{name}(Item)`, with the fields in a `#[model]`"),
            );
            None
        }
    };
    VariantResponse {
        name,
        status,
        value,
    }
}

fn emit(item: &DeriveInput, responses: &[VariantResponse]) -> TokenStream {
    let (p, import) = (private(), fallbacks());
    let checks = responses.iter().map(VariantResponse::check);
    let describe = responses.iter().map(|response| {
        let (ty, status) = (response.ty(), response.status());
        emit!(#p::Variant::<#ty>::describe(op, #status);)
    });
    let arms = responses.iter().map(|response| {
        let (name, ty, status) = (&response.name, response.ty(), response.status());
        match &response.value {
            Some(_) => emit!(Self::#name(value) => #p::Variant::<#ty>::respond(#status, value),),
            None => emit!(Self::#name { .. } => #p::Variant::<#ty>::respond(#status, ()),),
        }
    });
    let implementation =
        implementation(item, emit!(#(#describe)*), emit!(match self { #(#arms)* }));
    emit! {
        const _: () = {
            #import
            #implementation
            #(#checks)*
        };
    }
}

fn unfinished(item: &DeriveInput) -> TokenStream {
    implementation(item, TokenStream::new(), emit!(::core::unreachable!()))
}

fn implementation(item: &DeriveInput, describe: TokenStream, respond: TokenStream) -> TokenStream {
    let (p, name) = (private(), &item.ident);
    let (params, args, clause) = item.generics.split_for_impl();
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        #[allow(clippy::all)]
        impl #params #p::IntoResponse for #name #args #clause {
            fn describe(op: &mut #p::Operation<'_>) {
                #describe
            }
            fn into_response(self) -> #p::ResponseResult {
                #respond
            }
        }
    }
}

impl VariantResponse {
    fn ty(&self) -> TokenStream {
        self.value
            .as_ref()
            .map(|ty| quote!(#ty))
            .unwrap_or(quote!(()))
    }

    /// Returns the status. A missing status is reported, so its placeholder is never visible.
    fn status(&self) -> TokenStream {
        self.status
            .as_ref()
            .map(Status::tokens)
            .unwrap_or(quote!(200))
    }

    fn check(&self) -> TokenStream {
        let span = self.value.as_ref().map_or(self.name.span(), Spanned::span);
        let bodyless = self.status.as_ref().is_some_and(Status::is_bodyless);
        let role = if bodyless { "no_content" } else { "response" };
        let unit = syn::parse_quote!(());
        let value = self.value.as_ref().unwrap_or(&unit);
        let content = self
            .status
            .as_ref()
            .and_then(|status| status.content_fits(value, span));
        let checks = returned::checks(value, span, role);
        quote!(#checks #content)
    }
}
