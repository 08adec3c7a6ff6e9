//! `#[security(SCHEME)]`: the constant with which an argument is read.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Path, Token};

use super::provider::is_depends;
use crate::errors::Errors;
use crate::instead;
use crate::keys;

const ONE: &str = "`#[security]` takes one scheme: `#[security(OAUTH2)]`; scopes are listed where a dependency is named: `#[depends(current_user, scopes = [\"items\"])]`";

/// The text for an argument that is read with several schemes.
pub(super) const SEVERAL: &str = "an argument is read with one scheme: to accept one of several credentials, write an argument for each, `#[security(KEY)] key: Option<&str>, #[security(OAUTH2)] token: Option<&str>`, and reject a request that has none in the function";

/// Reads the tokens in `#[security(..)]`.
pub(super) fn read(tokens: TokenStream, attr: &Attribute, errors: &mut Errors) -> Option<Expr> {
    if tokens.is_empty() {
        errors.on(
            attr.path(),
            "`#[security]` needs a scheme: `#[security(OAUTH2)]`, with `const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new(\"token\");`",
        );
        return None;
    }
    let parser = |input: ParseStream<'_>| {
        let scheme = keys::ungrouped(input.parse()?);
        input.parse::<Option<Token![,]>>()?;
        Ok((scheme, input.parse::<TokenStream>()?))
    };
    match parser.parse2(tokens.clone()) {
        Err(_) => errors.on(tokens, ONE),
        Ok((scheme @ Expr::Assign(_), _)) => errors.on(scheme, ONE),
        Ok((_, excess)) if !excess.is_empty() => {
            let is_several = Punctuated::<Path, Token![,]>::parse_terminated
                .parse2(excess.clone())
                .is_ok();
            errors.on(excess, if is_several { SEVERAL } else { ONE });
        }
        Ok((scheme, _)) => match mistake(&scheme) {
            Some(mistake) => errors.on(scheme, mistake),
            None => return Some(scheme),
        },
    }
    None
}

/// Returns what is wrong with an expression that is not the name of a constant, judging by its spelling.
fn mistake(scheme: &Expr) -> Option<String> {
    match scheme {
        Expr::Call(call) if is_depends(&call.func) => {
            let scheme = call.args.to_token_stream();
            Some(format!(
                "a scheme is given as a constant: write `#[security({scheme})]`"
            ))
        }
        Expr::Path(path) => {
            let name = instead::scheme(&path.path)?;
            Some(format!(
                "a scheme is given as a constant: write `#[security(SCHEME)]`, with `const SCHEME: {name} = {name}::new(..);`"
            ))
        }
        _ => None,
    }
}
