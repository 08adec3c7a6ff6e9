//! The calls that arguments become. One line each: what they do is the library's business.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::{Argument, Provider, Source};
use crate::paths::{at, emit, private, private_at};
use crate::types;

/// All arguments of one function, with the names that they have in generated code.
pub(crate) struct Plan<'a> {
    arguments: &'a [Argument],
    /// Run before all others, for their effect.
    effects: &'a [Provider],
}

/// The imports by which a type that cannot be read or answered still gives compiling code, so that the
/// checks alone report it.
pub(crate) fn preamble() -> TokenStream {
    let p = private();
    emit! {
        #[allow(unused_imports)]
        use #p::{
            NoAnswer as _, PlainType as _, PlainValue as _, Unconstrained as _, Unreadable as _, Unvalidated as _,
        };
    }
}

/// `(a, (b, ()))`.
fn nested(items: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    items
        .rev()
        .fold(emit!(()), |rest, item| emit!((#item, #rest)))
}

impl<'a> Plan<'a> {
    pub(crate) fn new(arguments: &'a [Argument], effects: &'a [Provider]) -> Self {
        Self { arguments, effects }
    }

    fn requested(&self) -> impl DoubleEndedIterator<Item = (Names, &'a Argument)> {
        let requested: Vec<_> = self
            .arguments
            .iter()
            .filter(|arg| arg.is_from_request())
            .collect();
        let numbered = requested.into_iter().enumerate();
        numbered
            .map(|(i, arg)| (Names::request(i), arg))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Effects and dependencies in order. An effect has no argument.
    fn provided(&self) -> Vec<(Names, &'a Provider, Option<&'a Argument>)> {
        let effects = self.effects.iter().map(|provider| (provider, None));
        let lent = self.arguments.iter().filter_map(|arg| match &arg.source {
            Source::Depends(provider) => Some((provider, Some(arg))),
            _ => None,
        });
        let all = effects.chain(lent).enumerate();
        all.map(|(i, (provider, arg))| (Names::provider(i), provider, arg))
            .collect()
    }

    /// One `static` spec an argument, and one type a parameterised dependency.
    pub(crate) fn statics(&self) -> TokenStream {
        let p = private();
        let specs = self.requested().map(|(names, arg)| {
            let (name, spec) = (names.fixed, spec(arg));
            emit!(static #name: #p::ParamSpec = #spec;)
        });
        let provided = self.provided();
        let sites = provided
            .iter()
            .filter_map(|(names, provider, _)| provider.site(&names.fixed));
        quote!(#(#specs)* #(#sites)*)
    }

    pub(crate) fn deps(&self) -> TokenStream {
        let p = private();
        let provided = self.provided();
        nested(provided.iter().map(|(names, provider, arg)| {
            let ty = provider.ty(&names.fixed);
            match arg {
                Some(_) => ty,
                None => emit!(#p::Effect<#ty>),
            }
        }))
    }

    pub(crate) fn args_type(&self) -> TokenStream {
        nested(self.requested().map(|(_, arg)| bound(arg)))
    }

    pub(crate) fn extracted_type(&self) -> TokenStream {
        let p = private();
        nested(self.requested().map(|(_, arg)| {
            let ty = bound(arg);
            emit!(#p::Arg<#ty>)
        }))
    }

    /// The body of `describe`, without the answer.
    pub(crate) fn describe(&self) -> TokenStream {
        let describe = self.requested().map(|(names, arg)| {
            let (reader, spec) = (reader(arg, &arg.ty.to_token_stream()), names.fixed);
            match default(arg) {
                Some(default) => emit!(#reader::describe_or(&#spec, op, || #default);),
                None => emit!(#reader::describe(&#spec, op);),
            }
        });
        quote!(#(#describe)*)
    }

    /// The body of `extract`.
    pub(crate) fn extract(&self) -> TokenStream {
        let p = private();
        nested(self.requested().map(|(names, arg)| {
            let (reader, spec) = (reader(arg, &bound(arg)), names.fixed);
            let read = match default(arg) {
                Some(default) => emit!(#reader::extract_or(&#spec, cx, || #default)),
                None => emit!(#reader::extract(&#spec, cx)),
            };
            let read = checked(arg, read, &spec);
            match validator(arg) {
                Some(path) => {
                    let span = at(path.span());
                    let check = quote_spanned!(span=> #path);
                    emit!(#p::validated(#read, &#spec, cx, #check))
                }
                None => read,
            }
        }))
    }

    /// `let (a0, ()) = args;`
    pub(crate) fn bind_args(&self) -> TokenStream {
        let pattern = nested(
            self.requested()
                .map(|(names, _)| names.local.into_token_stream()),
        );
        emit!(let #pattern = args;)
    }

    /// `let (d0, ()) = lent;`, and each dependency as its argument wants it. A dependency that yields
    /// keeps its own until its end.
    pub(crate) fn bind_lent(&self, yields: bool) -> TokenStream {
        let provided = self.provided();
        let pattern = nested(provided.iter().map(|(names, _, arg)| match arg {
            Some(_) => names.local.to_token_stream(),
            None => emit!(_),
        }));
        let lets = provided.iter().filter_map(|(names, provider, arg)| {
            let (local, ty) = (&names.local, types::ungrouped(&(*arg)?.ty));
            let (call, of) = lend(provider.ty(&names.fixed), ty, yields);
            Some(emit!(let #local = #call::#of(#local);))
        });
        emit!(let #pattern = lent; #(#lets)*)
    }

    /// `let role = params.role.clone();`, since the arguments serve every request.
    pub(crate) fn bind_params(&self) -> TokenStream {
        let params = self
            .arguments
            .iter()
            .filter(|arg| matches!(arg.source, Source::Param));
        let lets = params.map(|arg| {
            let (local, field) = (param(arg), types::identifier(&arg.name, arg.span));
            emit!(let #local = ::core::clone::Clone::clone(&params.#field);)
        });
        quote!(#(#lets)*)
    }

    /// What stands between the parentheses of the user's function.
    pub(crate) fn call_arguments(&self, yields: bool) -> TokenStream {
        let mut requested = self.requested();
        let provided = self.provided();
        let mut lent = provided.into_iter().filter(|(_, _, arg)| arg.is_some());
        let values = self.arguments.iter().map(|arg| match &arg.source {
            Source::Bare { .. } | Source::Placed(..) => requested
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
            Source::Reply { exclusive: true } => Some(emit!(cx.reply_mut())),
            Source::Reply { exclusive: false } => Some(emit!(cx.reply())),
            Source::Lend(_) => Some(emit!(lend)),
            Source::Param => Some(param(arg).into_token_stream()),
        });
        let values = values.flatten();
        emit!(#(#values),*)
    }

    /// One const check an argument type, one a constraint, and those over all arguments. `name` is the
    /// user's function.
    pub(crate) fn checks(&self, name: &Ident) -> TokenStream {
        let each = self.requested().map(|(_, arg)| {
            let ty = &arg.ty;
            let span = at(ty.span());
            let p = private_at(ty.span());
            let readable = match &arg.source {
                Source::Placed(place, _) => {
                    let place = place.ident();
                    quote_spanned!(span=> #p::argument_in::<#ty, #p::#place>();)
                }
                _ => quote_spanned!(span=> #p::argument::<#ty>();),
            };
            let fits = match &arg.source {
                Source::Placed(_, words) => fits(&words.constraints, ty),
                _ => TokenStream::new(),
            };
            quote!(#readable #fits)
        });
        let (each, one_body, distinct) = (each, self.one_body(name), self.distinct());
        quote!(#(#each)* #one_body #distinct)
    }

    fn one_body(&self, name: &Ident) -> Option<TokenStream> {
        let p = private_at(name.span());
        let may_be_body = |arg: &&Argument| match &arg.source {
            Source::Bare { in_path } => !in_path,
            Source::Placed(place, _) => matches!(place, super::Place::Body | super::Place::Form),
            _ => false,
        };
        let bodies: Vec<_> = self.arguments.iter().filter(may_be_body).collect();
        let kinds = bodies.iter().map(|arg| {
            let (name, reader) = (&arg.name, reader(arg, &arg.ty.to_token_stream()));
            emit!((#name, #reader::BODY))
        });
        let span = at(name.span());
        (bodies.len() > 1).then(|| quote_spanned!(span=> #p::one_body(&[#(#kinds),*]);))
    }

    /// Cached and without arguments: only of these it is known here that they are the same value.
    fn distinct(&self) -> Option<TokenStream> {
        let plain: Vec<_> = self
            .provided()
            .into_iter()
            .filter(|(_, provider, arg)| {
                arg.is_some() && provider.use_cache && provider.params.is_none()
            })
            .map(|(_, provider, _)| &provider.path)
            .collect();
        let (last, rest) = plain.split_last()?;
        let (p, span) = (private_at(last.span()), at(last.span()));
        (!rest.is_empty()).then(|| quote_spanned!(span=> #p::distinct(&[#(<#plain>::__node()),*]);))
    }

    /// The paths of all providers, for the graph.
    pub(crate) fn provider_paths(&self) -> Vec<&'a syn::Path> {
        let provided = self.provided().into_iter();
        provided.map(|(_, provider, _)| &provider.path).collect()
    }
}

/// `p::fits::<T>(&..);`, one a constraint, with the span of its key.
pub(crate) fn fits(constraints: &[crate::vocabulary::Constraint], ty: &Type) -> TokenStream {
    let calls = constraints.iter().map(|constraint| {
        let (p, span) = (private_at(constraint.span), at(constraint.span));
        let call = constraint.call();
        quote_spanned!(span=> #p::fits::<#ty>(&#p::Constraints::new()#call);)
    });
    quote!(#(#calls)*)
}

/// The names of one argument in generated code.
struct Names {
    local: Ident,
    /// A static's or a type's: items are not hygienic, so it is one that nobody writes.
    fixed: Ident,
}

impl Names {
    fn request(i: usize) -> Self {
        Self::numbered("a", "__S", i)
    }

    fn provider(i: usize) -> Self {
        Self::numbered("d", "__Site", i)
    }

    fn numbered(local: &str, fixed: &str, i: usize) -> Self {
        let span = Span::mixed_site();
        Self {
            local: format_ident!("{local}{i}", span = span),
            fixed: format_ident!("{fixed}{i}", span = span),
        }
    }
}

/// The argument's type with the request's lifetime.
fn bound(arg: &Argument) -> TokenStream {
    types::with_request_lifetime(&arg.ty).into_token_stream()
}

/// `p::Bare::<T>` or `p::Placed::<T, p::Query>`.
fn reader(arg: &Argument, ty: &TokenStream) -> TokenStream {
    let p = private();
    match &arg.source {
        Source::Placed(place, _) => {
            let place = place.ident();
            emit!(#p::Placed::<#ty, #p::#place>)
        }
        _ => emit!(#p::Bare::<#ty>),
    }
}

/// What is judged of an argument with a place, once it is read. A bare one judges itself.
fn checked(arg: &Argument, read: TokenStream, spec: &Ident) -> TokenStream {
    let Source::Placed(_, words) = &arg.source else {
        return read;
    };
    let (p, ty) = (private(), bound(arg));
    let valid = emit!(#p::Validated::<#ty>::check(#read, &#spec, cx));
    match words.constraints.is_empty() {
        true => valid,
        false => emit!(#p::Constrained::<#ty>::check(#valid, &#spec, cx)),
    }
}

fn default(arg: &Argument) -> Option<TokenStream> {
    let p = private();
    let Source::Placed(_, words) = &arg.source else {
        return None;
    };
    match words.default.as_ref()? {
        (_, Some(value)) => Some(emit!(#p::default(#value))),
        (span, None) => {
            let span = at(*span);
            Some(quote_spanned!(span=> ::core::default::Default::default()))
        }
    }
}

fn validator(arg: &Argument) -> Option<&syn::Path> {
    match &arg.source {
        Source::Placed(_, words) => words.validate.as_ref(),
        _ => None,
    }
}

fn param(arg: &Argument) -> Ident {
    format_ident!("__{}", arg.name, span = Span::mixed_site())
}

/// The function that lends, and its type arguments.
fn lend(provider: TokenStream, ty: &Type, yields: bool) -> (TokenStream, TokenStream) {
    let (span, p) = (at(ty.span()), private_at(ty.span()));
    match ty {
        Type::Reference(_) if yields => (
            quote_spanned!(span=> #p::keep_ref),
            quote_spanned!(span=> <#provider>),
        ),
        Type::Reference(reference) => {
            let ty = &reference.elem;
            let function = match reference.mutability {
                Some(_) => quote_spanned!(span=> #p::lend_mut),
                None => quote_spanned!(span=> #p::lend_ref),
            };
            (function, quote_spanned!(span=> <#provider, #ty>))
        }
        ty => {
            let function = match yields {
                true => quote_spanned!(span=> #p::keep_clone),
                false => quote_spanned!(span=> #p::lend_clone),
            };
            (function, quote_spanned!(span=> <#provider, #ty>))
        }
    }
}

/// `ParamSpec::new("limit", Place::Query).constraints(..)..`
fn spec(arg: &Argument) -> TokenStream {
    let (p, name) = (private(), &arg.name);
    let place = match &arg.source {
        Source::Placed(place, _) => place.ident(),
        Source::Bare { in_path: true } => super::Place::Path.ident(),
        _ => Ident::new("Bare", Span::mixed_site()),
    };
    let new = emit!(#p::ParamSpec::new(#name, #p::Place::#place));
    let Source::Placed(place, words) = &arg.source else {
        let docs = (!arg.docs.is_empty()).then(|| arg.docs.whole());
        let docs = docs.iter();
        return emit!(#new #(.description(#docs))*);
    };
    let constraints = words.constraints();
    let constraints = (!words.constraints.is_empty()).then(|| emit!(.constraints(#constraints)));
    let alias = words.alias.iter();
    let kebab = (*place == super::Place::Header && words.alias.is_none() && !words.literal_name)
        .then(|| name.replace('_', "-"));
    let kebab = kebab.iter();
    let meta = words.meta(&arg.docs);
    let hidden = words.hidden.then(|| emit!(.hidden()));
    let required = words.required.then(|| emit!(.required()));
    let literal = words.literal_name.then(|| emit!(.literal_name()));
    let embed = words.embed.then(|| emit!(.embed()));
    emit!(#new #constraints #(.alias(#alias))* #(.header_name(#kebab))* #meta #hidden #required #literal #embed)
}
