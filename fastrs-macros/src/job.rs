//! `#[job]`: a function that uses the dependency graph outside requests.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};

use crate::arguments::{self, Argument, Plan, Source};
use crate::errors::Errors;
use crate::fallback::{self, companion, with_items};
use crate::function::Function;
use crate::keys;
use crate::opaque;
use crate::paths::{check_over, emit, fallbacks, private};
use crate::returned;
use crate::route::call;

/// Expands `#[job]`.
pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut function = match fallback::function("job", item) {
        Ok(function) => function,
        Err(tokens) => return tokens,
    };
    let mut errors = Errors::default();
    let mut blocking = None;
    for key in keys::read_tokens(attr, "`#[job]`", &["blocking"], &mut errors) {
        blocking = key.flag(&mut errors).then(|| key.span());
    }
    let arguments = arguments::read(&mut function, &mut errors);
    function.check("a job", blocking, &mut errors);
    function.require_body("a job", &mut errors);
    for argument in &arguments {
        check(argument, &mut errors);
    }
    opaque::reject(&mut function, "a job", &mut errors);
    match errors.is_empty() {
        true => emit(&function, &arguments, blocking.is_some()),
        false => unfinished(&function, errors),
    }
}

fn check(argument: &Argument, errors: &mut Errors) {
    if !matches!(argument.source, Source::Depends(_)) {
        errors.at(
            argument.span,
            format!(
                "a job runs without a request: `{}` must be a `#[depends(..)]` argument",
                argument.name
            ),
        );
    }
}

fn emit(function: &Function, arguments: &[Argument], blocking: bool) -> TokenStream {
    let (p, name) = (private(), function.name());
    let plan = Plan::new(arguments, &[]);
    let (beside, checks, statics) = (companion(function), plan.checks(name), plan.statics());
    let (bind_injected, call) = (plan.bind_injected(false), call(function, &plan, blocking));
    let (import, written, returned) = (fallbacks(), function.returned(), emit!(__Returned));
    let check = check_over(&written, "is_sent", emit!(#p::Can::<#written>::BE_SENT));
    let returns = returned::checks_as(&written, &returned, function.returned_span(), "job");
    let run = emit! {
        #bind_injected
        let value = #call;
        #p::Probe(value).check()
    };
    let job = implementation(function, plan.deps(), run, &returned, &written);
    let items = emit! {
        #beside
        const _: () = {
            #import
            {
                #statics
                #job
                // It resolves to an error if it is not `Send`, so that nothing else reports it.
                type __Returned = <#p::If<{ #check }> as #p::Then<#written>>::Type;
                #checks
                #returns
            }
        };
    };
    with_items(function, items)
}

/// Returns a job that can be named but not run.
fn unfinished(function: &Function, errors: Errors) -> TokenStream {
    let (written, beside) = (fallback::with_body(function), companion(function));
    let (returned, errors) = match function.return_is_refused() {
        true => errors.into_type(),
        false => (
            function.returned().into_token_stream(),
            errors.into_tokens(),
        ),
    };
    let job = implementation(
        function,
        emit!(()),
        emit!(::core::unreachable!()),
        &returned,
        &returned,
    );
    with_items(&written, emit!(#beside #job #errors))
}

fn implementation(
    function: &Function,
    deps: TokenStream,
    run: TokenStream,
    returned: &impl ToTokens,
    written: &impl ToTokens,
) -> TokenStream {
    let (p, name, label) = (private(), function.name(), function.label());
    // A future that is not `Send` is reported at the function's name.
    let made = quote_spanned!(name.span()=> ::core::result::Result<#written, ::fastrs::__private::Failure>);
    emit! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl #p::Job for #name {
            type Deps = #deps;
            type Returned = #returned;
            const NAME: &'static str = #label;
            async fn run<'a, 'r>(
                injected: #p::Injected<'a, 'r, Self::Deps>,
                cx: &'a mut #p::Context<'r>,
            ) -> #made {
                #run
            }
        }
    }
}
