//! The arguments of a dependency: a struct that is filled in by name.

use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::{Ident, Type};

use crate::arguments::{Argument, Source};
use crate::function::Function;
use crate::paths::{check_over, emit, private};
use crate::types;

/// The `#[arg]`s of a dependency.
pub(super) struct Params<'a> {
    function: &'a Function,
    fields: Vec<(Ident, Type)>,
}

impl<'a> Params<'a> {
    pub(super) fn of(function: &'a Function, arguments: &'a [Argument]) -> Self {
        let params = arguments
            .iter()
            .filter(|arg| matches!(arg.source, Source::Param));
        let field = |arg: &'a Argument| {
            let ty = types::with_static_lifetime(&arg.ty);
            (types::identifier(&arg.name, arg.span), ty)
        };
        Self {
            function,
            fields: params.map(field).collect(),
        }
    }

    /// Returns whether the dependency has any `#[arg]`s.
    pub(super) fn are_taken(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Returns `type Params`: the struct with every field given, or `()`. A type that cannot be stored is reported
    /// where it is written.
    pub(super) fn ty(&self) -> TokenStream {
        let (p, name) = (private(), self.name());
        let types = self.fields.iter().map(|(_, ty)| {
            let check = check_over(ty, "is_arg", emit!(#p::Can::<#ty>::BE_AN_ARG));
            emit!(<#p::If<{ #check }> as #p::Then<#ty>>::Type)
        });
        match self.fields.is_empty() {
            true => emit!(()),
            false => emit!(#name<#(#types),*>),
        }
    }

    /// Returns the struct and one setter per field, which turns `NotGiven` into the field's type.
    pub(super) fn items(&self) -> Option<TokenStream> {
        if self.fields.is_empty() {
            return None;
        }
        let p = private();
        let (vis, name, dependency) = (&self.function.vis, self.name(), self.function.name());
        let (fields, letters) = (self.fields.iter().map(|(field, _)| field), self.letters());
        let (same, missing) = (
            fields.clone(),
            self.fields.iter().map(|_| emit!(#p::NotGiven)),
        );
        let none = missing.clone();
        let setters = (0..self.fields.len()).map(|i| self.setter(i));
        Some(emit! {
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #[derive(Clone, Debug, PartialEq)]
            #vis struct #name<#(#letters),*> { #(#fields: #letters),* }
            impl #dependency {
                #[doc(hidden)]
                #[allow(dead_code)]
                #vis const fn __with_arguments() -> #name<#(#missing),*> {
                    #name { #(#same: #none),* }
                }
            }
            #(#setters)*
        })
    }

    /// Returns the trait impl through which the library uses the arguments.
    pub(super) fn implementation(&self) -> Option<TokenStream> {
        let (p, given) = (private(), self.ty());
        self.are_taken().then(|| {
            emit! {
                type __Given = #given;
                #[automatically_derived]
                impl #p::Params for __Given {
                    fn none() -> &'static Self {
                        ::core::unreachable!()
                    }
                }
            }
        })
    }

    /// Returns the name that the arguments' type has in the generated impls.
    pub(super) fn given(&self) -> TokenStream {
        match self.are_taken() {
            true => emit!(__Given),
            false => emit!(()),
        }
    }

    fn setter(&self, given: usize) -> TokenStream {
        let (p, vis, name, letters) = (private(), &self.function.vis, self.name(), self.letters());
        let (field, ty) = &self.fields[given];
        let others: Vec<_> = letters
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != given)
            .map(|(_, letter)| letter)
            .collect();
        let at_given = |instead: TokenStream| {
            let each = letters
                .iter()
                .enumerate()
                .map(move |(i, letter)| match i == given {
                    true => instead.clone(),
                    false => emit!(#letter),
                });
            each.collect::<Vec<_>>()
        };
        let (before, after) = (at_given(emit!(#p::NotGiven)), at_given(emit!(#ty)));
        let kept = self
            .fields
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != given)
            .map(|(_, (field, _))| field);
        emit! {
            impl<#(#others),*> #name<#(#before),*> {
                #[allow(dead_code)]
                #vis fn #field(self, value: #ty) -> #name<#(#after),*> {
                    #name { #field: value, #(#kept: self.#kept),* }
                }
            }
        }
    }

    fn name(&self) -> Ident {
        format_ident!("__{}_params", self.function.name())
    }

    fn letters(&self) -> Vec<Ident> {
        let letter = |i| format_ident!("__A{i}", span = Span::mixed_site());
        (0..self.fields.len()).map(letter).collect()
    }
}
