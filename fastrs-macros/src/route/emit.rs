//! A handler's generated code: plain calls that make no decisions.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Ident;

use super::model::{CacheAttr, Declared, Route};
use crate::arguments::Plan;
use crate::docs::Docs;
use crate::fallback::{companion_of_handler, with_items};
use crate::function::Function;
use crate::paths::{at, emit, fallbacks, private, private_at};
use crate::returned;
use crate::status::Status;

pub(super) fn emit(route: &Route, function: &Function) -> TokenStream {
    let (p, name) = (private(), function.name());
    let plan = Plan::new(&route.arguments, &route.attr.depends);
    let ((own, beside), import) = (companion_of_handler(function), fallbacks());
    let status = route.attr.status.as_ref();
    let role = match status.is_some_and(Status::is_bodyless) {
        _ if route.attr.is_websocket => "socket",
        true => "no_content",
        false => "response",
    };
    let (checks, returned) = (plan.checks(name), returned::of(function, role));
    let socket = match route.attr.is_websocket {
        true => plan.one_socket(name),
        false => plan.no_socket(),
    };
    let written = function.returned();
    let content = status.and_then(|status| status.content_fits(&written, function.returned_span()));
    let (statics, handler) = (plan.statics(), handler(route, function, &plan));
    // The one added last is the outermost.
    let middleware = route.attr.middleware.iter().rev();
    let public = route.attr.public.map(|span| {
        let (p, span, deps) = (private_at(span), at(span), plan.providers());
        quote_spanned!(span=> #p::without_credentials(&[#(<#deps>::__node()),*]);)
    });
    let cache = route.attr.cache.as_ref().map(|cache| {
        let p = private_at(cache.span);
        quote_spanned!(at(cache.span)=> #p::can_be_cached();)
    });
    let items = emit! {
        #beside
        const _: () = {
            #import
            {
                #statics
                struct __Endpoint;
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl #p::IntoRoute for #own {
                    fn into_route(self) -> #p::Route {
                        #p::route::<__Endpoint>()#(.middleware::<#middleware>())*
                    }
                }
                #handler
                #checks
                #socket
                #returned
                #content
                #public
                #cache
            }
        };
    };
    with_items(function, items)
}

fn handler(route: &Route, function: &Function, plan: &Plan<'_>) -> TokenStream {
    let (p, returned) = (private(), function.returned());
    let (meta, deps) = (meta(route, function), plan.deps());
    let args = plan.args_type();
    let (describe, extract) = (plan.describe(), plan.extract());
    let declared = route.attr.responses.iter().map(declared);
    let (bind_args, bind_injected) = (plan.bind_args(), plan.bind_injected(false));
    let call = call(function, plan, route.attr.blocking.is_some());
    let (describe_returned, respond) = match route.attr.is_websocket {
        true => (
            TokenStream::new(),
            emit! {
                let handler = async move { #p::SocketReturn::<#returned>::finish(#call) };
                #p::run_socket(cx, ::core::pin::pin!(handler)).await
            },
        ),
        false => (
            emit!(#p::Return::<#returned>::describe(op);),
            emit! {
                let value = #call;
                #p::Return::<#returned>::respond(value, &Self::META, cx)
            },
        ),
    };
    let drive = match route.attr.cache {
        Some(_) => emit!(::fastrs::__drive_cached!(Self, request)),
        None => emit!(::fastrs::__drive!(Self, request)),
    };
    // A future that is not `Send` is reported at the function's name.
    let span = function.name().span();
    let made = quote_spanned!(span=> ::fastrs::__private::ResponseResult);
    emit! {
        #[automatically_derived]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl #p::Handler for __Endpoint {
            const META: #p::RouteMeta = #meta;
            type Deps = #deps;
            type Args<'r> = #args;
            fn describe(op: &mut #p::Operation<'_>) {
                #describe
                #describe_returned
                #(#declared)*
            }
            fn extract<'r>(cx: &mut #p::Context<'r>) -> ::core::option::Option<Self::Args<'r>> {
                #extract
            }
            async fn call<'a, 'r>(
                args: Self::Args<'r>,
                injected: #p::Injected<'a, 'r, Self::Deps>,
                cx: &'a mut #p::Context<'r>,
            ) -> #made {
                #bind_args
                #bind_injected
                #respond
            }
            fn drive(request: #p::RoutedRequest) -> #p::EndpointFuture {
                #drive
            }
        }
    }
}

/// Returns the call of the user's function, which evaluates to its value.
pub(crate) fn call(function: &Function, plan: &Plan<'_>, blocking: bool) -> TokenStream {
    let (p, name, arguments) = (private(), function.name(), plan.call_arguments(false));
    match blocking {
        true => emit!(#p::blocking(|| #name(#arguments))),
        false => emit!(#name(#arguments).await),
    }
}

fn meta(route: &Route, function: &Function) -> TokenStream {
    let (p, attr) = (private(), &route.attr);
    let (name, methods, path) = (function.label(), &attr.methods, &attr.path);
    let status = attr.status.as_ref().map(Status::tokens);
    let status = status.iter();
    let docs = docs(&Docs::of(&function.attrs));
    let texts = attr.texts.iter().map(|(key, value)| {
        let key = Ident::new(key, Span::mixed_site());
        emit!(.#key(#value))
    });
    let tags = &attr.tags;
    let tags = (!tags.is_empty()).then(|| emit!(.tags(&[#(#tags),*])));
    let deprecated = attr.deprecated.then(|| emit!(.deprecated()));
    let hidden = attr.hidden.then(|| emit!(.hidden()));
    let public = attr.public.map(|_| emit!(.public()));
    let cancel = attr
        .cancel_on_disconnect
        .then(|| emit!(.cancel_on_disconnect()));
    let exempt = attr
        .exempt_from_max_in_flight
        .then(|| emit!(.exempt_from_max_in_flight()));
    let timeout = attr.timeout.map(|timeout| {
        let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        emit!(.timeout(::core::time::Duration::from_millis(#millis)))
    });
    let cache = attr.cache.as_ref().map(CacheAttr::emit);
    let protocols = &attr.protocols;
    let websocket = attr
        .is_websocket
        .then(|| emit!(.websocket(&[#(#protocols),*])));
    emit! {
        #p::RouteMeta::new(#name, &[#(#methods),*], #path, ::core::file!(), ::core::line!())
            #(.status(#status))* #docs #(#texts)* #tags #deprecated #hidden #public #cancel #exempt #timeout #cache #websocket
    }
}

fn docs(docs: &Docs) -> Option<TokenStream> {
    let text = docs.whole();
    (!docs.is_empty()).then(|| emit!(.doc_comment(#text)))
}

fn declared(declared: &Declared) -> TokenStream {
    let (p, status) = (private(), declared.status.tokens());
    match (&declared.model, &declared.text) {
        (None, None) => TokenStream::new(),
        (None, Some(text)) => emit!(#p::declared(op, #status, #text);),
        (Some(model), None) => emit!(#p::declared_as::<#model>(op, #status);),
        (Some(model), Some(text)) => emit!(#p::declared_as_with::<#model>(op, #status, #text);),
    }
}
