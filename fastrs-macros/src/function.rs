//! A function as fastrs reads it: the signature is parsed, and the body is kept as written.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Ident, Pat, ReturnType, Safety, Signature, Token, Type, Visibility};

use crate::errors::Errors;
use crate::instead;
use crate::types;
use crate::unknown;

/// A free function. Its body is a token tree, so it may be incomplete while the user is editing it.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// `None` for `async fn settings() -> Settings;`.
    pub(crate) body: Option<TokenStream>,
}

impl Function {
    pub(crate) fn name(&self) -> &Ident {
        &self.sig.ident
    }

    /// Returns the declared return type, or `()` if there is none.
    pub(crate) fn returned(&self) -> Type {
        match &self.sig.output {
            ReturnType::Default => {
                let span = self.sig.ident.span();
                syn::parse_quote_spanned!(span=> ())
            }
            ReturnType::Type(_, ty) => (**ty).clone(),
        }
    }

    /// Returns whether the return type is rejected.
    pub(crate) fn return_is_refused(&self) -> bool {
        let returned = self.returned();
        types::mentions_impl(&returned)
            || types::first_elided(&returned).is_some()
            || !self.sig.generics.params.is_empty()
    }

    /// Returns the name without `r#`, for messages.
    pub(crate) fn label(&self) -> String {
        self.sig.ident.unraw().to_string()
    }

    /// Returns the span for errors about the response.
    pub(crate) fn returned_span(&self) -> Span {
        match &self.sig.output {
            ReturnType::Default => self.sig.ident.span(),
            ReturnType::Type(_, ty) => ty.span(),
        }
    }

    /// Reports everything that no fastrs attribute allows on a function that may be `blocking`. `role` is text such as "a
    /// handler".
    pub(crate) fn check(&self, role: &str, blocking: Option<Span>, errors: &mut Errors) {
        let sig = &self.sig;
        match (sig.asyncness, blocking) {
            (None, None) => errors.at(
                sig.fn_token.span,
                format!("{role} must be an `async fn`: write `async fn`, or add `blocking` to the attribute if the function blocks its thread"),
            ),
            (Some(_), Some(span)) => errors.at(
                span,
                "`blocking` is for a plain `fn`: remove it, or remove `async`",
            ),
            _ => {}
        }
        self.check_signature(role, errors);
    }

    /// Reports a missing body. Only a dependency may do without one.
    pub(crate) fn require_body(&self, role: &str, errors: &mut Errors) {
        if self.body.is_none() {
            errors.on(
                self.name(),
                format!("{role} must have a body: write `{{ .. }}` instead of the `;`"),
            );
        }
    }

    /// Reports everything that no fastrs attribute allows on a function.
    pub(crate) fn check_signature(&self, role: &str, errors: &mut Errors) {
        let sig = &self.sig;
        if let Some(token) = &sig.constness {
            errors.at(
                token.span,
                format!("{role} cannot be a `const fn`: remove `const`"),
            );
        }
        if let Safety::Unsafe(token) = &sig.safety {
            errors.at(
                token.span,
                format!("{role} is called from safe code: remove `unsafe`"),
            );
        }
        if let Some(abi) = &sig.abi {
            errors.on(
                abi,
                format!("{role} must be a Rust function: remove `extern`"),
            );
        }
        if !sig.generics.params.is_empty() {
            errors.on(
                &sig.generics,
                format!("{role} cannot be generic: write concrete types, and omit lifetimes"),
            );
        }
        if let Some(clause) = &sig.generics.where_clause {
            errors.on(
                clause,
                format!("{role} cannot be generic: remove the `where` clause"),
            );
        }
        if let ReturnType::Type(_, ty) = &sig.output
            && types::mentions_impl(ty)
        {
            errors.on(
                ty,
                format!("`impl Trait` hides the type that {role} returns: write the concrete type, such as a `#[model]`, `Html` or `Response`"),
            );
        }
        for input in &sig.inputs {
            Self::check_input(input, errors);
        }
    }

    /// Returns whether an argument is destructured in the signature, which is rejected.
    pub(crate) fn is_destructuring(&self) -> bool {
        let mut inputs = self.sig.inputs.iter();
        inputs.any(|input| matches!(input, FnArg::Typed(arg) if !is_name(&arg.pat)))
    }

    fn check_input(input: &FnArg, errors: &mut Errors) {
        match input {
            // already rejected: see `fallback::function`
            FnArg::Receiver(_) => {}
            FnArg::Typed(arg) => {
                if !is_name(&arg.pat) {
                    let text = instead::of_pattern(&arg.pat, &arg.ty);
                    errors.on(&arg.pat, text);
                }
                if types::mentions_impl(&arg.ty) {
                    errors.on(
                        &arg.ty,
                        "`impl Trait` hides the argument's type, which determines how it is read: write the concrete type",
                    );
                }
            }
        }
    }
}

/// Returns whether the pattern is just a name.
fn is_name(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none())
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let body = if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            None
        } else {
            Some(input.parse()?)
        };
        Ok(Self {
            attrs,
            vis,
            sig,
            body,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs, vis, sig, ..
        } = self;
        // These lints do not apply to what a handler takes or how: the library is its only caller, lends a `String`,
        // never a `str`, and awaits every `async fn`.
        let lints = quote!(#[allow(
            clippy::too_many_arguments,
            clippy::ptr_arg,
            clippy::borrowed_box,
            clippy::needless_pass_by_value,
            clippy::trivially_copy_pass_by_ref,
            clippy::unused_async
        )]);
        let sig = match types::first_elided(&self.returned()) {
            None => unknown::reported_once(&sig.generics, sig.to_token_stream()),
            Some(_) => sig.to_token_stream(),
        };
        tokens.extend(quote!(#(#attrs)* #lints #vis #sig));
        match &self.body {
            Some(body) => body.to_tokens(tokens),
            None => Token![;](self.sig.span()).to_tokens(tokens),
        }
    }
}
