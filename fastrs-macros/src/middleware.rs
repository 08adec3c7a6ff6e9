//! `#[middleware]`: a function around everything that answers a request.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Ident, Type};

use crate::arguments::{self, Argument, Plan, Source};
use crate::errors::Errors;
use crate::fallback::{self, companion, with_items};
use crate::function::Function;
use crate::opaque;
use crate::paths::{at, emit, fallbacks, private, private_at};
use crate::types;

/// Expands `#[middleware]`.
pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut function = match fallback::function("middleware", item) {
        Ok(function) => function,
        Err(tokens) => return tokens,
    };
    let mut errors = Errors::default();
    if !attr.is_empty() {
        errors.on(
            attr,
            "`#[middleware]` takes nothing: add the function with `App::middleware::<name>()`",
        );
    }
    let roles: Vec<_> = function.sig.inputs.iter().map(Role::of).collect();
    check_values(&function, &mut errors);
    let dependencies = dependencies(&mut function, &roles, &mut errors);
    if function.sig.asyncness.is_none() {
        errors.at(
            function.sig.fn_token.span,
            "middleware must be an `async fn`: write `async fn`",
        );
    }
    function.require_body("middleware", &mut errors);
    let once = |role| roles.iter().filter(|other| **other == role).count() == 1;
    if errors.is_empty() && !(once(Role::Request) && once(Role::Next)) {
        errors.on(
            function.name(),
            "middleware takes the request and `Next`, once each: `request: http::Request<Body>, next: Next`",
        );
    }
    opaque::reject(&mut function, "middleware", &mut errors);
    match errors.is_empty() {
        true => emit(&function, &roles, &dependencies),
        false => unfinished(&function, errors),
    }
}

/// The role of an argument of middleware.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Request,
    Next,
    Dependency,
}

impl Role {
    /// Returns the role, judging by the spelling of the type.
    fn of(input: &FnArg) -> Self {
        let FnArg::Typed(arg) = input else {
            return Self::Dependency;
        };
        let ty = match types::ungrouped(&arg.ty) {
            Type::Reference(reference) if arg.attrs.is_empty() => &*reference.elem,
            ty => ty,
        };
        match (types::ends_in(ty, "Next"), types::ends_in(ty, "Request")) {
            (true, _) => Self::Next,
            (_, true) => Self::Request,
            _ => Self::Dependency,
        }
    }
}

/// Rejects the request and `Next` by reference, and the prelude's `Request`, which has no body.
fn check_values(function: &Function, errors: &mut Errors) {
    for input in &function.sig.inputs {
        let FnArg::Typed(arg) = input else { continue };
        let is_reference = matches!(types::ungrouped(&arg.ty), Type::Reference(_));
        let has_body = types::only_parameter(&arg.ty).is_some();
        let wanted = match Role::of(input) {
            Role::Request if is_reference || !has_body => "http::Request<Body>",
            Role::Next if is_reference => "Next",
            _ => continue,
        };
        errors.on(
            &arg.ty,
            format!("middleware takes this by value, as `{wanted}`"),
        );
    }
}

/// Reads the dependencies among the arguments, and removes their attributes.
fn dependencies(function: &mut Function, roles: &[Role], errors: &mut Errors) -> Vec<Argument> {
    let of = |function: &Function, wanted: fn(Role) -> bool| {
        let inputs = function.sig.inputs.iter().zip(roles);
        let inputs = inputs.filter(|(_, role)| wanted(**role));
        inputs.map(|(input, _)| input.clone()).collect::<Vec<_>>()
    };
    let others = of(function, |role| role != Role::Dependency);
    let mut reduced = function.clone();
    reduced.sig.inputs = of(function, |role| role == Role::Dependency)
        .into_iter()
        .collect();
    let arguments = arguments::read(&mut reduced, errors);
    // The request and `Next` may have any pattern.
    reduced.check_signature("middleware", errors);
    for argument in &arguments {
        if !matches!(argument.source, Source::Depends(_)) {
            errors.at(
                argument.span,
                format!(
                    "middleware takes `request: http::Request<Body>`, `next: Next`, and `#[depends(..)]` arguments: read `{}` from the request",
                    argument.name
                ),
            );
        }
    }
    let (mut read, mut others) = (reduced.sig.inputs.into_iter(), others.into_iter());
    let inputs = roles.iter().filter_map(|role| match role {
        Role::Dependency => read.next(),
        _ => others.next(),
    });
    function.sig.inputs = inputs.collect();
    arguments
}

fn emit(function: &Function, roles: &[Role], dependencies: &[Argument]) -> TokenStream {
    let (name, label) = (function.name(), function.label());
    let plan = Plan::new(dependencies, &[]);
    let mut lent = plan.locals().into_iter();
    let given = function.sig.inputs.iter().zip(roles);
    let given = given.filter_map(|(input, role)| match (role, input) {
        (Role::Dependency, _) | (_, FnArg::Receiver(_)) => {
            lent.next().map(ToTokens::into_token_stream)
        }
        (Role::Request, FnArg::Typed(arg)) => Some(typed("request", &arg.ty)),
        (Role::Next, FnArg::Typed(arg)) => Some(typed("next", &arg.ty)),
    });
    let call = emit!(#name(#(#given),*).await);
    let (statics, deps, bind_injected) = (plan.statics(), plan.deps(), plan.bind_injected(false));
    let checks = plan.checks(name);
    let scopes = plan.deps_by_name().into_iter().map(|dep| {
        let (p, span) = (private_at(dep.span()), dep.span());
        quote_spanned!(span=> #p::around_requests::<#dep>();)
    });
    let (import, returned) = (fallbacks(), function.returned());
    // A future that is not `Send` is reported at the function's name.
    let made = quote_spanned!(name.span()=> Self::Returned);
    let run = emit!(#bind_injected #call);
    let middleware = implementation(name, &label, deps, run, &returned, made);
    let beside = companion(function);
    let items = emit! {
        #beside
        const _: () = {
            #import
            {
                #statics
                #middleware
                #checks
                #(#scopes)*
            }
        };
    };
    with_items(function, items)
}

/// Returns one of the values as an argument. A type that is not that of the value is reported where it is written.
fn typed(value: &str, ty: &Type) -> TokenStream {
    let value = Ident::new(value, Span::mixed_site());
    quote_spanned!(at(ty.span())=> { let value: #ty = #value; value })
}

fn implementation(
    name: &Ident,
    label: &str,
    deps: TokenStream,
    run: TokenStream,
    returned: &impl ToTokens,
    made: TokenStream,
) -> TokenStream {
    let p = private();
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl #p::Middleware for #name {
            type Deps = #deps;
            type Returned = #returned;
            const NAME: &'static str = #label;
            async fn run<'a, 'r>(
                request: ::fastrs::http::Request<::fastrs::Body>,
                next: #p::Next,
                injected: #p::Injected<'a, 'r, Self::Deps>,
            ) -> #made {
                #run
            }
        }
    }
}

/// Returns middleware that can be named but not called.
fn unfinished(function: &Function, errors: Errors) -> TokenStream {
    let (beside, errors) = (companion(function), errors.into_tokens());
    let (returned, run) = (emit!(::fastrs::Response), emit!(::core::unreachable!()));
    let (name, label) = (function.name(), function.label());
    let made = returned.clone();
    let middleware = implementation(name, &label, emit!(()), run, &returned, made);
    with_items(
        &fallback::with_body(function),
        emit!(#beside #middleware #errors),
    )
}
