//! The generated code of a dependency.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::model::Dependency;
use super::params::Params;
use crate::arguments::Plan;
use crate::errors::Errors;
use crate::fallback::{companion, with_body, with_items};
use crate::function::Function;
use crate::paths::{at, check_over, emit, fallbacks, private, private_at};
use crate::returned;
use crate::route::call;

pub(super) fn emit(dependency: &Dependency, function: &Function) -> TokenStream {
    let name = function.name();
    let plan = Plan::new(&dependency.arguments, &[]);
    let params = Params::of(function, &dependency.arguments);
    let (function_, beside, params_items) =
        (written(function), companion(function), params.items());
    let node = node(function, &plan, params.are_taken());
    let (checks, import, own_params) = (plan.checks(name), fallbacks(), params.implementation());
    let (own_checks, cycle) = (
        checks_of(dependency, function, &plan),
        cycle(function, &plan),
    );
    let (statics, provider) = (
        plan.statics(),
        provider(dependency, function, &plan, &params),
    );
    let items = emit! {
        #beside
        #params_items
        const _: () = {
            #import
            {
                #statics
                #own_params
                #node
                #cycle
                #provider
                #checks
                #own_checks
            }
        };
    };
    with_items(&function_, items)
}

/// Returns a dependency that cannot be created but can be declared, so that the functions that use it get no errors.
pub(super) fn unfinished(
    dependency: &Dependency,
    function: &Function,
    errors: Errors,
) -> TokenStream {
    let (p, name) = (private(), function.name());
    let params = Params::of(function, &dependency.arguments);
    let (function_, beside, params_items) =
        (with_body(function), companion(function), params.items());
    let node = node(function, &Plan::new(&[], &[]), params.are_taken());
    let (import, own_params, params) = (fallbacks(), params.implementation(), params.given());
    let (label, written) = (function.label(), function.returned());
    let (refused, errors) = errors.into_type();
    let returned = match function.return_is_refused() {
        true => emit!(__Refused),
        false => dependency.lent().unwrap_or(&written).to_token_stream(),
    };
    let items = emit! {
        #beside
        #params_items
        const _: () = {
            #import
            type __Refused = #refused;
            #own_params
            #node
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            #[allow(unused_variables, deprecated)]
            impl #p::Provider for #name {
                type Returned = #returned;
                type Deps = ();
                type Scope = __Refused;
                type Args<'r> = ();
                type Params = #params;
                const NAME: &'static str = #label;
                fn describe(op: &mut #p::Operation<'_>) {}
                fn extract<'r>(cx: &mut #p::Context<'r>) -> ::core::option::Option<()> {
                    ::core::option::Option::Some(())
                }
                async fn run<'a, 'r>(
                    args: Self::Args<'r>,
                    injected: #p::Injected<'a, 'r, Self::Deps>,
                    params: &'a Self::Params,
                    cx: &'a mut #p::Context<'r>,
                ) -> ::core::result::Result<Self::Returned, #p::Failure> {
                    ::core::unreachable!()
                }
            }
        };
        #errors
    };
    with_items(&function_, items)
}

/// Returns the function. If it has no body, it gets one that reports what is missing when it is called.
fn written(function: &Function) -> Function {
    let (p, label) = (private(), function.label());
    let body = || emit!({ #p::not_provided(#label) });
    let mut function = function.clone();
    function.body = Some(function.body.take().unwrap_or_else(body));
    function
}

/// Returns the value's type and its scope. A type that cannot be sent to, or shared between, threads is reported where
/// it is written, and resolves to an error.
fn value(dependency: &Dependency, function: &Function) -> (TokenStream, TokenStream) {
    let (p, written) = (private(), function.returned());
    let ty = dependency.lent().unwrap_or(&written);
    let (sent, shared) = (
        emit!(#p::Can::<#ty>::BE_SENT),
        emit!(#p::Can::<#ty>::BE_SHARED),
    );
    let checked = |check: &str, args: TokenStream, value: TokenStream| {
        let check = check_over(ty, check, args);
        emit!(<#p::If<{ #check }> as #p::Then<#value>>::Type)
    };
    let scope = match dependency.app_scoped {
        true => checked("is_shared", emit!(#sent, #shared), emit!(#p::AppScope)),
        false => emit!(#p::RequestScope),
    };
    (checked("is_sent", sent, quote!(#ty)), scope)
}

/// Returns the dependency's node in the graph that is walked at compile time.
fn node(function: &Function, plan: &Plan<'_>, params: bool) -> TokenStream {
    let (p, name, vis, label) = (private(), function.name(), &function.vis, function.label());
    let node = static_node(&label, &plan.providers(), plan.requires_credential());
    let kind = match params {
        true => emit!(WithArguments),
        false => emit!(WithoutArguments),
    };
    emit! {
        impl #name {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub const __DEPENDENCY: #p::Dependency = #p::Dependency::#kind;
            #[doc(hidden)]
            #[allow(dead_code)]
            #vis const fn __node() -> &'static #p::Node {
                #node
            }
        }
    }
}

/// Returns the body of `__node`, for a dependency with this name.
pub(crate) fn static_node(label: &str, deps: &[Ident], credential: bool) -> TokenStream {
    let p = private();
    emit! {
        static NODE: #p::Node = #p::Node {
            name: #label,
            at: ::core::concat!(::core::module_path!(), "::", #label, ":", ::core::line!(), ":", ::core::column!()),
            deps: &[#(<#deps>::__node()),*],
            credential: #credential,
        };
        &NODE
    }
}

fn cycle(function: &Function, plan: &Plan<'_>) -> Option<TokenStream> {
    let name = function.name();
    let (p, span) = (private_at(name.span()), at(name.span()));
    let has_deps = !plan.providers().is_empty();
    has_deps.then(|| quote_spanned!(span=> const _: () = #p::no_cycle(#name::__node());))
}

fn checks_of(dependency: &Dependency, function: &Function, plan: &Plan<'_>) -> TokenStream {
    let deps = match dependency.app_scoped {
        true => plan.deps_by_name(),
        false => Vec::new(),
    };
    let scopes = deps.iter().map(|dep| {
        let (p, span) = (private_at(dep.span()), dep.span());
        quote_spanned!(span=> #p::outlives_requests::<#dep>();)
    });
    let value = match dependency.lent() {
        None => returned::of(function, "value"),
        Some(lent) => {
            let (p, span) = (private_at(lent.span()), at(lent.span()));
            let shared = dependency.app_scoped;
            let back = shared.then(|| quote_spanned!(span=> #p::taken_back::<#lent>();));
            let end = returned::of(function, "end");
            quote!(#back #end)
        }
    };
    quote!(#(#scopes)* #value)
}

fn provider(
    dependency: &Dependency,
    function: &Function,
    plan: &Plan<'_>,
    params: &Params<'_>,
) -> TokenStream {
    let (p, name, label) = (private(), function.name(), function.label());
    let (written, (returned, scope)) = (function.returned(), value(dependency, function));
    let (deps, params) = (plan.deps(), params.given());
    let args = plan.args_type();
    let provided = function.body.is_none().then(|| {
        emit!(
            const PROVIDED: bool = true;
        )
    });
    let (describe, extract) = (plan.describe(), plan.extract());
    let yields = dependency.lent().is_some();
    let value = dependency.lent().unwrap_or(&written);
    let yields_item = yields.then(|| {
        emit!(
            const YIELDS: bool = true;
        )
    });
    let (bind_args, bind_injected) = (plan.bind_args(), plan.bind_injected(yields));
    let bind_params = plan.bind_params();
    let run = run(dependency, function, plan);
    // A future that is not `Send` is reported at the function's name.
    let span = name.span();
    let made =
        quote_spanned!(span=> ::core::result::Result<Self::Returned, ::fastrs::__private::Failure>);
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl #p::Provider for #name {
            type Returned = #returned;
            type Deps = #deps;
            type Scope = #scope;
            type Args<'r> = #args;
            type Params = #params;
            const NAME: &'static str = #label;
            #provided
            #yields_item
            const ONCE: ::core::option::Option<#p::OnceCheck<Self::Returned>> = #p::ProbeType::<#value>::ONCE;
            fn describe(op: &mut #p::Operation<'_>) {
                #describe
                #p::ProbeType::<#written>::describe(op);
            }
            fn extract<'r>(cx: &mut #p::Context<'r>) -> ::core::option::Option<Self::Args<'r>> {
                #extract
            }
            async fn run<'a, 'r>(
                args: Self::Args<'r>,
                injected: #p::Injected<'a, 'r, Self::Deps>,
                params: &'a Self::Params,
                cx: &'a mut #p::Context<'r>,
            ) -> #made {
                #bind_args
                #bind_injected
                #bind_params
                #run
            }
        }
    }
}

/// Returns the call and how its result is treated: created, failed, or lent until the end.
fn run(dependency: &Dependency, function: &Function, plan: &Plan<'_>) -> TokenStream {
    let (p, name) = (private(), function.name());
    if let Some(lent) = dependency.lent() {
        let arguments = plan.call_arguments(true);
        // A future that is not `Send` is reported at the function's name.
        let exit = emit!(#p::Probe(#name(#arguments).await).into_exit_result());
        let (span, lend) = (name.span(), emit!(lend));
        let run = quote_spanned!(span=> move |#lend| async move { #exit });
        let (lend, args) = match dependency.app_scoped {
            true => ("lend_shared", emit!(cx, #p::Back::<#lent>::of, #run)),
            false => ("lend", emit!(cx, #run)),
        };
        let lend = Ident::new(lend, span);
        return quote_spanned!(span=> ::fastrs::__private::#lend::<Self, _, _>(#args).await);
    }
    let call = call(function, plan, dependency.blocking.is_some());
    emit! {
        let value = #call;
        #p::Probe(value).check()
    }
}
