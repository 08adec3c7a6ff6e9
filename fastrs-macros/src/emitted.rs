//! Helpers for tests that parse generated code as the compiler does.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Expr;
use syn::visit_mut::{self, VisitMut};

/// Collects the expressions in generated code that make a decision.
#[derive(Default)]
struct Decisions(Vec<String>);

impl VisitMut for Decisions {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let decides = matches!(
            expr,
            Expr::If(_)
                | Expr::Match(_)
                | Expr::Loop(_)
                | Expr::While(_)
                | Expr::ForLoop(_)
                | Expr::Try(_)
                | Expr::Binary(_)
                | Expr::Let(_)
        );
        if decides {
            self.0.push(expr.to_token_stream().to_string());
        }
        visit_mut::visit_expr_mut(self, expr);
    }
}

/// Returns all expressions in `tokens` that are more than calls.
pub(crate) fn decisions(tokens: TokenStream) -> Vec<String> {
    let parsed = syn::parse2::<syn::File>(tokens.clone());
    let mut file = parsed.unwrap_or_else(|error| panic!("{error}: {tokens}"));
    let mut decisions = Decisions::default();
    decisions.visit_file_mut(&mut file);
    decisions.0
}

/// Returns the errors that an expansion reports, as text.
pub(crate) fn mistakes(tokens: &TokenStream) -> Vec<String> {
    let text = tokens.to_string();
    let reports = text.split("compile_error ! {").skip(1);
    let messages = reports.filter_map(|report| report.split('}').next().map(str::trim));
    let messages = messages.map(|message| message.replace("\\\"", "\"").to_owned());
    messages.collect()
}
