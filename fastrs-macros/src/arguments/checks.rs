//! The const checks of arguments. Argument types are checked only here, and each check carries the span of the code
//! that would have to change.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident, Type};

use super::emit::reader;
use super::{Argument, Location, Plan, Source};
use crate::field_attr::Constraint;
use crate::instead;
use crate::paths::{at, check_over, emit, name_at, private, private_at};
use crate::spelled;
use crate::types;

impl Plan<'_> {
    /// Returns one const check per argument type, one per constraint, and the checks across all arguments. `name` is
    /// the user's function.
    pub(crate) fn checks(&self, name: &Ident) -> TokenStream {
        let each = self.requested().map(|(_, arg)| {
            let ty = &arg.ty;
            let span = at(ty.span());
            let p = private_at(ty.span());
            if let Source::Security(scheme) = &arg.source {
                return secured(scheme, ty);
            }
            let checked_type = checked_type(arg);
            let readable = match &arg.source {
                Source::Located(location, _) => {
                    let location = location.marker(ty);
                    quote_spanned!(span=> #p::argument_in::<#checked_type, #p::location::#location>();)
                }
                _ => quote_spanned!(span=> #p::argument::<#checked_type>();),
            };
            let json = match &arg.source {
                Source::Located(Location::Body, _) if !spelled::leaves(ty).is_empty() => {
                    let has_files = emit!(#p::Can::<#ty>::HAVE_FILES);
                    let check = check_over(ty, "is_read_as_json", has_files);
                    quote!(#check;)
                }
                _ => TokenStream::new(),
            };
            let fits = match &arg.source {
                Source::Located(Location::File, attr) => files_fit(&attr.constraints, ty),
                Source::Located(_, attr) => fits(&attr.constraints, ty),
                _ => TokenStream::new(),
            };
            let path = match &arg.source {
                Source::Bare { in_path: true } if !spelled::leaves(ty).is_empty() => {
                    let reader = reader(arg, &ty.to_token_stream());
                    check_over(ty, "path_value", emit!(#reader::BODY)).into()
                }
                _ => None,
            };
            let path = path.map(|path: TokenStream| quote!(#path;));
            let texts = texts(arg);
            quote!(#readable #path #texts #json #fits)
        });
        let asked = self.provided().into_iter().map(|(names, provider, _)| {
            let (span, p) = (at(provider.path.span()), private_at(provider.path.span()));
            let dep = name_at(&names.dep, span);
            let complete = provider.params.is_none();
            let complete = complete.then(|| quote_spanned!(span=> #p::complete::<#dep>();));
            let uncached = !provider.use_cache;
            let uncached = uncached.then(|| quote_spanned!(span=> #p::uncached::<#dep>();));
            quote!(#complete #uncached)
        });
        let (each, one_body, distinct) = (each, self.one_body(name), self.distinct());
        quote!(#(#each)* #(#asked)* #one_body #distinct)
    }

    fn one_body(&self, name: &Ident) -> Option<TokenStream> {
        let (p, bodies) = (private_at(name.span()), self.bodies());
        let span = at(name.span());
        (bodies.len() > 1).then(|| quote_spanned!(span=> #p::one_body(&[#(#bodies),*]);))
    }

    /// Returns the check that the handler of a WebSocket takes exactly one `WebSocket`.
    pub(crate) fn one_socket(&self, name: &Ident) -> TokenStream {
        let (p, bodies) = (private_at(name.span()), self.bodies());
        let span = at(name.span());
        quote_spanned!(span=> #p::one_socket(&[#(#bodies),*]);)
    }

    /// Returns the check that a handler takes no `WebSocket`, unless it is a WebSocket's handler.
    pub(crate) fn no_socket(&self) -> TokenStream {
        let sockets = self.arguments.iter().filter(|arg| arg.may_be_socket());
        let checks = sockets.map(|arg| {
            let reader = reader(arg, &arg.ty.to_token_stream());
            check_over(&arg.ty, "no_socket", emit!(#reader::BODY))
        });
        emit!(#(#checks;)*)
    }

    /// Returns the name of each argument that may read the body, and how it does.
    fn bodies(&self) -> Vec<TokenStream> {
        let may_be_body = |arg: &&Argument| match &arg.source {
            Source::Bare { in_path } => !in_path,
            Source::Located(location, _) => {
                matches!(location, Location::Body | Location::Form | Location::File)
            }
            _ => false,
        };
        let bodies = self.arguments.iter().filter(may_be_body);
        let kinds = bodies.map(|arg| {
            let (name, reader) = (&arg.name, reader(arg, &arg.ty.to_token_stream()));
            emit!((#name, #reader::BODY))
        });
        kinds.collect()
    }

    /// Returns the check that no two dependencies are the same value. It covers only cached dependencies without
    /// arguments, because only those are known here to share a value.
    fn distinct(&self) -> Option<TokenStream> {
        let cached: Vec<_> = self
            .provided()
            .into_iter()
            .filter(|(_, provider, arg)| {
                arg.is_some() && provider.use_cache && provider.params.is_none()
            })
            .map(|(names, provider, _)| name_at(&names.provider, provider.path.span()))
            .collect();
        let span = cached.last()?.span();
        let p = private_at(span);
        (cached.len() > 1).then(|| quote_spanned!(span=> #p::distinct(&[#(#cached::__node()),*]);))
    }
}

/// Returns the checks of `#[security(scheme)]`: that it is a scheme, and that the argument's type fits.
fn secured(scheme: &Expr, ty: &Type) -> TokenStream {
    let (span, p) = (at(scheme.span()), private_at(scheme.span()));
    let is_scheme = quote_spanned!(span=> #p::is_scheme(&#scheme););
    let (span, p) = (at(ty.span()), private_at(ty.span()));
    quote_spanned! {span=>
        #is_scheme
        let _ = || {
            #p::secured::<#ty, _>(&#scheme).scheme().is_held_by::<#ty>()
        };
    }
}

/// Returns the check that values can be read from text: the items of a list, or the value of a placeholder.
fn texts(arg: &Argument) -> Option<TokenStream> {
    let Source::Located(location, _) = &arg.source else {
        return None;
    };
    let read = match location {
        Location::Body | Location::File => None,
        Location::Path => Some(&arg.ty),
        _ => spelled::item(&arg.ty),
    };
    let p = private();
    let (ty, can) = match (spelled::item(read?), spelled::leaves(read?).first()) {
        (Some(_), _) if *location != Location::Path => (read?, emit!(false)),
        (_, Some(leaf)) => (*leaf, emit!(#p::Can::<#leaf>::BE_TEXT)),
        (_, None) => return None,
    };
    let text = match location {
        Location::Path => instead::of_placeholder(ty),
        _ => instead::of_list(ty, &arg.ty),
    };
    let check = check_over(&arg.ty, "is_held", emit!(#can, #text));
    Some(quote!(#check;))
}

/// Returns the argument's type. If the type looks like another framework's, the generated code first checks whether it
/// can be read, since the macro can explain more than the library could.
fn checked_type(arg: &Argument) -> TokenStream {
    let ty = &arg.ty;
    let of_file = || match arg.source {
        Source::Located(Location::File, _) => Some(instead::FILE.to_token_stream()),
        _ => None,
    };
    let (p, is_misplaced) = (private(), is_misplaced_file(arg));
    let text = match is_misplaced {
        true => Some(instead::UPLOAD.to_token_stream()),
        false => instead::of_argument(ty).or_else(of_file),
    };
    let Some(text) = text else {
        return ty.to_token_stream();
    };
    let can = match &arg.source {
        _ if is_misplaced => emit!(#p::Can::<#ty>::BE_NO_FILE),
        _ if let Some(result) = spelled::result(ty) => emit!(#p::Holds::<#result>::BE_ONE_VALUE),
        Source::Located(location, _) => {
            let location = location.marker(ty);
            emit!(#p::Holds::<(#ty, #p::location::#location)>::BE_READ_THERE)
        }
        _ => emit!(#p::Holds::<#ty>::BE_READ_BARE),
    };
    let check = check_over(ty, "is_held", emit!(#can, #text));
    emit!(<#p::If<{ #check }> as #p::Then<#ty>>::Type)
}

/// Returns whether an argument looks like a file that is read from something other than the files of a form.
fn is_misplaced_file(arg: &Argument) -> bool {
    let mut leaves = spelled::leaves(&arg.ty).into_iter();
    match arg.source {
        Source::Located(Location::File, _) | Source::Bare { .. } => false,
        _ => leaves.any(|leaf| types::ends_in(leaf, "UploadFile")),
    }
}

/// Returns one `p::fits::<T>(&..);` per constraint, each with the span of its key.
pub(crate) fn fits(constraints: &[Constraint], ty: &Type) -> TokenStream {
    let calls = constraints.iter().map(|constraint| {
        let (p, span) = (private_at(constraint.span), at(constraint.span));
        let call = constraint.call();
        quote_spanned!(span=> #p::fits::<#ty>(&#p::Constraints::new()#call);)
    });
    quote!(#(#calls)*)
}

/// Returns one `p::files_fit::<T>();` per constraint of `#[file]`, each with the span of its key.
fn files_fit(constraints: &[Constraint], ty: &Type) -> TokenStream {
    let calls = constraints.iter().map(|constraint| {
        let (p, span) = (private_at(constraint.span), at(constraint.span));
        quote_spanned!(span=> #p::files_fit::<#ty>();)
    });
    quote!(#(#calls)*)
}

/// Returns the check that a field with `#[file(..)]` is a file.
pub(crate) fn is_file(ty: &Type) -> TokenStream {
    let (p, text) = (private(), instead::FILE);
    let can = emit!(#p::Holds::<(#ty, #p::location::File)>::BE_READ_THERE);
    let check = check_over(ty, "is_held", emit!(#can, #text));
    quote!(#check;)
}
