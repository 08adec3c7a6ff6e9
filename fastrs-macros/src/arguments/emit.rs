//! The calls that arguments become, one line each. The library implements them.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type, TypeReference};

use super::spec::{default, spec};
use super::{Argument, Location, Provider, Source};
use crate::paths::{at, emit, import, name_at, private, private_at};
use crate::types;

/// All arguments of one function, with their names in generated code.
pub(crate) struct Plan<'a> {
    pub(super) arguments: &'a [Argument],
    /// Dependencies that run before all others, for their effect.
    effects: &'a [Provider],
}

/// Returns `(a, (b, ()))`.
fn nested(items: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    items
        .rev()
        .fold(emit!(()), |rest, item| emit!((#item, #rest)))
}

impl<'a> Plan<'a> {
    pub(crate) fn new(arguments: &'a [Argument], effects: &'a [Provider]) -> Self {
        Self { arguments, effects }
    }

    pub(super) fn requested(
        &self,
    ) -> impl DoubleEndedIterator<Item = (RequestNames, &'a Argument)> {
        let requested: Vec<_> = self
            .arguments
            .iter()
            .filter(|arg| arg.is_from_request())
            .collect();
        let numbered = requested.into_iter().enumerate();
        numbered
            .map(|(i, arg)| (RequestNames::numbered(i), arg))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Returns effects and dependencies in order. An effect has no argument.
    pub(super) fn provided(&self) -> Vec<(ProviderNames, &'a Provider, Option<&'a Argument>)> {
        let effects = self.effects.iter().map(|provider| (provider, None));
        let lent = self.arguments.iter().filter_map(|arg| match &arg.source {
            Source::Depends(provider) => Some((provider, Some(arg))),
            _ => None,
        });
        let all = effects.chain(lent).enumerate();
        all.map(|(i, (provider, arg))| (ProviderNames::numbered(i), provider, arg))
            .collect()
    }

    /// Returns one `static` spec per argument, and the types of the dependencies. A mistake in a dependency's path is
    /// reported only there.
    pub(crate) fn statics(&self) -> TokenStream {
        let p = private();
        let read = |arg: &Argument| !matches!(arg.source, Source::Security(_));
        let specs = self
            .requested()
            .filter(|(_, arg)| read(arg))
            .map(|(names, arg)| {
                let (name, spec, default) = (names.spec, spec(arg), default(arg, &names.default));
                emit!(static #name: #p::ParamSpec = #spec; #default)
            });
        let provided = self.provided();
        let deps = provided.iter().map(|(names, provider, _)| {
            let (named, path) = (&names.named, &provider.path);
            let (own, checked) = (&names.provider, provider.provider(named));
            let (name, ty) = (&names.dep, provider.ty(own, &names.site, &names.scopes));
            let import = import(path, named);
            emit!(#import type #own = #checked; type #name = #ty;)
        });
        let sites = provided
            .iter()
            .filter_map(|(names, provider, _)| provider.site(&names.provider, &names.site));
        let scopes = provided
            .iter()
            .filter_map(|(names, provider, _)| provider.scope_list(&names.scopes));
        quote!(#(#specs)* #(#sites)* #(#scopes)* #(#deps)*)
    }

    pub(crate) fn deps(&self) -> TokenStream {
        let p = private();
        let provided = self.provided();
        nested(provided.iter().map(|(names, _, arg)| {
            let dep = &names.dep;
            match arg {
                Some(_) => quote!(#dep),
                None => emit!(#p::Effect<#dep>),
            }
        }))
    }

    pub(crate) fn args_type(&self) -> TokenStream {
        nested(self.requested().map(|(_, arg)| arg.bound()))
    }

    /// Returns the body of `describe`, without the response.
    pub(crate) fn describe(&self) -> TokenStream {
        let describe = self.requested().map(|(names, arg)| {
            if let Source::Security(scheme) = &arg.source {
                let (p, ty) = (private(), &arg.ty);
                return emit!(#p::secured::<#ty, _>(&#scheme).describe_scheme(op););
            }
            let (reader, spec) = (reader(arg, &arg.ty.to_token_stream()), names.spec);
            let default = names.default;
            match (arg.has_default(), arg.has_constant_default()) {
                (false, _) => emit!(#reader::describe(&#spec, op);),
                (true, true) => emit!(#reader::describe_or(&#spec, op, #default);),
                (true, false) => emit!(#reader::describe_optional(&#spec, op);),
            }
        });
        quote!(#(#describe)*)
    }

    /// Returns the body of `extract`.
    pub(crate) fn extract(&self) -> TokenStream {
        let p = private();
        let none = emit!(::core::option::Option::Some(()));
        let read = self.requested().map(|(names, arg)| {
            if let Source::Security(scheme) = &arg.source {
                let ty = arg.bound();
                return emit!(#p::secured::<#ty, _>(&#scheme).read_credential(cx));
            }
            let (reader, spec) = (reader(arg, &arg.bound()), names.spec);
            let default = names.default;
            let read = match arg.has_default() {
                true => emit!(#reader::extract_or(&#spec, cx, #default)),
                false => emit!(#reader::extract(&#spec, cx)),
            };
            let read = checked(arg, read, &spec);
            match validator(arg) {
                Some(path) => {
                    let (p, span) = (private_at(path.span()), at(path.span()));
                    // This is a call so that a `&String` can be passed to a function that takes `&str`.
                    let check = quote_spanned!(span=> |value| #p::validator(#path).check(value));
                    quote_spanned!(span=> #p::validated(#read, &#spec, cx, #check))
                }
                None => read,
            }
        });
        read.rev()
            .fold(none, |rest, read| emit!(#p::both(#read, #rest)))
    }

    /// Returns `let (a0, ()) = args;`.
    pub(crate) fn bind_args(&self) -> TokenStream {
        let pattern = nested(
            self.requested()
                .map(|(names, _)| names.local.into_token_stream()),
        );
        emit!(let #pattern = args;)
    }

    /// Returns `let (d0, ()) = injected;`, and binds each dependency in the form its argument declares. A dependency
    /// that yields keeps its own dependencies until it ends.
    pub(crate) fn bind_injected(&self, yields: bool) -> TokenStream {
        let provided = self.provided();
        let pattern = nested(provided.iter().map(|(names, _, arg)| match arg {
            Some(_) => names.local.to_token_stream(),
            None => emit!(_),
        }));
        let lets = provided.iter().filter_map(|(names, _, arg)| {
            let (local, ty) = (&names.local, types::ungrouped(&(*arg)?.ty));
            let lent = lend(names, ty, yields);
            Some(emit!(let #local = #lent;))
        });
        emit!(let #pattern = injected; #(#lets)*)
    }

    /// Returns `let role = params.role;` on a clone, since the same arguments serve every request.
    pub(crate) fn bind_params(&self) -> TokenStream {
        let params = self
            .arguments
            .iter()
            .filter(|arg| matches!(arg.source, Source::Param));
        let lets = params.clone().map(|arg| {
            let (local, field) = (param(arg), types::identifier(&arg.name, arg.span));
            emit!(let #local = params.#field;)
        });
        let own = params.clone().next();
        let own = own.map(|_| emit!(let params = ::core::clone::Clone::clone(params);));
        quote!(#own #(#lets)*)
    }

    /// Returns the arguments passed to the user's function.
    pub(crate) fn call_arguments(&self, yields: bool) -> TokenStream {
        let mut requested = self.requested();
        let provided = self.provided();
        let mut lent = provided.into_iter().filter(|(_, _, arg)| arg.is_some());
        let values = self.arguments.iter().map(|arg| match &arg.source {
            Source::Bare { .. } | Source::Located(..) | Source::Security(_) => requested
                .next()
                .map(|(names, _)| names.local.into_token_stream()),
            Source::Depends(_) => lent.next().map(|(names, _, _)| {
                let local = names.local;
                match types::ungrouped(&arg.ty) {
                    Type::Reference(reference) if yields => {
                        let ty = &reference.elem;
                        emit!(#local.get::<#ty>())
                    }
                    _ => local.into_token_stream(),
                }
            }),
            Source::Reply => Some(emit!(cx.reply_mut())),
            Source::Lend(_) => Some(emit!(lend)),
            Source::Param => Some(param(arg).into_token_stream()),
        });
        let values = values.flatten();
        emit!(#(#values),*)
    }

    /// Returns whether the function itself requires a credential, for the graph.
    pub(crate) fn requires_credential(&self) -> bool {
        self.arguments.iter().any(Argument::requires_credential)
    }

    /// Returns the names of all providers, for the graph.
    pub(crate) fn providers(&self) -> Vec<Ident> {
        let provided = self.provided().into_iter();
        provided.map(|(names, _, _)| names.provider).collect()
    }

    /// Returns the variables that [`bind_injected`](Self::bind_injected) declares.
    pub(crate) fn locals(&self) -> Vec<Ident> {
        let provided = self.provided().into_iter();
        provided.map(|(names, _, _)| names.local).collect()
    }

    /// Returns all dependencies by their names in generated code, each with the span of its path.
    pub(crate) fn deps_by_name(&self) -> Vec<Ident> {
        let provided = self.provided().into_iter();
        provided
            .map(|(names, provider, _)| name_at(&names.dep, provider.path.span()))
            .collect()
    }
}

/// The names of a request argument in generated code. Items are not hygienic, so these are names that no user writes.
pub(super) struct RequestNames {
    local: Ident,
    spec: Ident,
    default: Ident,
}

impl RequestNames {
    fn numbered(i: usize) -> Self {
        Self {
            local: numbered("a", i),
            spec: numbered("__S", i),
            default: numbered("__default", i),
        }
    }
}

/// The names of a dependency in generated code.
pub(super) struct ProviderNames {
    local: Ident,
    named: Ident,
    pub(super) provider: Ident,
    pub(super) dep: Ident,
    site: Ident,
    scopes: Ident,
}

impl ProviderNames {
    fn numbered(i: usize) -> Self {
        Self {
            local: numbered("d", i),
            named: numbered("__Named", i),
            provider: numbered("__Provider", i),
            dep: numbered("__Dep", i),
            site: numbered("__Site", i),
            scopes: numbered("__Scopes", i),
        }
    }
}

fn numbered(name: &str, i: usize) -> Ident {
    format_ident!("{name}{i}", span = Span::mixed_site())
}

/// Returns `p::Bare::<T>` or `p::Located::<T, p::location::Query>`.
pub(super) fn reader(arg: &Argument, ty: &TokenStream) -> TokenStream {
    let p = private();
    match &arg.source {
        Source::Located(location, _) => {
            let location = location.marker(&arg.ty);
            emit!(#p::Located::<#ty, #p::location::#location>)
        }
        _ => emit!(#p::Bare::<#ty>),
    }
}

/// Returns the checks that run on a located argument after it is read. A bare argument checks itself.
fn checked(arg: &Argument, read: TokenStream, spec: &Ident) -> TokenStream {
    let Source::Located(location, attr) = &arg.source else {
        return read;
    };
    if *location == Location::File {
        return read;
    }
    let (p, ty) = (private(), arg.bound());
    let valid = emit!(#p::Validated::<#ty>::check(#read, &#spec, cx));
    match attr.constraints.is_empty() {
        true => valid,
        false => emit!(#p::Constrained::<#ty>::check(#valid, &#spec, cx)),
    }
}

fn validator(arg: &Argument) -> Option<&syn::Path> {
    match &arg.source {
        Source::Located(_, attr) => attr.validate.as_ref(),
        _ => None,
    }
}

fn param(arg: &Argument) -> Ident {
    format_ident!("__{}", arg.name, span = Span::mixed_site())
}

/// Returns the call that lends the dependency. Its span is the code that would have to change if lending fails.
fn lend(names: &ProviderNames, ty: &Type, yields: bool) -> TokenStream {
    let span = match ty {
        Type::Reference(reference) => match &reference.mutability {
            Some(exclusive) => exclusive.span(),
            None => reference.and_token.span,
        },
        ty => ty.span(),
    };
    let (p, span) = (private_at(span), at(span));
    let (dep, lent) = (name_at(&names.dep, span), name_at(&names.local, span));
    match ty {
        Type::Reference(_) if yields => quote_spanned!(span=> #p::keep_ref::<#dep>(#lent)),
        Type::Reference(TypeReference {
            mutability: Some(_),
            elem,
            ..
        }) => quote_spanned!(span=> #p::lend_mut::<#dep, #elem>(#lent)),
        Type::Reference(TypeReference { elem, .. }) => {
            quote_spanned!(span=> #p::lend_ref::<#dep, #elem>(#lent))
        }
        ty if yields => quote_spanned!(span=> #p::keep_clone::<#dep, #ty>(#lent)),
        ty => quote_spanned!(span=> #p::lend_clone::<#dep, #ty>(#lent)),
    }
}
