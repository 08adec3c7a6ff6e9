//! `verify` and `has_role(role = "admin")`: a dependency as a signature declares it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit, Path, Token};

use crate::errors::Errors;
use crate::keys::{self, Key};
use crate::paths::{at, check_over, emit, name_at, private, private_at};

/// A dependency that a signature declares.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) path: Path,
    /// `Some` for `name(..)`.
    pub(crate) params: Option<Vec<(Ident, Expr)>>,
    pub(crate) use_cache: bool,
    /// `scopes = ["items"]`.
    pub(crate) scopes: Vec<Expr>,
}

impl Provider {
    /// Reads the tokens in `#[depends(..)]`.
    pub(crate) fn of_attribute(tokens: TokenStream, errors: &mut Errors) -> Option<Self> {
        let mut found = None;
        let parser = |input: ParseStream<'_>| {
            let provider = input.parse::<Expr>()?;
            found = Self::of_expr(provider, errors);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            for key in keys::read(input, "`#[depends]`", &["use_cache", "scopes"], errors) {
                let Some(found) = &mut found else { continue };
                match key.name().as_str() {
                    "scopes" => found.scopes = scopes(&key, errors),
                    _ => found.use_cache = key.flag(errors),
                }
            }
            Ok(())
        };
        let parsed = parser.parse2(tokens);
        errors.keep(parsed);
        found
    }

    /// Reads `verify` or `has_role(role = "admin")`.
    pub(crate) fn of_expr(expr: Expr, errors: &mut Errors) -> Option<Self> {
        let (callee, params) = match keys::ungrouped(expr) {
            Expr::Call(call) if call.args.is_empty() => {
                let name = call.func.to_token_stream();
                errors.on(
                    &call,
                    format!("the parentheses are empty: write `{name}`, or pass arguments, as in `{name}(role = \"admin\")`"),
                );
                return None;
            }
            Expr::Call(call) if is_depends(&call.func) => {
                let (wrapper, name) = (&call.func, call.args.to_token_stream());
                let fix = match call.args.len() {
                    1 => format!("`{name}` alone"),
                    _ => format!("`#[depends({name})]` on an argument"),
                };
                errors.on(
                    &call,
                    format!(
                        "a dependency needs no `{}` here: write {fix}",
                        wrapper.to_token_stream()
                    ),
                );
                return None;
            }
            Expr::Call(call) => {
                let params = call.args.into_iter();
                let params: Vec<_> = params.filter_map(|arg| param(arg, errors)).collect();
                (*call.func, Some(without_duplicates(params, errors)))
            }
            other => (other, None),
        };
        match keys::ungrouped(callee) {
            Expr::Path(path) if path.qself.is_none() => Some(Self {
                path: path.path,
                params,
                use_cache: true,
                scopes: Vec::new(),
            }),
            other => {
                errors.on(
                    other,
                    "a dependency is given as the name of its function: `#[depends(current_user)]`, or `#[depends(has_role(role = \"admin\"))]`",
                );
                None
            }
        }
    }

    /// Returns the type `named`, if it is a dependency. If it is not, the type resolves to an error, so that the
    /// compiler reports nothing else.
    pub(super) fn provider(&self, named: &Ident) -> TokenStream {
        let (p, named) = (private(), name_at(named, self.path.span()));
        let kind = emit!(<#named>::__DEPENDENCY);
        let check = match &self.params {
            Some(_) => "takes_arguments",
            None if self.is_constant() => "is_no_constant",
            None => "is_dependency",
        };
        let check = check_over(&self.path, check, kind);
        emit!(<#p::If<{ #check }> as #p::Then<#named>>::Type)
    }

    /// Returns whether the path names a constant, such as a security scheme, judging by its spelling.
    fn is_constant(&self) -> bool {
        let name = self.path.segments.last().map(|last| last.ident.to_string());
        name.is_some_and(|name| name.len() > 1 && !name.contains(char::is_lowercase))
    }

    /// Returns the type that represents the dependency in `Deps`. `site` is the type that holds its arguments, and
    /// `scopes` the one that lists its scopes.
    pub(super) fn ty(&self, provider: &Ident, site: &Ident, scopes: &Ident) -> TokenStream {
        let p = private();
        let given = match &self.params {
            Some(_) => emit!(#p::With<#provider, #site>),
            None => emit!(#provider),
        };
        let cached = match self.use_cache {
            true => given,
            false => emit!(#p::Fresh<#given>),
        };
        match self.scopes.is_empty() {
            true => cached,
            false => emit!(#p::Scoped<#cached, #scopes>),
        }
    }

    /// Returns the type that lists the scopes of this use.
    pub(super) fn scope_list(&self, name: &Ident) -> Option<TokenStream> {
        let (p, scopes) = (private(), &self.scopes);
        (!scopes.is_empty()).then(|| {
            emit! {
                #[doc(hidden)]
                pub struct #name;
                impl #p::ScopeList for #name {
                    const SCOPES: &'static [&'static str] = &[#(#scopes),*];
                }
            }
        })
    }

    /// Returns the arguments of this use, as a type.
    pub(super) fn site(&self, provider: &Ident, site: &Ident) -> Option<TokenStream> {
        let p = private();
        let setters = self.params.as_ref()?.iter().map(|(name, value)| {
            let span = at(name.span());
            quote_spanned!(span=> .#name(#value))
        });
        let span = self.path.span();
        let (named, given, span) = (name_at(provider, span), private_at(span), at(span));
        let build = quote_spanned!(span=> <#named>::__with_arguments()#(#setters)*);
        let build = quote_spanned!(span=> #given::given::<#named, _>(#build));
        Some(emit! {
            #[doc(hidden)]
            pub struct #site;
            impl #p::Site<#provider> for #site {
                fn params() -> <#provider as #p::Provider>::Params {
                    #build
                }
            }
        })
    }
}

/// Returns the scopes of `scopes = ["items"]`.
fn scopes(key: &Key, errors: &mut Errors) -> Vec<Expr> {
    let mut scopes = key.array(errors);
    scopes.retain(|scope| match scope {
        Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Str(_)) => {
            errors.on(scope, "a scope is a string: `scopes = [\"items\"]`");
            false
        }
        _ => true,
    });
    scopes
}

/// Returns whether the callee is FastAPI's `Depends` or `Security`, which only repeats the attribute.
pub(super) fn is_depends(callee: &Expr) -> bool {
    matches!(callee, Expr::Path(path) if path.path.is_ident("Depends") || path.path.is_ident("Security"))
}

fn without_duplicates(params: Vec<(Ident, Expr)>, errors: &mut Errors) -> Vec<(Ident, Expr)> {
    let mut once: Vec<(Ident, Expr)> = Vec::new();
    for (name, value) in params {
        match once.iter().any(|(other, _)| *other == name) {
            true => errors.at(name.span(), format!("`{name}` appears twice: remove one")),
            false => once.push((name, value)),
        }
    }
    once
}

fn param(arg: Expr, errors: &mut Errors) -> Option<(Ident, Expr)> {
    let mistake = "a dependency's arguments must be named: `has_role(role = \"admin\")`";
    let Expr::Assign(assign) = arg else {
        errors.on(arg, mistake);
        return None;
    };
    match &*assign.left {
        Expr::Path(path) if path.path.get_ident().is_some() => {
            let name = path.path.get_ident().cloned()?;
            Some((name, *assign.right))
        }
        other => {
            errors.on(other, mistake);
            None
        }
    }
}
